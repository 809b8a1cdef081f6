"""One pass on the bundled snapshot: every place, every model, intervals, drivers, record; the same bytes twice (M8)."""

from __future__ import annotations

import shutil
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from tests.evidence.forecast.violence.months import RECIPE as MONTHLY
from tests.evidence.forecast.worlds import RECIPE, RECIPE_V2

from tocsin.core.errors import Refused
from tocsin.evidence.forecast import intervals, one_pass, onset, produce, recipes, record, rolling
from tocsin.evidence.forecast.models import conflict_v1, onset_v1
from tocsin.evidence.forecast.violence import live
from tocsin.evidence.panel import country_year
from tocsin.evidence.store import load_tables

ONSET, CONFLICT = "mass_killing_onset", "state_based_deaths_ge25"


@pytest.fixture(scope="module")
def bundled():
    """Tables and panel of the bundled snapshot."""
    import tempfile
    from pathlib import Path

    from tocsin.core.context import Context
    from tocsin.core.settings import Settings

    tables = load_tables(Context(settings=Settings(home=Path(tempfile.mkdtemp()))))
    return tables, country_year(tables)


@pytest.fixture
def quick(monkeypatch):
    """Small forests and few redraws: the wiring is tested here, the numbers are the track record's."""
    monkeypatch.setattr(recipes, "recipe", lambda columns, scale_trees=1.0: RECIPE)
    monkeypatch.setattr(recipes, "recipe_v2", lambda columns, scale_trees=1.0: RECIPE_V2)
    monkeypatch.setattr(onset, "PART_DRAWS", 4)
    monkeypatch.setattr(intervals.by_countries, "__kwdefaults__", {**intervals.by_countries.__kwdefaults__, "draws": 3})
    monkeypatch.setattr(one_pass, "CONFLICT_DRAWS", 3)
    monkeypatch.setattr(one_pass, "CONFLICT_FIRST_BASE", 2014)
    monkeypatch.setattr(one_pass.violence, "recipe", lambda: replace(MONTHLY, step=24))


def test_one_pass_twice(bundled, ctx, quick):
    tables, panel = bundled
    first = produce(panel, tables, ctx)
    places = set(panel.filter(pl.col("year") == 2024)["place_id"])
    said = first.forecasts.filter(pl.col("output_type") == "pmf")
    for model in ("onset_v1", "onset_v2", "climatology", "zsum4", "conflict_v1"):
        rows = said.filter(pl.col("model_id") == model)
        assert set(rows["place_id"]) == places, f"{model}: nobody is dropped for a missing input"
        bounds = first.forecasts.filter((pl.col("model_id") == model) & (pl.col("output_type") == "quantile"))
        assert len(bounds) == 2 * len(rows) == 2 * len(places) * (3 if model == "onset_v2" else 1)
    monthly = first.forecasts.filter(pl.col("origin").str.contains("-"))
    assert set(monthly["place_id"]) == places and set(monthly["origin"]) == {"2026-02"}
    assert any("2026-02" in line and "not counted" in line for line in first.degraded)
    before = set(panel.filter(pl.col("year") == 2023)["place_id"])
    assert set(said.filter(pl.col("model_id") == "last_forecast")["place_id"]) == before

    for model in ("onset_v2", "onset_v1"):
        mine = said.filter((pl.col("model_id") == model) & (pl.col("target") == ONSET))
        p = dict(mine.select("place_id", "value").iter_rows())
        z = np.sort(np.log(np.array(list(p.values())) / (1 - np.array(list(p.values())))))
        median = np.median(z)
        drivers = first.drivers.filter(pl.col("model_id") == model)
        sums = dict(drivers.group_by("place_id").agg(pl.col("log_odds").sum()).iter_rows())
        for place, chance in p.items():
            assert sums[place] == pytest.approx(np.log(chance / (1 - chance)) - median, abs=1e-8)
    led = {
        part: said.filter(pl.col("target") == f"{ONSET}_{part}").sort("place_id")["value"].to_numpy()
        for part in ("state", "non_state")
    }
    either = said.filter((pl.col("model_id") == "onset_v2") & (pl.col("target") == ONSET)).sort("place_id")["value"]
    assert (np.maximum(led["state"], led["non_state"]) <= either.to_numpy() + 1e-12).all()
    assert (either.to_numpy() <= led["state"] + led["non_state"] + 1e-12).all()
    _beside_the_forecast(first, p)
    assert set(first.base_rates) == {ONSET, CONFLICT}
    assert 0 < first.base_rates[ONSET] < first.base_rates[CONFLICT] < 1

    second = produce(panel, tables, ctx)
    for name in ("forecasts", "drivers", "whatif", "profiles", "record", "conflict_record"):
        assert getattr(first, name).equals(getattr(second, name)), name
    assert first.base_rates == second.base_rates and first.degraded == second.degraded


