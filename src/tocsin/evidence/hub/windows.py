"""When a forecast was made and when its outcome could be known: origins, windows, and where a receipt falls in them.

An origin names the last period whose figures a forecast may use: a year (``2024``), or a month (``2024-06``) where
the target counts months; a year then means its December. The window begins the day after.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from tocsin.catalog.outcomes import Target

Standing = Literal["live", "late", "after the fact"]
STANDINGS: tuple[Standing, ...] = ("live", "late", "after the fact")
HALF = 0.5
YEAR, MONTH, DAY = re.compile(r"\d{4}"), re.compile(r"(\d{4})-(\d{2})"), re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def origin_of(text: str, unit: str) -> str | None:
    """Return an origin in its one spelling (``2024`` or ``2024-06``), or None when the text is none for this unit.

    A day stands for the period it ends: ``2024-12-31`` is 2024. A day inside a period is no origin.
    """
    word = text.strip()
    if YEAR.fullmatch(word):
        return word
    day = DAY.fullmatch(word)
    if day:
        try:
            given = date(int(day[1]), int(day[2]), int(day[3]))
        except ValueError:
            return None
        if (given + timedelta(days=1)).day != 1:
            return None
        word = f"{day[1]}-{day[2]}"
    month = MONTH.fullmatch(word)
    if not month or not 1 <= int(month[2]) <= 12:
        return None
    if month[2] == "12":
        return month[1]
    return word if unit == "month" else None


def month_of(origin: str) -> int:
    """Return the last month of an origin as months since year 0."""
    year, _, month = origin.partition("-")
    return int(year) * 12 + (int(month) if month else 12) - 1


def ends(origin: str) -> date:
    """Return the last day of an origin: what a forecast may know reaches to its end."""
    return _first_day(month_of(origin) + 1) - timedelta(days=1)


def window(origin: str, target: Target, horizon: int) -> tuple[date, date]:
    """Return the first and the last day on which the outcome of a row is decided.

    A probability is of an event within the whole horizon; a count is of the last step alone.
    """
    months = 12 if target.unit == "year" else 1
    last = month_of(origin) + horizon * months
    first = month_of(origin) + 1 if target.kind == "probability" else last - months + 1
    return _first_day(first), _first_day(last + 1) - timedelta(days=1)


def standing(span: tuple[date, date], received: datetime, *, retrospective: bool = False) -> Standing:
    """Return whether a forecast came in time.

    ``live``: before half of its window had passed (yearly figures come months late, so nobody can forecast a year on
    its first day; past half, whoever looks out of the window knows much of the answer). ``late``: while the rest was
    still open. ``after the fact``: when the window had ended, or when its makers say so.
    """
    if retrospective:
        return "after the fact"
    gone = share_gone(span, received)
    return "live" if gone <= HALF else "late" if gone < 1 else "after the fact"


def share_gone(span: tuple[date, date], received: datetime) -> float:
    """Return how much of a window had passed at a moment: 0 before it, 1 after it."""
    begin, end = _midnight(span[0]), _midnight(span[1] + timedelta(days=1))
    return min(max((received - begin) / (end - begin), 0.0), 1.0)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), UTC)


def _first_day(month: int) -> date:
    """Return the first day of a month given as months since year 0."""
    return date(month // 12, month % 12 + 1, 1)
