"""The past as tripwires read it: rolling forecasts, deaths by month, onsets. Read once for the same store and day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from tocsin.catalog.tripwires.schema import CollapseParams, EventParams, Tripwire
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.months import month_index
from tocsin.evidence import series
from tocsin.evidence.forecast import record
from tocsin.evidence.run_folder import parquet_bytes, sha256
from tocsin.evidence.store import SourceState, Tables, load_tables
from tocsin.tripwires.facts import Facts
from tocsin.tripwires.lulls import Lulls
from tocsin.tripwires.outcomes import Events, Forecasts, end_of_first_run
from tocsin.tripwires.series import Months, Point


@dataclass(frozen=True, eq=False)
class Past:
    """What is known of the past, in the plain values tripwires read. ``points`` None: no rolling record was made."""

    facts: Facts
    points: tuple[Point, ...] | None
    country_month: pl.DataFrame
    sources: tuple[SourceState, ...]
    record: Mapping[str, Any]

    def months(self, column: str) -> Months:
        """Return deaths of one kind by place and month."""
        return _months(self, column)

    def outcomes(self, tripwire: Tripwire) -> Forecasts | Events | Lulls:
        """Return what judges the firings of a tripwire, by all that is known today."""
        params = tripwire.params
        if isinstance(params, CollapseParams):
            months = self.months(params.column)
            return Lulls(tripwire, months, self.facts, end_of_first_run(months, month_index(params.choose_last)))
        if isinstance(params, EventParams):
            return _events(self, params)
        return Forecasts(params, self.facts, self.facts.last_year)  # type: ignore[arg-type]

    def rolling(self) -> tuple[Point, ...]:
        """Return the rolling record. Raises Refused when there is none."""
        if self.points is None:
            raise Refused("There is no rolling record to test forecasts on", todo="Make one: tocsin score record")
        return self.points

    def ground(self, tripwire: Tripwire) -> dict[str, Any]:
        """Return what a back-test of a tripwire rests on: releases with their hashes."""
        forecast = tripwire.kind == "forecast"
        wanted = {"facts_mass_killing"} if forecast else {"ucdp_ged", "facts_mass_killing"}
        inputs = [{"source_id": s.id, "release": s.release, "sha256": s.sha256} for s in self.sources if s.id in wanted]
        return {**(self.record if forecast else {}), "inputs": inputs}


@lru_cache(maxsize=4)
def _months(past: Past, column: str) -> Months:
    return series.months(past.country_month, column)


@lru_cache(maxsize=8)
def _events(past: Past, params: EventParams) -> Events:
    months = past.months(params.column)
    # Beyond a gap nothing is compared: the months after it are judged by no one until it closes.
    return Events.until(params, months, end_of_first_run(months, month_index(params.choose_last)))


def of_tables(tables: Tables) -> Past:
    """Return the past that a set of tables tells."""
    known = series.facts(tables.mass_killings, tables.mass_killings_to)
    kept = record.read()
    points, about = None, {}
    if kept is not None:
        shown = record.shown(kept.history, known.last_year)
        points = tuple(series.record_points(shown, known))
        about = {"record_sha256": sha256(parquet_bytes(shown)), "record": kept.about.get("model", "onset_v1")}
    return Past(known, points, tables.country_month, tuple(tables.sources), about)


def past(ctx: Context) -> Past:
    """Return the past as known today in this home; read anew only when the store or the day has changed."""
    key = (ctx.settings.home, ctx.now().date(), stamps(ctx.settings.store))
    if key not in _KEPT:
        _KEPT.clear()
        _KEPT[key] = of_tables(load_tables(ctx))
    return _KEPT[key]


_KEPT: dict[object, Past] = {}


def stamps(store: Path) -> tuple[object, ...]:
    """Return what tells one state of a store's accepted loads from another."""
    files = sorted(store.glob("*/loads/*/load.json")) if store.is_dir() else []
    return tuple((str(f), f.stat().st_mtime_ns) for f in files)