def test_a_panel_that_lacks_a_column_says_so(bundled, ctx, quick):
    tables, panel = bundled
    result = produce(panel.drop("trade_log2"), tables, ctx)
    for model in ("onset_v1", "onset_v2"):
        assert any("trade_log2" in line and model in line for line in result.degraded)
        said = [line for line in result.degraded if "other inputs" in line and model in line]
        assert said, f"the bundled record of {model} is of another panel"
    with pytest.raises(Refused):
        produce(panel.clear(), tables, ctx)


def _raises(*_: object) -> None:
    raise ValueError("array must not contain infs or NaNs")


def test_a_model_that_fails_takes_no_other_with_it(bundled, ctx, quick, monkeypatch):
    tables, panel = bundled
    monkeypatch.setattr(one_pass.work, "jobs", lambda _: 1)
    monkeypatch.setattr(onset_v1, "fit", _raises)
    result = produce(panel, tables, ctx)
    assert "must not contain infs" in result.failed["onset_v1"]
    assert set(result.forecasts["model_id"]) == {"onset_v2", "conflict_v1", "climatology", "zsum4", *live.MODELS}
    assert set(result.base_rates) == {ONSET, CONFLICT}
    assert set(result.drivers["model_id"]) == {"onset_v2"} and result.whatif.is_empty() and result.profiles.is_empty()

    shutil.rmtree(ctx.settings.store / "forecasts")  # what it said of the same figures would be recalled
    monkeypatch.setattr(conflict_v1.Fitted, "predict", lambda _, x: np.full(len(x), np.nan))
    result = produce(panel, tables, ctx)
    assert "are no numbers" in result.failed["conflict_v1"]
    assert set(result.forecasts["model_id"]) == {"onset_v2", "climatology", "zsum4", *live.MODELS}
    assert result.forecasts["value"].is_finite().all()


def _beside_the_forecast(result, p):
    """Changes and likenesses speak of the same numbers as the forecast; the counts of what followed add up."""
    assert set(result.profiles["place_id"]) == set(p)
    assert result.profiles.group_by("place_id").len()["len"].unique().to_list() == [5]
    for place, now in result.whatif.select("place_id", "p_now").unique().iter_rows():
        assert now == pytest.approx(p[place])
    rows = result.about["apart"]
    fighting = [r for r in rows if r["by"] == "fighting"]
    quarters = [r for r in rows if r["by"] == "quarter"]
    assert sum(r["onsets"] for r in fighting) <= sum(r["onsets"] for r in quarters)
    assert all(r["low"] <= r["share"] <= r["high"] for r in rows if r["rows"])
    assert result.conflict_record["base_year"].max() == 2023


def test_a_place_with_nothing_known_is_forecast_with_a_wider_interval(bundled, ctx, quick):
    tables, panel = bundled
    named = "CRI"
    missing = [c for c in panel.columns if c.startswith(("v2", "gdp", "infant", "trade", "population_log2"))]
    blank = (pl.col("place_id") == named) & (pl.col("year") > 2015)
    thinned = panel.with_columns([pl.when(blank).then(None).otherwise(pl.col(c)).alias(c) for c in missing])
    width = []
    for one in (panel, thinned):
        rows = produce(one, tables, ctx).forecasts.filter(
            (pl.col("model_id") == "onset_v1") & (pl.col("place_id") == named)
        )
        value = dict(rows.select("output_type_id", "value").iter_rows())
        width.append(np.log(value["0.95"]) - np.log(value["0.05"]))
    assert width[1] > width[0]


