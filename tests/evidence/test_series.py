"""What tripwires read is what the tables say: zeros only where months were counted, gaps nowhere filled."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.evidence import small

from tocsin.catalog.tripwires import get
from tocsin.core.context import Context
from tocsin.core.months import month_index
from tocsin.evidence import drills, kept, series
from tocsin.evidence.store import load_tables


def test_the_bundled_months_have_the_gaps_they_should(ctx: Context) -> None:
    months = series.months(load_tables(ctx).country_month, "one_sided_deaths")
    gap = range(month_index("2021-07"), month_index("2025-01"))
    assert not months.known & set(gap)
    assert not [m for deaths in months.deaths.values() for m in deaths if m in gap]
    assert months.newest == month_index("2026-02")
    assert min(months.known) == month_index("1989-01")
    assert months.deaths["CHE"][month_index("2020-01")] == 0
    # A state has no past before it was one, and a killing is where and when it was counted.
    assert month_index("2011-06") not in months.deaths["SSD"]
    assert months.deaths["RWA"][month_index("1994-04")] > 1000
    assert month_index("2026-02") in months.provisional
    assert month_index("2020-01") not in months.provisional


def test_a_null_is_not_known_and_takes_nothing_else_with_it() -> None:
    months = series.months(small.tables({("SSD", "2024-12"): None}).country_month, "one_sided_deaths")
    december = month_index("2024-12")
    assert december in months.known
    assert december not in months.deaths["SSD"]
    assert months.deaths["TCD"][december] == 0


def test_facts_keep_what_is_outside_the_window_as_spells_only() -> None:
    rows = [
        ("TCD", 1955, 1957, "state", False, "c"),
        ("TCD", 1990, 1991, "state", True, "c"),
        ("TCD", 2003, None, "state", True, "c"),
    ]
    schema = small.SCHEMAS["mass_killings"]
    facts = series.facts(pl.DataFrame(rows, schema=schema, orient="row"), 2024)
    assert facts.onsets["TCD"] == (1990, 2003)
    assert [facts.under_way("TCD", y) for y in (1954, 1955, 1957, 1958, 1991, 1992, 2010)] == [
        False,
        True,
        True,
        False,
        True,
        False,
        True,
    ]


def test_the_record_carries_state_and_the_forecast_before() -> None:
    record = pl.DataFrame(
        [("TCD", 2009, 0.02, 5, 160), ("TCD", 2010, 0.04, 3, 160), ("TCD", 2025, 0.04, 3, 160)],
        schema=["place_id", "base_year", "p", "rank", "of"],
        orient="row",
    )
    facts = series.facts(small.tables().mass_killings.head(0), 2024)
    points = series.record_points(record, facts)
    assert [(p.previous, p.state) for p in points] == [
        (None, "none known"),
        (0.02, "none known"),
        (None, "not assessed"),
    ]


def test_heartbeats_tell_a_feed_from_the_bundle() -> None:
    loaded = small.source("ucdp_ged", status="stale", last_good="2026-08-01T00:00:00Z")
    beats = {b.source_id: b for b in series.heartbeats([small.source("vdem"), loaded])}
    assert (beats["vdem"].loaded, beats["vdem"].last_good) == (False, None)
    assert (beats["ucdp_ged"].loaded, str(beats["ucdp_ged"].last_good)) == (True, "2026-08-01")


def test_the_drill_moves_the_clock_for_every_source(ctx: Context) -> None:
    tables = load_tables(ctx)
    drilled = drills.run(ctx, get("silence_source"), tables.sources)["drill"]
    assert {d["source_id"] for d in drilled} == {s.id for s in tables.sources}
    assert all(d["fires_after_days"] == d["cadence_days"] + d["grace_days"] + 1 for d in drilled)


def test_kept_forecasts_answer_until_they_are_damaged(ctx: Context) -> None:
    made = []

    def make() -> kept.Evidence:
        made.append(1)
        return small.evidence()

    first = kept.recall(ctx, "a" * 64, make)
    again = kept.recall(ctx, "a" * 64, make)
    assert len(made) == 1
    assert all(first.tables[t].equals(again.tables[t]) for t in first.tables)
    assert first.about == again.about
    spoilt: Path = ctx.settings.store / "forecasts" / ("a" * 32) / "forecasts.parquet"
    spoilt.write_bytes(b"")
    assert kept.recall(ctx, "a" * 64, make).tables["forecasts"].equals(first.tables["forecasts"])
    assert len(made) == 2


@pytest.mark.parametrize("change", [0, 1])
def test_tables_are_known_by_their_values(change: int) -> None:
    world = small.tables({("SSD", "2024-12"): change})
    zero = small.tables({("SSD", "2024-12"): 0})
    same = kept.tables_hash(world.country_month) == kept.tables_hash(zero.country_month)
    assert same is (change == 0)
