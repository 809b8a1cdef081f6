"""The record of the layer: each onset with what was said before it, lead strictly ahead, page and figures in step."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.evidence.forecast.monthly.monthly_world import FIRST, figures, quiet, some_rows

from tocsin.catalog.models import looks
from tocsin.core.months import month_index
from tocsin.evidence.forecast.monthly import onsets, page, rolling, score, text
from tocsin.evidence.forecast.monthly.judged import Judged
from tocsin.evidence.forecast.record import FOLDER

ONSETS = {("COD", 1991), ("RWA", 1994), ("COD", 1996), ("NZL", 1998), ("RWA", 2001), ("COD", 2003)}


@pytest.fixture(scope="module")
def whole():
    """The small world, judged: deaths in Rwanda begin in March 2001 and pass 100 in May."""
    deaths = np.random.default_rng(2).poisson(1.0, size=quiet().shape)
    deaths[1, month_index("2001-03") - FIRST : month_index("2001-06") - FIRST] = 40
    rows, counted = some_rows(range(1990, 2005), ONSETS), figures(deaths)
    years = range(1994, 2005)
    seen = {k: rolling.forecast(rows, counted, k, years, rolling.settings()) for k in range(12)}
    return Judged(rows, counted, seen)


def _panel():
    return pl.DataFrame(
        [("RWA", 2001, 1), ("COD", 2003, 1), ("COD", 2002, 0)], schema=["place_id", "year", "onset"], orient="row"
    )


def _history():
    found = [(p, b, p_) for b in range(1989, 2004) for p, p_ in (("COD", 0.5), ("RWA", 0.2), ("NZL", 0.1))]
    return pl.DataFrame(found, schema=["place_id", "base_year", "p"], orient="row")


def test_each_distance_is_counted_from_the_first_bad_month_and_reads_what_stood_then(whole):
    found = {o["place_id"]: o for o in onsets.listed(whole, _history(), _panel())}
    rwanda = found["RWA"]
    assert rwanda["reference"] == "2001-03" and rwanda["reference_by_deaths"]
    ahead = rwanda["ahead"]
    assert [ahead[k]["of_year"] for k in ("24", "12", "last_yearly")] == [1998, 1999, 2000]
    assert ahead["6"]["of_year"] == 2000, "six months before March lies in the year before, and so does the number"
    assert ahead["1"]["of_year"] == 2001
    then = whole.seen[1]
    row = (whole.rows.place == "RWA") & (whole.rows.year == 2001)
    assert ahead["1"]["p"] == then.p[row][0], "on 1 February one month has been seen"
    congo = found["COD"]
    assert congo["reference"] == "2003-07" and not congo["reference_by_deaths"], "no month dates it: mid-year"
    assert congo["ahead"]["6"]["of_year"] == congo["ahead"]["1"]["of_year"] == 2003


def test_misses_come_first_and_no_forecast_is_one(whole, monkeypatch):
    monkeypatch.setattr(onsets, "MISSED", 1)
    panel = pl.concat([_panel(), pl.DataFrame([("SSD", 2002, 1)], schema=_panel().schema, orient="row")])
    found = onsets.listed(whole, _history(), panel)
    assert [o["missed"] for o in found] == sorted((o["missed"] for o in found), reverse=True)
    assert found[0]["place_id"] == "SSD" and found[0]["judged_rank"] is None and found[0]["missed"]


def test_lead_is_strictly_before_the_month_in_which_the_mark_is_passed(whole):
    told = onsets.lead(whole, 2001, 2003)
    rwanda = next(o for o in told["rows"] if o["place_id"] == "RWA")
    assert rwanda["crossing"] == "2001-05", "40 a month from March on"
    assert set(rwanda["ranks"]) == {str(k) for k in range(12)}
    assert rwanda["lead_10"] == 4 - rwanda["first_in_10"], "three places: all stand in a list of ten from the start"
    late = {**rwanda, "first_in_10": 5, "lead_10": -1}
    assert not onsets._ahead(late, 10) and onsets._ahead({**late, "lead_10": 0}, 10)
    congo = next(o for o in told["rows"] if o["place_id"] == "COD")
    assert congo["crossing"] is None and congo["lead_10"] is None
    assert told["crossed"] == 1


def test_a_period_scores_every_model_on_the_same_rows(whole):
    part = score.period(whole, 1997, 2004, seed=1, draws=20)
    assert part["onsets"] == 3 and part["rows"] == 24
    models = part["seen"]["6"]["models"]
    assert set(models) == {"onset_monthly_v1", "onset_v1", "onset_v1_one_year", "one_sided_deaths"}
    assert "log_loss" not in models["onset_v1"], "a two-year probability is not judged as one of one year"
    assert np.isnan(models["one_sided_deaths"]["log_loss"]["est"])
    assert models["onset_v1"]["auc"]["est"] == 0.5, "the yearly forecast of this world says the same of everybody"
    gap = part["seen"]["6"]["differences"]["auc"]
    assert gap["est"] == pytest.approx(models["onset_monthly_v1"]["auc"]["est"] - 0.5)


def test_the_published_page_and_figures_are_in_step():
    kept = json.loads((FOLDER / "monthly_record.json").read_text(encoding="utf-8"))
    docs = Path(__file__).resolve().parents[4] / "docs" / "explain" / "track-record-monthly.md"
    assert docs.read_text(encoding="utf-8") == page.page_text(kept, looks(rolling.MODEL))
    assert len(kept["looks_log"]) == len(looks(rolling.MODEL))
    found = kept["onsets"]
    assert [o["missed"] for o in found] == sorted((o["missed"] for o in found), reverse=True)
    assert all(o["year"] >= 1994 for o in found)
    for one in found:
        if one["year"] > 2021:
            assert one["ahead"]["1"] is None, "no month was counted then: no number"
    assert kept["periods"]["test"]["years"] == [2010, 2021]
    assert "missed" in text.table(kept)
