"""One clock. Nothing in the house asks the operating system for the time but ``SystemClock``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Protocol

from tocsin.core.errors import Misuse


class Clock(Protocol):
    """Anything that tells the time in UTC."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock, to the whole second: finer time is noise in a record kept for years."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC).replace(microsecond=0)


@dataclass
class FixedClock:
    """A clock that stands still until it is moved: for tests, drills and replays."""

    at: datetime

    def now(self) -> datetime:
        """Return the moment this clock stands at."""
        return self.at

    def move(self, **delta: float) -> datetime:
        """Move the clock on by a ``timedelta`` given in words (``hours=3``) and return the new moment."""
        self.at = self.at + timedelta(**delta)
        return self.at


def parse_time(text: str) -> datetime:
    """Read an ISO 8601 time or date; without an offset it is UTC.

    Raises Misuse when the text is neither.
    """
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        raise Misuse(f"{text!r} is not a time", todo="Write it as 2026-11-23 or 2026-11-23T14:00:00Z") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def parse_date(text: str) -> date:
    """Read an ISO 8601 date. Raises Misuse when it is not one."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Misuse(f"{text!r} is not a date", todo="Write it as 2026-11-23") from None


@lru_cache(maxsize=4096)
def iso(moment: datetime | None) -> str | None:
    """Return a moment as ``2026-11-23T14:00:00Z``; None stays None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


@lru_cache(maxsize=4096)
def in_words(day: date) -> str:
    """Return a day as people write it: ``26 Nov 2026``."""
    return f"{day.day} {day:%b %Y}"


def period_in_words(period: str) -> str:
    """Return a month ``2025-10`` as ``October 2025`` and a day as ``26 Nov 2026``; anything else as it is."""
    for form, words in (("%Y-%m", "{0:%B %Y}"), ("%Y-%m-%d", "{0.day} {0:%b %Y}")):
        try:
            return words.format(datetime.strptime(period, form))  # noqa: DTZ007 - a month has no zone
        except ValueError:
            continue
    return period
