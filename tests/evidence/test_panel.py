"""The panel: no year knows a later one, missing stays missing, what is carried is marked, labels are the list's."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import polars as pl
import pytest

from tocsin.catalog.geography import places
from tocsin.core.context import Context
from tocsin.evidence import panel
from tocsin.evidence.coverage import signals
from tocsin.evidence.store import Tables, load_tables

LABELS = ["onset", "onset_state", "onset_non_state", "ongoing"]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables(Context())


@pytest.fixture(scope="module")
def whole(tables: Tables) -> pl.DataFrame:
    return panel.country_year(tables)


def test_it_covers_every_state_since_1960(whole: pl.DataFrame) -> None:
    assert (whole["year"].min(), whole["year"].max()) == (1960, 2024)
    assert len(panel.columns()) >= 25
    assert set(panel.groups()) == {c.group for c in panel.columns()}
    assert all(whole[c.id].dtype == pl.Float64 for c in panel.columns())
    assert not whole.select("place_id", "year").is_duplicated().any()
    assert 165 <= whole.filter(year=2024).height <= 180


def test_every_column_says_where_it_is_from_and_under_what_licence(tables: Tables) -> None:
    sources = {s.id for s in tables.sources}
    for column in panel.columns():
        assert column.source_id in sources
        assert column.licence
        assert column.label
        assert column.unit
        assert len(column.derivation) > 15


def test_no_value_is_infinite_or_nan(whole: pl.DataFrame) -> None:
    for column in panel.columns():
        assert not whole[column.id].is_infinite().any()
        assert not whole[column.id].is_nan().any()


def test_only_states_of_the_year_with_enough_people(whole: pl.DataFrame) -> None:
    assert (whole["population_persons"].drop_nulls() >= panel.FEWEST_PERSONS).all()
    assert all(places()[p].existed(y) for p, y in whole.select("place_id", "year").rows())
    small = {p.place_id for p in places().by_id.values() if p.microstate}
    unknown = set(whole.filter(pl.col("population_persons").is_null())["place_id"])
    assert not unknown & small
    assert {"SUN", "YUG"}.isdisjoint(whole["place_id"])
    assert whole.filter(place_id="CSK")["year"].max() == 1992
    assert whole.filter(place_id="CZE")["year"].min() == 1993


@pytest.mark.parametrize("year", [1975, 1994, 2011])
def test_no_year_knows_a_later_one(tables: Tables, whole: pl.DataFrame, year: int) -> None:
    """Cut every table after a year: the panel up to that year is the same, value by value.

    An end coded later may not change it either: a killing that ended afterwards was open then.
    """
    killings = tables.mass_killings.filter(pl.col("start_year") <= year)
    open_then = pl.when(pl.col("end_year") <= year).then(pl.col("end_year"))
    cut = dataclasses.replace(
        tables,
        country_year=tables.country_year.filter(pl.col("year") <= year),
        country_month=tables.country_month.filter(pl.col("month") <= f"{year}-12"),
        mass_killings=killings.with_columns(end_year=open_then),
        coups=tables.coups.filter(pl.col("year") <= year),
        mass_killings_to=year,
    )
    then = panel.country_year(cut, last=year)
    now = whole.filter(pl.col("year") <= year)
    ids = [c.id for c in panel.columns()]
    for column in [*ids, *LABELS, "population_persons"]:
        pair = then.select("place_id", "year", column).join(
            now.select("place_id", "year", column), on=["place_id", "year"], suffix="_now"
        )
        assert pair.height == now.height == then.height
        differ = pair.filter(pl.col(column).ne_missing(pl.col(f"{column}_now")))
        assert differ.is_empty(), (column, differ.head(3))


def test_missing_stays_missing(tables: Tables, whole: pl.DataFrame) -> None:
    early = whole.filter(pl.col("year") < 1989)
    assert early["battle_deaths_log2"].is_null().all()
    assert early["conflict_intensity"].is_not_null().all()
    assert whole.filter(place_id="TWN")["infant_mortality"].is_null().all()
    assert whole.filter(pl.col("year") < 1989)["onset_non_state"].is_null().all()
    raw = tables.country_year.filter(pl.col("indicator") == "SP.DYN.IMRT.IN", pl.col("year").is_between(1960, 2023))
    known = whole.filter(pl.col("infant_mortality").is_not_null(), ~pl.col("carried").list.contains("infant_mortality"))
    assert known.join(raw, on=["place_id", "year"], how="anti").is_empty()


def test_missing_counts_the_holes(whole: pl.DataFrame) -> None:
    ids = [c.id for c in panel.columns()]
    holes = whole.select(n=pl.sum_horizontal([pl.col(i).is_null().cast(pl.Int32) for i in ids]))["n"]
    assert whole["missing"].to_list() == holes.to_list()
    assert 0 < whole["missing"].mean() < len(ids) / 3


def test_infant_mortality_of_2024_is_the_year_befores_and_says_so(whole: pl.DataFrame) -> None:
    last = whole.filter(year=2024, place_id="SDN")
    assert last["carried"].to_list() == [["infant_mortality"]]
    assert last["infant_mortality"].item() == whole.filter(year=2023, place_id="SDN")["infant_mortality"].item()
    assert whole.filter(year=2023, place_id="SDN")["carried"].to_list() == [[]]


def test_history_of_one_place(whole: pl.DataFrame) -> None:
    rwanda = {r["year"]: r for r in whole.filter(place_id="RWA").to_dicts()}
    assert rwanda[1994]["onset_state"] == 1
    assert rwanda[1994]["mk_ongoing_count"] >= 1
    assert rwanda[1994]["mk_recency"] == 1.0
    assert rwanda[2005]["mk_ever"] == 1
    assert 0 < rwanda[2005]["mk_recency"] < 0.5


def test_state_of_a_place(tables: Tables) -> None:
    assert panel.state_of("SDN", 2024, tables) == "under way"
    assert panel.state_of("NOR", 2024, tables) == "none known"
    assert panel.state_of("TWN", 2024, tables) == "not assessed"  # not in the list's own universe
    assert panel.state_of("SDN", 2025, tables) == "not assessed"  # the list ends in 2024
    assert panel.state_of("SSD", 2005, tables) == "not assessed"  # not yet a state
    assert panel.state_of("XXX", 2024, tables) == "not assessed"


def test_regions_leave_the_place_itself_out() -> None:
    from tocsin.evidence.panel.transforms import others_mean, others_share

    frame = pl.DataFrame(
        {
            "place_id": ["A", "B", "C", "D"],
            "year": [1, 1, 1, 1],
            "region": ["r", "r", "r", "s"],
            "v": [2.0, 0.0, None, 5.0],
            "independent": [True] * 4,
        }
    )
    out = frame.select(share=others_share(pl.col("v")), mean=others_mean(pl.col("v")))
    assert out["share"].to_list() == [0.0, 1.0, 0.5, None]
    assert out["mean"].to_list() == [0.0, 2.0, 1.0, None]


def test_years_since_counts_from_the_start_when_there_was_none() -> None:
    from tocsin.evidence.panel.transforms import apply

    frame = pl.DataFrame(
        {
            "place_id": ["A"] * 4 + ["B"] * 3,
            "year": [1950, 1951, 1952, 1953, 1950, 1951, 1952],
            "from_year": [1900] * 4 + [1951] * 3,
            "v": [0.0, 1.0, 0.0, 0.0, None, 0.0, 0.0],
        }
    )
    out = frame.select(since=apply("years_since", pl.col("v")))["since"]
    assert [None if v is None else round(2**v - 1, 6) for v in out] == [0, 0, 1, 2, None, 0, 1]


@pytest.mark.shared
def test_onsets_are_those_of_the_early_warning_projects_panel(shared: Path, whole: pl.DataFrame) -> None:
    """All 122 onset country-years of the EWP 2025 panel, none more; three of its rows are not ours."""
    file = shared / "data" / "peers" / "ewp_2025" / "prepared2024predictors-2025-09-03.csv"
    rival = pl.read_csv(file, infer_schema_length=None, columns=["ccode", "year", "mk_onset"])
    ids = [places().from_code("cow", code, year) for code, year in rival.select("ccode", "year").rows()]
    rival = rival.with_columns(place_id=pl.Series(ids))
    ours = set(whole.filter(onset=1).select("place_id", "year").rows())
    theirs = set(rival.filter(mk_onset=1).select("place_id", "year").rows())
    assert len(theirs) == 122
    assert ours == theirs
    rows = set(rival.select("place_id", "year").rows()) - set(whole.select("place_id", "year").rows())
    # Slovenia and Croatia in 1991 (recognised in 1992) and South Vietnam in 1975 (gone by the end of the year).
    assert rows == {("SVN", 1991), ("HRV", 1991), ("VNS", 1975)}


def test_people_are_shown_a_gap_where_nobody_counted_the_displaced(whole: pl.DataFrame, tables: Tables) -> None:
    """UNHCR lists zero people of its concern for Sudan in 2000, when millions were displaced there."""
    shown = signals(whole, tables, panel.columns(), ["SDN"]).filter(indicator="idps_log2")
    by_year = {period: (value, status) for period, value, status in shown.select("period", "value", "status").rows()}
    assert by_year["2000"] == (None, "gap")
    assert by_year["2024"][1] == "observed" and by_year["2024"][0] > 20


def test_a_region_of_the_list_may_differ_from_the_one_a_frozen_model_was_fitted_on(
    whole: pl.DataFrame, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {places()[p].region for p in panel.regions_as_fitted()} == {"Sub-Saharan Africa"}
    monkeypatch.setattr("tocsin.evidence.panel.build.regions_as_fitted", dict)
    listed = panel.country_year(tables)
    for column in ("region_conflict_share", "region_mk_share", "region_polyarchy"):
        fitted, today = (t.filter(place_id="SDN", year=2024)[column][0] for t in (whole, listed))
        assert fitted != today, "the predictor is of the region it was fitted with"
