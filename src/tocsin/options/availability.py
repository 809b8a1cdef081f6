"""Which options expire when: the list gets shorter by the day, and the screen shows it (M72)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Expiry:
    """A day after which one or more options can no longer arrive in time."""

    last_day: date
    days_from_now: int
    options: list[str]
    left_after: int


def last_day(asked_on: date, days_left: int, lead_days_min: int) -> date:
    """Return the last day on which something with this shortest lead time can still be started.

    Before ``asked_on`` when it is lost already.
    """
    return asked_on + timedelta(days=days_left - lead_days_min)


def curve(leads: Iterable[tuple[str, int]], asked_on: date, days_left: int) -> list[Expiry]:
    """Return the days on which options expire, soonest first, and how many are left after each.

    ``leads`` are pairs of option id and shortest lead time in days; those already lost are left out.
    """
    by_day: dict[date, list[str]] = {}
    for option_id, lead in leads:
        if lead <= days_left:
            by_day.setdefault(last_day(asked_on, days_left, lead), []).append(option_id)
    left = sum(len(ids) for ids in by_day.values())
    steps = []
    for day in sorted(by_day):
        left -= len(by_day[day])
        steps.append(Expiry(day, (day - asked_on).days, sorted(by_day[day]), left))
    return steps
