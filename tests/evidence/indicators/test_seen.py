"""Figures beside the forecasts: loaded row by row, listed with date and licence, not as if known earlier or zero."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.evidence.indicators import seen
from tocsin.evidence.indicators.schema import INDICATORS, KEY, table
from tocsin.evidence.store import home, load, load_tables

pytestmark = pytest.mark.usefixtures("thin")

HEAD = "CountryName,Iso3,GNAYear,IndicatorId,FullName,IndicatorScore\n"
STATED = b"""
id: stated
title: A table that states its days
publisher: An office
url: https://office.example.org/
licence: CC BY 4.0
licence_url: https://creativecommons.org/licenses/by/4.0/
citation: An office, a table
coverage: Every state
cadence_days: 30
grace_days: 30
columns: {place: iso, period: year, published: out}
figures: [{indicator: things, column: n, label: Things, unit: things}]
"""
PHASES = "Date of analysis,Country,Total country population,Validity period,From,To,Phase,Number,Percentage\n"


def trends(path: Path, *rows: tuple[str, int, str, float]) -> Path:
    """Write a file of INFORM trends with invented figures."""
    path.write_text(HEAD + "".join(f",{iso},{year},{code},{code} index,{v}\n" for iso, year, code, v in rows), "utf-8")
    return path


def at(ctx: Context, day: date) -> Context:
    """Return the same home on another day."""
    return replace(ctx, clock=FixedClock(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)))


def test_a_place_has_its_newest_figures_with_source_and_licence(ctx: Context, tmp_path: Path) -> None:
    three = (("SDN", 2024, "INFORM", 7.1), ("SDN", 2023, "INFORM", 6.9), ("TCD", 2024, "HA", 5))
    file = trends(tmp_path / "t.csv", *three)
    assert load(ctx, "inform_risk", file, "analyst").outcome == "accepted"
    found = seen.of_place(ctx, "SDN")
    shown = [(f.indicator, f.period, f.value, f.older, f.lead) for f in found.figures]
    assert shown == [("INFORM", "2024", 7.1, 1, True)]
    state = {source.id: (source, said) for source, said in found.sources}
    assert state["inform_risk"][1] == "told"
    assert state["inform_risk"][0].licence == "CC BY 4.0"
    assert state["ipc"][1] == "absent", "nothing loaded is not the same as nothing there"
    assert {f.value for f in seen.of_place(ctx, "SDN", whole=True).figures} == {7.1, 6.9}
    silent = seen.of_place(ctx, "MLI")
    assert not silent.figures
    assert {s.id: said for s, said in silent.sources}["inform_risk"] == "silent"


def test_what_a_file_does_not_name_stays_and_is_said(ctx: Context, tmp_path: Path) -> None:
    load(ctx, "inform_risk", trends(tmp_path / "a.csv", ("SDN", 2024, "HA", 7), ("TCD", 2024, "HA", 5)), "analyst")
    later = load(ctx, "inform_risk", trends(tmp_path / "b.csv", ("SDN", 2024, "HA", 7.5)), "analyst")
    assert later.outcome == "warned"
    assert [i["rule"] for i in later.issues] == ["sparser"]
    rows = seen.known(ctx, "inform_risk")
    assert dict(rows.select("place_id", "value").rows()) == {"SDN": 7.5, "TCD": 5.0}


def test_a_figure_is_not_known_before_it_was_loaded(ctx: Context, tmp_path: Path) -> None:
    today = ctx.now().date()
    load(ctx, "inform_risk", trends(tmp_path / "a.csv", ("SDN", 2024, "HA", 7)), "analyst")
    assert seen.of_place(ctx, "SDN", date(today.year - 1, 1, 1)).figures == []
    assert [f.value for f in seen.of_place(ctx, "SDN", today).figures] == [7.0]
    later = at(ctx, date(today.year + 2, 1, 1))
    assert {s.id: s.stale for s in seen.sources(later)}["inform_risk"]
    load(later, "inform_risk", trends(tmp_path / "b.csv", ("SDN", 2024, "HA", 9)), "analyst")
    assert [f.value for f in seen.of_place(later, "SDN", today).figures] == [7.0], "as known then"


def test_a_figure_published_later_than_the_day_is_not_among_those_known_on_it(ctx: Context, tmp_path: Path) -> None:
    today = ctx.now().date()
    (tmp_path / "m.csv").write_text(f"iso,year,n,out\nSDN,2024,1,{today}\n", "utf-8")
    home.declare(ctx, STATED)
    assert load(ctx, "stated", tmp_path / "m.csv", "analyst").rows_accepted == 1
    rows = seen.known(ctx, "stated")
    assert rows.schema == INDICATORS
    assert rows["published"].to_list() == [today]
    assert seen.published_by(rows, today).height == 1
    assert seen.published_by(rows, today - timedelta(days=1)).is_empty()


def test_missing_is_missing_and_makes_no_row() -> None:
    two = {"place_id": ["SDN", None], "period": ["2024"] * 2, "indicator": ["x"] * 2, "value": [None, 1.0]}
    assert table(pl.DataFrame(two)).is_empty()
    assert set(KEY) < set(INDICATORS)


def test_they_are_no_part_of_what_the_models_read(ctx: Context, tmp_path: Path) -> None:
    before = load_tables(ctx)
    load(ctx, "inform_risk", trends(tmp_path / "a.csv", ("SDN", 2024, "HA", 7)), "analyst")
    after = load_tables(ctx)
    assert after.country_year.equals(before.country_year)
    assert [s.id for s in after.sources] == [s.id for s in before.sources]


def test_two_analyses_of_one_month_both_stand(ctx: Context, tmp_path: Path) -> None:
    rows = [
        f"May 2021,ETH,1000,current,2021-05-01,2021-06-30,{phase},{n},{p}\n"
        for whole in (500, 200)
        for phase, n, p in (("all", whole, 1.0), ("3+", whole // 2, 0.5), ("5", 0, 0))
    ]
    (tmp_path / "ipc.csv").write_text(PHASES + "".join(rows), "utf-8")
    assert load(ctx, "ipc", tmp_path / "ipc.csv", "analyst").outcome == "accepted"
    found = [f for f in seen.of_place(ctx, "ETH").figures if f.indicator == "phase3plus"]
    assert sorted((f.value, f.detail) for f in found) == [
        (100.0, "analysis of 2021-05, 200 people analysed"),
        (250.0, "analysis of 2021-05, 500 people analysed"),
    ]
    assert {f.until for f in found} == {"2021-06"}


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("May 2021,ETH,1,current,2021-05-01,2021-06-30,6,1,0.1", "unknown-phase"),
        ("May 2021,ETH,1,someday,2021-05-01,2021-06-30,3,1,0.1", "unknown-period"),
        ("May 2021,ETH,1,current,2021-07-01,2021-06-30,3,1,0.1", "span"),
        ("May 2021,QQQ,1,current,2021-05-01,2021-06-30,3,1,0.1", "unknown-place"),
        ("May 2021,ETH,1,current,2021-05-01,2021-06-30,3,-1,0.1", "negative"),
        ("May 2021,ETH,1,current,2021-05-01,2021-06-30,3,1,1.1", "too-high"),
        ("last spring,ETH,1,current,2021-05-01,2021-06-30,3,1,0.1", "not-a-month"),
    ],
)
def test_a_row_that_breaks_a_rule_is_set_aside(ctx: Context, tmp_path: Path, row: str, rule: str) -> None:
    months = (*(f"{m} 2020" for m in ("Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug")), "May 2021")
    phases = {"all": 1.0, "1": 0.1, "2": 0.1}
    good = [f"{m},ETH,1,current,2021-05-01,2021-06-30,{p},1,{s}\n" for m in months for p, s in phases.items()]
    (tmp_path / "ipc.csv").write_text(PHASES + "".join(good) + row + "\n", "utf-8")
    outcome = load(ctx, "ipc", tmp_path / "ipc.csv", "analyst")
    assert outcome.outcome == "quarantined"
    broken = [i["rule"] for i in outcome.issues if i["weight"] == "row"]
    assert broken in ([rule], [rule, "no-whole"]), "what it says of itself first, then that it stands alone"


@pytest.mark.parametrize(
    ("source", "file", "rows"),
    [
        ("inform_risk", "inform/inform_risk_index_trends.csv", 7640),
        ("inform_risk", "inform/inform_risk_index.csv", 25463),
        ("ipc", "ipc/ipc_global_national_long.csv", 399),
        ("ipc", "ipc/ipc_eth_national_long.csv", 91),
        ("ipc", "ipc/ipc_global_level1_long.csv", 2386),
        ("ipc", "ipc/ipc_global_area_long_latest.csv", 2709),
    ],
)
def test_the_publishers_own_files_are_read_to_the_last_row(
    ctx: Context, shared: Path, source: str, file: str, rows: int
) -> None:
    outcome = load(ctx, source, shared / "data" / file, "analyst")
    assert (outcome.rows_in, outcome.rows_quarantined) == (rows, 0)
    assert outcome.outcome in {"accepted", "warned"}
    found = seen.known(ctx, source)
    assert not found.select(KEY).is_duplicated().any()