@pytest.mark.parametrize("model", ["onset_v1", "onset_v2"])
def test_the_bundled_record_is_of_the_bundled_snapshot(bundled, model):
    """Otherwise every refresh on the snapshot would carry a degradation."""
    from tocsin.catalog.models import card

    _, panel = bundled
    design, lacking = recipes.onset_design(panel, {}, card("onset_v1").columns)
    kept = record.read(model_id=model)
    assert not lacking
    assert kept.about["inputs_sha256"] == rolling.content_hash(design, recipes.recipe_of(model, design.columns))
    shown = record.shown(kept.history, 2023)
    assert dict(shown.schema) == record.RECORD
    assert shown["base_year"].min() == 1993
    assert (
        shown.filter(pl.col("base_year") == 2023)["onset_within"].null_count()
        == shown.filter(pl.col("base_year") == 2023).height
    )
    assert shown.filter(pl.col("base_year") == 2020)["onset_within"].null_count() == 0
    year = shown.filter(pl.col("base_year") == 2000).sort("rank")
    assert year["rank"][0] == 1 and year["p"].is_sorted(descending=True) and year["of"][0] == len(year)


def test_a_damaged_record_stops(tmp_path):
    record.write(pl.DataFrame(schema=record.COLUMNS), {"newest_year": 2024}, tmp_path)
    assert record.read(tmp_path).history.is_empty()
    record.paths("onset_v1", tmp_path)[0].write_bytes(b"not parquet")
    from tocsin.core.errors import Damaged

    with pytest.raises(Damaged):
        record.read(tmp_path)
    assert record.read(tmp_path / "nowhere") is None


def test_conflict_reads_yearly_deaths_and_never_turns_absence_into_zero():
    panel = pl.DataFrame({"place_id": ["AAA"] * 4, "year": [1989, 1990, 1991, 1992], "pop": [1.0] * 4})
    figures = pl.DataFrame(
        [
            ("AAA", 1989, "battle_deaths", 0.0),
            ("AAA", 1990, "battle_deaths", 30.0),
            ("AAA", 1992, "battle_deaths", 24.0),
            ("AAA", 1990, "conflict_intensity", 1.0),
        ],
        schema=["place_id", "year", "indicator", "value"],
        orient="row",
    )
    design = conflict_v1.design(panel, figures, ["pop"])
    assert design.label[0] == 1, "30 deaths in 1990"
    assert np.isnan(design.label[1]), "1991 is not known"
    assert design.label[2] == 0, "24 in 1992 is below 25"
    assert np.isnan(design.label[3]), "1993 has not come"
    at = design.columns.index("deaths_log")
    assert design.x[1, at] == pytest.approx(np.log(31)) and np.isnan(design.x[2, at])
    with pytest.raises(Refused, match="battle_deaths"):
        conflict_v1.design(panel, figures.filter(pl.col("indicator") == "conflict_intensity"), ["pop"])


def test_months_of_the_gap_are_not_read_by_the_conflict_model(bundled):
    """A store without any country-month gives the same features: the gap of 2021-24 cannot leak in as zeros."""
    tables, panel = bundled
    only_years = SimpleNamespace(country_year=tables.country_year)
    design = conflict_v1.design(panel, only_years.country_year, ["population_log2"])
    assert design.year.min() == 1989 and np.isnan(design.label[design.year == 2024]).all()
    assert not np.isnan(design.label[design.year == 2022]).all()


def test_a_look_back_does_not_tell_what_followed_later() -> None:
    kept = record.read()
    assert kept is not None
    late = record.shown(kept.history, 2023).filter(pl.col("base_year") == 2021)
    back = record.shown(kept.history, 2021)
    assert late["onset_within"].null_count() == 0
    assert back.filter(pl.col("base_year") == 2021)["onset_within"].null_count() == back["place_id"].n_unique()
    assert back.filter(pl.col("base_year") == 2020)["onset_within"].null_count() == 0
