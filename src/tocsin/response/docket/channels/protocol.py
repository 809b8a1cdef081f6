"""What a channel is: something that hands one letter to one address and says what it named it by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tocsin.core.context import Context


@dataclass(frozen=True)
class Letter:
    """One message on its way to one address.

    ``key`` names it for good: the same key is the same letter, however often it is sent. ``body`` is already cut to
    what its channel may carry (see ``Channel.open``).
    """

    key: str
    number: int
    post: str
    address: str
    subject: str
    body: str
    created_at: datetime
    level: str
    exercise: bool = False
    link: str = ""


@dataclass(frozen=True)
class Receipt:
    """What a channel says once it has a letter: the name under which it can be found there.

    ``file`` is one that still has to be seen on disk before the letter counts as handed over.
    """

    name: str
    file: str = ""


class Undelivered(Exception):
    """A channel does not have the letter, or cannot tell. ``lasting`` when trying again will not help.

    The words go to the page and the log: they hold no secret and no address that was not known before.
    """

    def __init__(self, why: str, *, lasting: bool = False) -> None:
        super().__init__(why)
        self.lasting = lasting


class Channel(Protocol):
    """A way out of the house. One file each under ``docket/channels``, or an operator's own module."""

    id: str
    """What contacts and sendings call it."""
    open: bool
    """Others than the addressee may read it (a telephone network, a shared screen): it carries the least."""
    disturbs: bool
    """It can wake somebody: quiet hours hold it back."""
    once: bool
    """A second sending of the same key has no second effect; where not, the text carries the key for people to see."""

    def send(self, ctx: Context, letter: Letter) -> Receipt:
        """Hand over a letter. Raises Undelivered when the channel does not have it."""
        ...

    def fault(self, ctx: Context, address: str) -> str:
        """Return in a sentence what keeps this channel from reaching an address, empty when nothing does.

        Looks at settings and secret files, sends nothing.
        """
        ...
