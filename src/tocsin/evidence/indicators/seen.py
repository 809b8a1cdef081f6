"""What the sources of indicators say of a place, as known on a day; and which of them say nothing, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import polars as pl

from tocsin.core.context import Context
from tocsin.evidence.indicators.schema import INDICATORS, KEY
from tocsin.evidence.sources import SourceSpec
from tocsin.evidence.store import good
from tocsin.evidence.store.home import every

TABLE = "indicators"
State = Literal["told", "silent", "absent"]
"""told: it has figures of the place; silent: it is loaded and does not name the place; absent: nothing is loaded."""


@dataclass(frozen=True)
class Source:
    """One source of indicators on a day. ``stale``: its last load is older than its cadence and grace."""

    id: str
    title: str
    publisher: str
    licence: str
    licence_url: str
    citation: str
    coverage: str
    retrieved_at: str | None
    release: str
    stale: bool
    lead: tuple[str, ...]
    """The indicators that are shown first: those that source.yml describes."""


@dataclass(frozen=True)
class Figure:
    """One figure of a place: what, when, how much, whose. ``lead`` marks the few shown on the situation page."""

    source: str
    indicator: str
    label: str
    area: str
    period: str
    until: str
    value: float
    unit: str
    status: str
    detail: str
    published: date | None
    retrieved_at: str
    lead: bool
    older: int
    """How many earlier periods of the same indicator, area and status are known."""


@dataclass(frozen=True)
class Seen:
    """Every source of indicators with what it says of one place. Nothing here is added up."""

    place_id: str
    as_of: date
    figures: list[Figure]
    sources: list[tuple[Source, State]]

    def of(self, source_id: str) -> list[Figure]:
        """Return the figures of one source."""
        return [f for f in self.figures if f.source == source_id]


def sources(ctx: Context, as_of: date | None = None) -> list[Source]:
    """Return every source of indicators, those of the program and those declared in this home, sorted by title."""
    day = as_of or ctx.now().date()
    found = [_source(ctx, spec, day) for spec in every(ctx) if TABLE in spec.tables]
    return sorted(found, key=lambda s: (s.title, s.id))


def known(ctx: Context, source_id: str, as_of: date | None = None) -> pl.DataFrame:
    """Return the rows of a source known on a day: its last load by then, without what was published later.

    Raises Damaged when a stored table is not what was written.
    """
    day = as_of or ctx.now().date()
    held = good.as_of(ctx.settings.store, source_id, day)
    if held is None or TABLE not in held["tables"]:
        return pl.DataFrame(schema=dict(INDICATORS))
    return published_by(good.table(held, TABLE), day).sort(KEY)


def published_by(rows: pl.DataFrame, day: date) -> pl.DataFrame:
    """Return the rows without those whose publisher states a later day; a row without a stated day stays."""
    return rows.filter(pl.col("published").is_null() | (pl.col("published") <= day))


def of_place(ctx: Context, place_id: str, as_of: date | None = None, *, whole: bool = False) -> Seen:
    """Return what is known of a place on a day: of each indicator, area and status the newest period.

    ``whole`` gives every period. Sources without a figure of the place are named too, as silent or absent.
    """
    day = as_of or ctx.now().date()
    figures: list[Figure] = []
    states: list[tuple[Source, State]] = []
    for source in sources(ctx, day):
        rows = known(ctx, source.id, day).filter(pl.col("place_id") == place_id)
        states.append((source, "told" if rows.height else "silent" if source.retrieved_at else "absent"))
        figures += _figures(source, rows, whole=whole)
    return Seen(place_id, day, figures, states)


def _figures(source: Source, rows: pl.DataFrame, *, whole: bool) -> list[Figure]:
    """Return the rows as figures, what is shown first before the rest, newest first."""
    series = ["indicator", "area", "status"]
    counted = rows.with_columns(older=pl.col("period").n_unique().over(series) - 1)
    kept = counted if whole else counted.filter(pl.col("period") == pl.col("period").max().over(series))
    rank = {name: n for n, name in enumerate(source.lead)}
    found = [
        Figure(
            source=source.id,
            lead=row["indicator"] in rank and not row["area"],
            retrieved_at=source.retrieved_at or "",
            **{k: row[k] for k in row if k != "place_id"},
        )
        for row in kept.to_dicts()
    ]
    # Python's sort keeps order: newest first, then areas after the whole state, then the declared order.
    found.sort(key=lambda f: f.period, reverse=True)
    return sorted(found, key=lambda f: (f.area, rank.get(f.indicator, len(rank)), f.indicator, f.status))


def _source(ctx: Context, spec: SourceSpec, day: date) -> Source:
    """Return a source's line on a day."""
    held = good.as_of(ctx.settings.store, spec.id, day)
    retrieved = good.came_at(held) if held else None
    return Source(
        id=spec.id,
        title=spec.title,
        publisher=spec.publisher,
        licence=spec.licence,
        licence_url=spec.licence_url,
        citation=spec.citation.strip(),
        coverage=spec.coverage.strip(),
        retrieved_at=retrieved,
        release=str(held["release"]) if held else "",
        stale=retrieved is not None and _age(retrieved, day) > timedelta(days=spec.cadence_days + spec.grace_days),
        lead=tuple(spec.columns_used),
    )


def _age(retrieved_at: str, day: date) -> timedelta:
    return day - datetime.fromisoformat(retrieved_at.replace("Z", "+00:00")).date()
