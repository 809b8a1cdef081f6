"""The ways by which a message reaches a post, in order. Never none: it stands at the desk, and in the post's mailbox.

The people of a post and how they are reached come from the register (``duty.told``); the desk and the mailbox folder
need nobody's address and so are always there. In a drill there are no others: a copy of a home wakes nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tocsin.core.context import Context
from tocsin.response.docket.channels import Channel, channels
from tocsin.response.register import duty
from tocsin.response.register.drill import is_drill


@dataclass(frozen=True)
class Way:
    """A channel and an address, whose it is, and why they are told. ``quiet`` while the reader's night lasts."""

    channel: str
    address: str = ""
    person: int | None = None
    quiet: bool = False
    why: str = ""

    @property
    def id(self) -> tuple[str, str]:
        """What tells it from the other ways of a message."""
        return self.channel, self.address


ALWAYS = (Way("page", why="it stands at the desk"), Way("mailbox", why="the folder of the post"))


class Ways:
    """The ways of posts at one moment: asked once each, however many messages there are."""

    def __init__(self, ctx: Context, at: datetime) -> None:
        self._at = at
        self._alone = is_drill(ctx.settings)
        self._known: dict[str, Channel] = channels(ctx)
        self._found: dict[str, list[Way]] = {}

    def of(self, post: str) -> list[Way]:
        """Return the ways to a post: the always open ones first, then people's own in the order of the register."""
        if post not in self._found:
            own = [] if self._alone else [self._way(reach) for reach in duty.told(post, self._at)]
            kept = {way.id: way for way in (*ALWAYS, *own) if way.channel in self._known}
            self._found[post] = list(kept.values())
        return self._found[post]

    @staticmethod
    def _way(reach: duty.Reach) -> Way:
        if reach.channel == ALWAYS[0].channel:
            return ALWAYS[0]
        person = reach.person.pk if reach.person else None
        return Way(reach.channel, reach.address, person, reach.quiet, reach.why[:120])
