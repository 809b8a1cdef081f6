"""What readers of indicators share: places with territories, months, spans of months."""

from __future__ import annotations

import re
from calendar import month_abbr
from contextlib import suppress
from datetime import date

import polars as pl

from tocsin.catalog.development import lens
from tocsin.catalog.geography import places
from tocsin.core.months import month_index, month_text
from tocsin.evidence.sources.fields import Fields

MONTHS = {month_abbr[n]: n for n in range(1, 13)}
MONTH_YEAR = re.compile(r"([A-Z][a-z]{2}) ([0-9]{4})")
CLOCK = r"[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]+)?)?(?: ?(?:[A-Z]{1,5}|[+-][0-9]{2}:?[0-9]{2}))?"
DAY = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})(?:{CLOCK})?")
EARLIEST = "1789"
"""No figure here is older; a year before it is a slip."""


def by_iso3(code: str, _: int | None) -> str | None:
    """Find a state or a territory by ISO 3166 alpha-3: these figures also stand on the pages of territories."""
    return code if code in places() else None


def by_iso2(code: str, _: int | None) -> str | None:
    """Find a state or a territory by ISO 3166 alpha-2, by the list of the development lens."""
    return lens().countries.get(code)


def month_of(text: str | None) -> str | None:
    """Return ``Jun 2021`` or ``2021-06-30`` as ``2021-06``; None for what is neither, no real day, or before 1789."""
    said, found = (text or "").strip(), None
    if day := DAY.fullmatch(said):
        with suppress(ValueError):
            found = date.fromisoformat(day[1]).isoformat()[:7]
    elif (named := MONTH_YEAR.fullmatch(said)) and named[1] in MONTHS:
        found = f"{named[2]}-{MONTHS[named[1]]:02d}"
    return found if found and found >= EARLIEST else None


def months(fields: Fields, column: str, *, required: bool = True) -> pl.Series:
    """Take a column of months or days as ``2021-06``; quarantine what is neither."""
    raw = fields.pop(column)
    found = pl.Series([month_of(v) for v in raw], dtype=pl.String)
    wrong = found.is_null() if required else found.is_null() & raw.is_not_null()
    fields.flag(wrong, column, raw, "not-a-month", "a month is expected, as 2021-06-30 or Jun 2021")
    return found


def not_after(fields: Fields, column: str, month: pl.Series, *, ahead: int = 0) -> None:
    """Quarantine months that lie more than ``ahead`` months after the present one: no figure of them can be known."""
    last = month_text(month_index(f"{fields.now:%Y-%m}") + ahead)
    fields.flag((month > last).fill_null(False), column, month, "future", f"after {last}")


def span(text: str | None) -> tuple[str, str] | None:
    """Return ``Jun 2021 - Sep 2021`` as its first and last month; None when it is no span."""
    first, dash, last = (text or "").partition(" - ")
    begin, end = month_of(first), month_of(last)
    return (begin, end) if dash and begin and end and begin <= end else None
