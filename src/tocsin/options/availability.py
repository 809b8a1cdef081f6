"""Which options expire when: the list gets shorter by the day, and the screen shows it (M72)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import fsum

import numpy as np

from tocsin.options.window import Window

STEPS = 12
"""Parts into which the time until the last day is cut for the curve."""


@dataclass(frozen=True)
class Expiry:
    """A day after which one or more options can no longer arrive in time."""

    last_day: date
    days_from_now: int
    options: list[str]
    left_after: int


@dataclass(frozen=True)
class Point:
    """What can still be had by starting on a day: options that still can arrive, and how many are to be expected to."""

    day: date
    days_from_now: int
    possible: int
    expected: float


@dataclass(frozen=True)
class Waited:
    """What waiting took since the question was opened: options expected to arrive then and now, and those lost."""

    since: date
    days: int
    possible_then: int
    possible_now: int
    expected_then: float
    expected_now: float
    lost: list[str]


@lru_cache(maxsize=4096)
def last_day(asked_on: date, days_left: int, lead_days_min: int) -> date:
    """Return the last day on which something with this shortest lead time can still be started.

    Before ``asked_on`` when it is lost already.
    """
    return asked_on + timedelta(days=days_left - lead_days_min)


def expiries(leads: Iterable[tuple[str, int]], asked_on: date, days_left: int) -> list[Expiry]:
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


def curve(leads: Iterable[tuple[int, int]], asked_on: date, window: Window) -> list[Point]:
    """Return what can be had by starting today, later, and on the last day there is.

    ``leads`` are the shortest and longest lead time of each option in days. ``expected`` is the sum of their chances.
    """
    counted = Counter(leads)
    fast, slow = (np.array([pair[end] for pair in counted] or [0], dtype=np.int64) for end in (0, 1))
    many = np.array(list(counted.values()) or [0], dtype=np.int64)
    totals = np.array(window.totals)
    most = len(totals) - 1
    points = []
    for day in sorted({round(window.last * step / STEPS) for step in range(STEPS + 1)}):
        spans = totals[np.minimum(day + slow + 1, most)] - totals[np.minimum(day + fast, most)]
        # Summed exactly: the order of options or the machine cannot change a digit.
        expected = fsum((spans / (slow - fast + 1) * many).tolist())
        possible = int(many[day + fast <= window.last].sum())
        points.append(Point(asked_on + timedelta(days=day), day, possible, round(expected, 2)))
    return points


def waited(leads: dict[str, tuple[int, int]], opened_on: date, then: Window, asked_on: date, now: Window) -> Waited:
    """Return what waiting took from ``opened_on``, when the days left were ``then``, to ``asked_on`` with ``now``.

    ``leads``: shortest and longest lead time of each option that could be listed on either day, by id.
    """
    before = {o for o, (fast, _) in leads.items() if fast <= then.last}
    left = {o for o, (fast, _) in leads.items() if fast <= now.last}
    return Waited(
        since=opened_on,
        days=(asked_on - opened_on).days,
        possible_then=len(before),
        possible_now=len(left),
        expected_then=round(sum(then.in_time(*leads[o]) for o in sorted(before)), 2),
        expected_now=round(sum(now.in_time(*leads[o]) for o in sorted(left)), 2),
        lost=sorted(before - left, key=lambda o: (leads[o][0], o)),
    )
