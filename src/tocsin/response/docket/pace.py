"""When a way is tried, and when the next one is: pure functions of the directive's delivery rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

URGENT = ("alert", "emergency")
GIVE_UP = timedelta(days=7)
"""A message that a channel has refused for this long is not tried there any more."""


class Told(Protocol):
    """What pace needs to know of a message."""

    level: str
    created_at: datetime
    answer_by: datetime | None


class Rules(Protocol):
    """The ``delivery`` of a directive."""

    retry_minutes: Sequence[int]
    never_quiet: Sequence[str]


class Pace:
    """The directive's ``delivery``: minutes between tries, and the levels no night holds back."""

    def __init__(self, rules: Rules) -> None:
        self.minutes = rules.retry_minutes
        self.never_quiet = rules.never_quiet

    def wakes(self, level: str) -> bool:
        """Tell whether a message of this level is sent into somebody's quiet hours."""
        return level in self.never_quiet

    def first_try(self, message: Told, order: int, now: datetime) -> datetime | None:
        """Return when the nth way that may wake somebody (0 first) is tried; None holds it in reserve.

        What wakes people goes by every way at once. What else asks to be answered goes on to a further way each time
        the longest pause has passed unanswered: a server that took a mail is not a person who read it.
        """
        if order == 0 or self.wakes(message.level):
            return now
        return now + order * timedelta(minutes=max(self.minutes)) if message.answer_by is not None else None

    def next_try(self, message: Told, attempts: int, now: datetime, *, lasting: bool) -> datetime | None:
        """Return when a way that has failed so often is tried again; None gives it up."""
        if lasting or now - message.created_at >= GIVE_UP:
            return None
        return now + timedelta(minutes=self.minutes[min(attempts, len(self.minutes)) - 1])

    def goes_on(self, message: Told, attempts: int, *, given_up: bool) -> bool:
        """Tell whether the next way is used now: at once when it matters, else after every pause was waited for."""
        return given_up or message.level in URGENT or attempts > len(self.minutes)
