"""From tables to the plain values that tripwires read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from tocsin.core.months import month_index
from tocsin.tripwires.facts import Facts
from tocsin.tripwires.feed import Sign
from tocsin.tripwires.series import Heartbeat, Months, Point

if TYPE_CHECKING:
    from tocsin.evidence.fetch.feeds import Feed

OURS = ("unreachable",)
"""Rules that a try breaks when the line from here is down: feeds that break one at once have one cause."""
LAG_MONTHS = 1
"""How late deaths by month are known: the month that has just ended is not."""
MOST_SEEN = 12 + LAG_MONTHS
"""With so many months seen a year is known whole."""


def months_seen(year: int, day: date) -> int:
    """Return how many months had ended by a day since a year began, at most 13: the whole year and the delay."""
    return min(max(12 * (day.year - year) + day.month - 1, 0), MOST_SEEN)


def months(country_month: pl.DataFrame, column: str) -> Months:
    """Return deaths by place and month.

    The store has put a zero where a state existed in a month that was counted worldwide and no death was. A month
    without any count is a gap, a null is not known, and a state has no months before it was one: none is ever a zero.
    """
    counted = country_month.filter(pl.col(column).is_not_null())
    index = {text: month_index(text) for text in counted["month"].unique()}
    numbered = counted.select("place_id", pl.col("month").replace_strict(index, return_dtype=pl.Int64), column)
    by_place = numbered.partition_by("place_id", maintain_order=True, as_dict=True)
    deaths = {
        str(place): dict(zip(part["month"].to_list(), part[column].cast(pl.Int64).to_list(), strict=True))
        for (place,), part in by_place.items()
    }
    known = index.values()
    labels = counted.select("month", "release", "provisional").unique(subset="month", keep="first", maintain_order=True)
    return Months(
        deaths=deaths,
        known=frozenset(known),
        provisional=frozenset(index[t] for t, _, provisional in labels.iter_rows() if provisional),
        release={index[t]: release or "" for t, release, _ in labels.iter_rows()},
    )


def facts(mass_killings: pl.DataFrame, last_year: int, release: str = "") -> Facts:
    """Return onsets inside the codebook's windows, and all spells, by place. ``last_year`` is the last year coded."""
    onsets: dict[str, set[int]] = {}
    spells: dict[str, list[tuple[int, int | None]]] = {}
    chosen = mass_killings.select("place_id", "start_year", "end_year", "in_window").sort("place_id", "start_year")
    for place, start, end, in_window in chosen.iter_rows():
        spells.setdefault(place, []).append((start, end))
        if in_window:
            onsets.setdefault(place, set()).add(start)
    return Facts(
        onsets={place: tuple(sorted(years)) for place, years in onsets.items()},
        spells={place: tuple(each) for place, each in spells.items()},
        last_year=last_year,
        release=release,
    )


def record_points(record: pl.DataFrame, known: Facts) -> list[Point]:
    """Return the rolling record as points: risk of each base year, state then, and the forecast of the year before."""
    rows = record.select("place_id", "base_year", "p", "rank", "of").sort("base_year", "place_id").rows()
    risk = {(place, year): p for place, year, p, _, _ in rows}
    return [
        Point(
            place_id=place,
            base_year=year,
            p=p,
            state=known.state(place, year),
            previous=risk.get((place, year - 1)),
            rank=rank,
            of=of,
        )
        for place, year, p, rank, of in rows
    ]


def heartbeats(sources: Iterable[Any]) -> list[Heartbeat]:
    """Return when each source was last heard from. The bundled snapshot is not a feed: it was never loaded here."""
    return [
        Heartbeat(
            source_id=s.id,
            title=s.title,
            loaded=s.status in ("loaded", "stale"),
            last_good=_day(s.last_good or s.retrieved_at),
            cadence_days=s.cadence_days,
            grace_days=s.grace_days,
        )
        for s in sources
    ]


def signs(feeds: Iterable[Feed]) -> list[Sign]:
    """Return the feeds that somebody has fetched from, as tripwires read them. The others are no feeds yet."""
    return [
        Sign(
            source_id=f.source_id,
            title=f.title,
            cadence=f.cadence,
            grace=f.grace,
            since=f.first_try,
            last_try=f.last_try,
            last_answer=f.last_answer,
            last_new=f.last_new,
            failure=f.said if f.rule else "",
            cause=f.rule if f.rule in OURS else "",
            emptied=f.emptied,
            newest=f.newest_period,
        )
        for f in feeds
        if f.first_try is not None
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
