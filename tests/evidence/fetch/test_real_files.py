"""Real files, as their publishers sent them, come through the fetcher and stand in force as counted by hand.

They lie beside the checkout and are not part of it: without them these tests are left out.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from tests.fakes.publishers import Publisher, ask, ready
from tests.fakes.publishers import unhcr as unhcr_pages
from tests.fakes.publishers import worldbank as worldbank_pages

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


SERIES = {
    "SP.POP.TOTL": ("wdi.popsize.new", "Population, total"),
    "SP.DYN.IMRT.IN": ("wdi.imrate.new", "Mortality rate, infant (per 1,000 live births)"),
    "NY.GDP.PCAP.KD": ("wdi.gdppc.new", "GDP per capita (constant 2015 US$)"),
    "NY.GDP.PCAP.KD.ZG": ("wdi.gdppcgrow.new", "GDP per capita growth (annual %)"),
    "NE.TRD.GNFS.ZS": ("wdi.trade.new", "Trade (% of GDP)"),
}


def test_the_world_banks_series_page_by_page(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The publisher's figures, in the pages of its interface: four a series."""
    ctx = Context(settings=Settings(home=tmp_path / "home"), clock=FixedClock(datetime(2026, 11, 25, 12, tzinfo=UTC)))
    with (shared / "data" / "worldbank" / "wdi.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    records = [
        {
            "indicator": {"id": code, "value": name},
            "country": {"id": row["iso2c"], "value": row["country"]},
            "countryiso3code": row["iso3c"],
            "date": row["year"],
            "value": float(row[column]) if row[column] else None,
            "unit": "",
            "obs_status": "",
            "decimal": 0,
        }
        for code, (column, name) in SERIES.items()
        for row in rows
    ]
    (tmp_path / "records.json").write_text(json.dumps(records), encoding="utf-8")
    monkeypatch.setattr(worldbank_pages, "FEW", 5_000)
    with Publisher("worldbank", samples=tmp_path) as publisher:
        fetched = ask(ctx, publisher, max_seconds=120)
    assert fetched.outcome == "new", fetched.said
    assert {load.rows_quarantined for load in fetched.loads} == {0}
    said = table(ctx, "worldbank", "country_year").filter(pl.col("indicator") == "SP.POP.TOTL")
    for place, year in (("SDN", 1985), ("MMR", 2024), ("NAM", 1990)):
        (by_hand,) = [float(r["wdi.popsize.new"]) for r in rows if r["iso3c"] == place and r["year"] == str(year)]
        assert said.filter(place_id=place, year=year)["value"].to_list() == [by_hand]


def test_the_displaced_inside_their_countries_by_unhcrs_interface(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ctx = Context(settings=Settings(home=tmp_path / "home"), clock=FixedClock(datetime(2026, 11, 25, 12, tzinfo=UTC)))
    folder = shared / "data" / "unhcr"
    with (folder / "idmc.csv").open(encoding="utf-8") as file:
        idmc = [{**row, "year": int(row["year"]), "total": int(row["total"])} for row in csv.DictReader(file)]
    population = pl.read_parquet(folder / "population.parquet")
    numbers = {"coo_id": 0, "coa_id": 0}  # UNHCR's own numbers, which the file leaves out and no reader uses
    for name, rows in (("idmc", idmc), ("population", population.to_dicts())):
        (tmp_path / f"{name}.json").write_text(json.dumps([{**numbers, **row} for row in rows]), encoding="utf-8")
    monkeypatch.setattr(unhcr_pages, "FEW", 1000)
    with Publisher("unhcr", samples=tmp_path) as publisher:
        fetched = ask(ctx, publisher, max_seconds=120)
    assert fetched.outcome == "new", fetched.said
    by_hand = sum(r["total"] for r in idmc if r["coo_iso"] == "SDN" and r["year"] == 2023)
    assert by_hand > 1_000_000
    said = table(ctx, "unhcr", "country_year").filter(place_id="SDN", year=2023, indicator="idps_idmc")
    assert said["value"].to_list() == [by_hand]
