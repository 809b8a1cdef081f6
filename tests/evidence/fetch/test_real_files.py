"""Real files, as their publishers sent them, come through the fetcher and stand in force as counted by hand.

They lie beside the checkout and are not part of it: without them these tests are left out.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from tests.fakes.publishers import Publisher, ask, ready

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.settings import Settings
from tocsin.evidence.store import good


def table(ctx: Context, source_id: str, name: str) -> pl.DataFrame:
    held = good.as_of(ctx.settings.store, source_id, ctx.now().date(), name)
    assert held is not None
    return good.table(held, name)


def test_a_month_of_candidate_events_of_ucdp(shared: Path, tmp_path: Path) -> None:
    ctx = Context(settings=Settings(home=tmp_path), clock=FixedClock(datetime(2023, 11, 25, 12, tzinfo=UTC)))
    name = "GEDEvent_v23_0_10.csv"
    by_hand: Counter[tuple[str, str]] = Counter()
    with (shared / "data" / "ucdp" / name).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["date_start"].startswith("2023-10"):
                by_hand[row["country"], row["type_of_violence"]] += int(float(row["best"]))
    with Publisher("ucdp_ged", real=shared / "data" / "ucdp") as publisher:
        fetched = ask(ctx, publisher, max_seconds=60)
    assert fetched.outcome == "new", fetched.said
    (load,) = [one for one in fetched.loads if one.file == name]
    assert load.rows_quarantined == 0
    month = table(ctx, "ucdp_ged", "country_month").filter(pl.col("month") == "2023-10")
    for place, country in {"SDN": "Sudan", "ISR": "Israel", "MMR": "Myanmar (Burma)", "UKR": "Ukraine"}.items():
        said = month.filter(pl.col("place_id") == place).row(0, named=True)
        assert by_hand[country, "1"] + by_hand[country, "3"] > 0, country
        for kind, column in (("1", "state_based_deaths"), ("2", "non_state_deaths"), ("3", "one_sided_deaths")):
            assert said[column] == by_hand[country, kind], (country, column)


def test_the_list_of_an_edition_of_the_early_warning_project(shared: Path, tmp_path: Path) -> None:
    ctx = Context(settings=Settings(home=tmp_path), clock=FixedClock(datetime(2025, 11, 25, 12, tzinfo=UTC)))
    folder = shared / "data" / "peers" / "ewp_2025"
    with (folder / "forecasts3Sep2025.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    with Publisher("ewp", samples=folder) as publisher:
        ready(ctx, publisher)
        fetched = ask(ctx, publisher)
    assert fetched.outcome == "new", fetched.said
    (column,) = [c for c in rows[0] if c.startswith("risk_1or2")]
    said = table(ctx, "ewp", "forecasts")
    assert said.height == len(rows)
    assert round(said["value"].sum(), 6) == round(sum(float(r[column]) for r in rows), 6)
