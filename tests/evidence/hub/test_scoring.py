"""Everybody on the same rows, the rows counted, what came in time never mixed with what did not (M11)."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.evidence.hub.handed import DEATHS, ONSET, at, hand_in, row

from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.evidence import run_folder
from tocsin.evidence.forecast import hub, record
from tocsin.evidence.forecast.score import probability, ranking
from tocsin.evidence.hub import answers, score, truth
from tocsin.evidence.hub.text import scores as text
from tocsin.evidence.hub.truth import MonthlyCounts, YearlyOutcomes

IDS = ["AFG", "BFA", "CAF", "COD", "ETH", "MLI", "MMR", "NER", "NGA", "SDN", "SSD", "TCD"]
YEARS = list(range(2000, 2021))


def known() -> YearlyOutcomes:
    """What became of a dozen places, 2000 to 2020; windows after 2018 are open."""
    chance = np.random.default_rng(7)
    place = np.array([p for _ in YEARS for p in IDS], dtype=object)
    year = np.array([y for y in YEARS for _ in IDS])
    label = (chance.uniform(size=len(place)) < 0.2).astype(float)
    label[year > 2018] = np.nan
    return YearlyOutcomes(place, year, label, 2, 2)


@pytest.fixture
def outcomes(monkeypatch: pytest.MonkeyPatch) -> YearlyOutcomes:
    found = known()
    monkeypatch.setattr(truth, "outcomes_of", lambda *_: found)
    monkeypatch.setattr(record, "read", lambda *_: None)
    return found


def past(years: range, value: object = 0.1, places: list[str] | None = None) -> list[dict[str, object]]:
    return [row(p, value, origin=str(y)) for y in years for p in places or IDS]


def test_all_models_are_scored_on_the_rows_they_share(ctx: Context, tmp_path: Path, outcomes: YearlyOutcomes) -> None:
    hind = {"data_until": "origin", "retrospective": "true"}
    hand_in(ctx, tmp_path / "a", past(range(2010, 2021), 0.1), **hind)
    hand_in(ctx, tmp_path / "b", past(range(2010, 2021), 0.3, IDS[:9]), model_abbr="most", **hind)
    hand_in(ctx, tmp_path / "c", past(range(2010, 2012), 0.3), model_abbr="few", **hind)
    [told] = score.score(ctx, ONSET, draws=20)["targets"]
    tables = {t["model_id"]: t for t in told["tables"]}
    one = tables["example-constant"]
    assert one["standing"] == "after the fact"
    assert "after the fact" in one["mark"]
    assert one["rows_submitted"] == 11 * 12
    assert (one["rows_known"], one["outcome_not_known"]) == (9 * 12, 2 * 12)
    assert one["rows"] == 9 * 9, "the rows that the two of them have"
    assert one["left_out"] == {"example-few": 24}
    assert set(one["models"]) == {"example-constant", "example-most", "climatology", "persistence"}
    shared = np.isin(outcomes.place, IDS[:9]) & (outcomes.year >= 2010) & ~np.isnan(outcomes.label)
    y = outcomes.label[shared]
    assert one["cases"] == int(y.sum())
    assert one["models"]["example-constant"]["log_loss"] == pytest.approx(
        probability.log_loss(y, np.full(81, 0.1)), abs=1e-6
    )
    rates = np.array([outcomes.climatology(str(b), 2) for b in outcomes.year[shared]])
    assert one["models"]["climatology"]["brier"] == pytest.approx(probability.brier(y, rates), abs=1e-6)
    gap = one["differences"]["example-most"]["brier"]
    assert gap["est"] == pytest.approx(
        probability.brier(y, np.full(81, 0.1)) - probability.brier(y, np.full(81, 0.3)), abs=1e-5
    )
    assert gap["low"] <= gap["est"] <= gap["high"]
    assert tables["example-few"]["rows"] == 24 - 6
    assert "81 that all below have" in text({"targets": [told]})


def test_each_look_is_counted_and_the_figures_are_kept_for_the_desk(
    ctx: Context, tmp_path: Path, outcomes: YearlyOutcomes
) -> None:
    with pytest.raises(Refused, match="template"):
        score.score(ctx)
    hand_in(ctx, tmp_path / "a", past(range(2010, 2012)), data_until="origin", retrospective="true")
    assert score.score(ctx, draws=10)["targets"][0]["looks"] == 1
    first = (ctx.settings.home / "hub" / "scores" / f"{ONSET}.json").read_bytes()
    again = score.score(ctx, ONSET, draws=10)["targets"][0]
    assert again["looks"] == 2
    assert (
        first.replace(b'"looks": 1', b'"looks": 2')
        == (ctx.settings.home / "hub" / "scores" / f"{ONSET}.json").read_bytes()
    )


def test_what_came_in_time_is_scored_apart_and_an_open_window_waits(
    ctx: Context, tmp_path: Path, outcomes: YearlyOutcomes
) -> None:
    for year, moment in ((2015, "2016-09-01"), (2016, "2018-10-01")):
        hand_in(at(ctx, moment), tmp_path / str(year), past(range(year, year + 1)), data_until=f"{year}-12-31")
    hand_in(at(ctx, "2020-06-01"), tmp_path / "open", past(range(2019, 2020)), data_until="2019-12-31")
    hand_in(
        ctx, tmp_path / "b", past(range(2015, 2017), 0.4), model_abbr="later", data_until="origin", retrospective="true"
    )
    [told] = score.score(ctx, ONSET, draws=10)["targets"]
    found = {(t["model_id"], t["standing"]): t for t in told["tables"]}
    assert set(found) == {
        ("example-constant", "live"), ("example-constant", "late"), ("example-later", "after the fact"),
    }  # fmt: skip
    live = found["example-constant", "live"]
    assert live["rows_submitted"] == 24
    assert live["rows"] == 12
    assert live["origins"] == ["2015", "2015"]
    assert "example-later" not in live["models"], "a hindcast never stands beside what was said in time"
    assert live["window_gone"]["most"] == pytest.approx(0.33, abs=0.01)
    assert "example-constant" in found["example-later", "after the fact"]["models"]


def test_a_forecast_of_the_newest_year_waits(ctx: Context, tmp_path: Path, outcomes: YearlyOutcomes) -> None:
    hand_in(ctx, tmp_path / "a", [row(p) for p in IDS])
    [told] = score.score(ctx, ONSET, draws=10)["targets"]
    assert told["tables"] == []
    assert told["waiting"][0]["rows_submitted"] == 12
    assert "no outcome known yet" in text({"targets": [told]})


def a_run(ctx: Context, name: str, table: pl.DataFrame, written: float) -> None:
    """A run folder with forecasts alone, written at a moment."""
    files = {
        "run.json": run_folder.json_bytes({"as_of": name[:10]}),
        "forecasts.parquet": run_folder.parquet_bytes(table),
    }
    files["MANIFEST.json"] = run_folder.json_bytes({"sha256": {n: run_folder.sha256(d) for n, d in files.items()}})
    run_folder.put(ctx.settings.runs / name, files)
    os.utime(ctx.settings.runs / name / "run.json", (written, written))


def test_our_own_runs_are_held_to_the_same_rule(ctx: Context, tmp_path: Path, outcomes: YearlyOutcomes) -> None:
    table = hub.rows("onset_v1", "2015", ONSET, IDS, np.linspace(0.1, 0.4, 12))
    stale = hub.rows("last_forecast", "2015", ONSET, IDS, np.full(12, 0.9))
    september = at(ctx, "2016-09-01").now().timestamp()
    a_run(ctx, "2016-09-01-aaaaaaaaaa", pl.concat([table, stale]), september)
    a_run(ctx, "2016-09-02-bbbbbbbbbb", table.with_columns(value=pl.lit(0.5)), ctx.now().timestamp())
    ours = answers.ours(ctx, ONSET)
    assert set(ours["model_id"]) == {"onset_v1"}
    assert ours.group_by("standing").len().sort("standing").rows() == [("after the fact", 12), ("live", 12)]
    hand_in(at(ctx, "2016-09-01"), tmp_path / "a", past(range(2015, 2016)), data_until="2015-12-31")
    [told] = score.score(ctx, ONSET, draws=10)["targets"]
    live = told["tables"][0]["models"]
    y = outcomes.label[outcomes.year == 2015]
    assert live["onset_v1"]["auc"] == pytest.approx(ranking.auc(y, np.linspace(0.1, 0.4, 12)), abs=1e-6)


def test_persistence_and_climatology_know_closed_windows_alone(outcomes: YearlyOutcomes) -> None:
    turned = YearlyOutcomes(
        outcomes.place, outcomes.year, np.where(outcomes.year > 2008, 1 - outcomes.label, outcomes.label), 2, 2
    )
    assert turned.climatology("2010", 2) == outcomes.climatology("2010", 2)
    assert turned.persistence("2010", 2) == outcomes.persistence("2010", 2)
    assert turned.climatology("2012", 2) != outcomes.climatology("2012", 2)


def test_counts_are_scored_by_crps_beside_the_last_year_and_the_last_month(
    ctx: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.evidence.hub.handed import deaths

    months = [(p, 2019 * 12 + m, float(10 * i + m)) for i, p in enumerate(("SDN", "TCD")) for m in range(30)]
    seen = MonthlyCounts(pl.DataFrame(months, schema=["place_id", "month", "count"], orient="row"))
    monkeypatch.setattr(truth, "monthly", lambda *_: seen)
    rows = [
        deaths(p, n, v, origin="2020", horizon=3, output_type="sample")
        for p, y in (("SDN", 26.0), ("TCD", 36.0)) for n, v in enumerate((y, y))
    ]  # fmt: skip
    hand_in(ctx, tmp_path / "a", rows, data_until="2020-12-31", retrospective="true")
    [told] = score.score(ctx, DEATHS, draws=10)["targets"]
    [table] = told["tables"]
    assert table["rows"] == 2
    assert table["models"]["example-constant"]["crps"] == 0
    assert table["models"]["persistence"]["crps"] == pytest.approx(3)
    assert 0 < table["models"]["conflictology"]["crps"] < 9
    levels = [
        deaths(p, q, v, origin="2020", horizon=3) for p, v in (("SDN", 20), ("TCD", 30)) for q in (0.25, 0.5, 0.75)
    ]
    hand_in(ctx, tmp_path / "b", levels, model_abbr="levels", data_until="2020-12-31", retrospective="true")
    told = score.score(ctx, DEATHS, draws=10)["targets"][0]
    table = next(t for t in told["tables"] if t["model_id"] == "example-levels")
    assert table["levels"] == [0.25, 0.5, 0.75]
    assert table["models"]["example-constant"]["crps"] == 0
    assert table["models"]["example-levels"]["crps"] == pytest.approx(6), "twice the mean pinball loss, six too low"
    assert "crps" in text({"targets": [told]})


def test_a_count_that_reaches_a_floor_is_known_when_all_its_months_are(ctx: Context) -> None:
    count = np.array([[0.0, 30, 0, 0, np.nan, 0, 40, 0], [0.0, 0, 10, 20, 0, 0, 0, 0]])
    seen = truth.MonthlyOutcomes(("SDN", "TCD"), 2020 * 12, count, 25.0)
    asked = [
        ("SDN", "2020-01", 1),
        ("SDN", "2020-02", 2),
        ("SDN", "2020-02", 3),
        ("TCD", "2020-02", 2),
        ("TCD", "2020-08", 1),
    ]
    table = pl.DataFrame(asked, schema={"place_id": pl.String, "origin": pl.String, "horizon": pl.Int32}, orient="row")
    assert seen.of(table)["label"].to_list() == [1.0, 0.0, None, 1.0, None]
    assert seen.climatology("2020-03", 1) == pytest.approx(1 / 4), "four windows of a month had ended, one reached it"
    changed = np.where(np.arange(8) > 2, 99.0, count)
    later = truth.MonthlyOutcomes(("SDN", "TCD"), 2020 * 12, changed, 25.0)
    assert later.climatology("2020-03", 1) == seen.climatology("2020-03", 1)
    assert later.persistence("2020-03", 1) == seen.persistence("2020-03", 1)
    assert set(seen.persistence("2020-01", 3)) == {"SDN", "TCD"}


def test_a_target_without_a_table_waits_and_stops_no_other(
    ctx: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hand_in(ctx, tmp_path / "a", [row("SDN", target="state_based_deaths_ge25", horizon=12)]).accepted

    def nothing(*_: object) -> None:
        raise Refused("no table holds the outcome")

    monkeypatch.setattr(truth, "outcomes_of", nothing)
    told = score.score(ctx, draws=10)
    assert told["targets"] == []
    assert "no table" in text(told)
    with pytest.raises(Refused, match="no table"):
        score.score(ctx, "state_based_deaths_ge25", draws=10)
