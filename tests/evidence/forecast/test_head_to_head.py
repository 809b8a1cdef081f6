"""The head-to-head: EWP's own anchors from its own file, a made-up edition end to end, bad files in one "
"sentence (M8)."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from tests.evidence.forecast.worlds import RECIPE, RECIPE_V2

from tocsin.catalog.geography import places
from tocsin.core.errors import Misuse, Refused
from tocsin.evidence.forecast import led_by, recipes, rolling, track_record
from tocsin.evidence.forecast.design import Design, forward_labels
from tocsin.evidence.forecast.score import head_to_head, peer, ranking, slate
from tocsin.evidence.forecast.score import rows as scored_rows

PANEL = "data/peers/ewp_2025/prepared2024predictors-2025-09-03.csv"
PEER = "data/peers/ewp_2025/FOOSforecasts_3Sep2025.csv"


@pytest.mark.shared
def test_ewps_own_numbers_come_out_of_its_own_file(shared):
    """Anchors the publisher's figures give: .825, .692, 39 onsets in 5,032 rows; 72 positives in 4,864 "
    "two-year rows."""
    edition = peer.read(shared / PANEL, shared / PEER)
    asked = edition.peer.filter(pl.col("risk_prev").is_not_null())
    rows = [(str(c), int(b)) for c, b in asked.select("ccode", "base_year").iter_rows()]
    forecasts = {"ewp": dict(zip(rows, asked["risk_prev"].to_list(), strict=True))}
    by_rule = head_to_head._rule(edition, forecasts)
    assert len(by_rule.label) == 5032 and by_rule.label.sum() == 39
    scores = by_rule.metrics("ewp")
    assert scores["auc"] == pytest.approx(0.825, abs=0.0005)
    assert scores["recall30"] == pytest.approx(0.692, abs=0.0005)
    assert scores["recall10"] == pytest.approx(0.308, abs=0.0005)
    given = edition.peer.filter(pl.col("maxrisk2").is_not_null())
    assert by_rule.best_risk("ewp") == pytest.approx(given["maxrisk2"].to_numpy(), abs=1e-12)
    assert (by_rule.best_rank("ewp") == given["minrank2"].to_numpy()).all(), "ranks as EWP computed them"
    fair = head_to_head._two_year(edition, asked, forecasts)
    known = ~np.isnan(fair.label)
    assert known.sum() == 4864 and np.nansum(fair.label) == 72
    assert set(fair.year[~known]) == {2023}, "only the base year whose window has not ended is unknown"


def test_the_rule_takes_the_better_of_two_bases_and_two_lists_are_told_apart():
    place = np.array(["1", "2", "1"], dtype=object)
    target = np.array([2001, 2001, 2000])
    bases = {"m": {("1", 1999): 0.1, ("2", 1999): 0.9, ("1", 2000): 0.4, ("2", 2000): 0.3}}
    ruled = slate.rule(place, target, np.array([1.0, 0.0, 1.0]), bases)
    assert ruled.best_risk("m").tolist() == [0.4, 0.9, 0.1]
    assert ruled.best_rank("m").tolist() == [1, 1, 2], "the third has one base only: 1999"
    assert ruled.listed["m"][10].tolist() == [1, 1, 1]


def test_two_lists_with_ties_hold_a_country_with_the_chance_of_either():
    bases = {"m": {(str(i), year): 0.5 for i in range(20) for year in (1999, 2000)}}
    ruled = slate.rule(np.array(["3"], dtype=object), np.array([2001]), np.ones(1), bases)
    assert ruled.listed["m"][10][0] == pytest.approx(1 - 0.5 * 0.5)
    assert ruled.metrics("m")["recall10"] == 1.0, (
        "min rank calls all twenty first: the generous rule, kept as EWP has it"
    )


@pytest.fixture
def edition_files(tmp_path):
    """A made-up edition in EWP's shape: 25 real states, 1960-2000, one danger column and three of noise."""
    chance = np.random.default_rng(8)
    known = places()
    states = [p for p in known.independent(1960) if known.independent(2000).count(p)][:25]
    code = {
        p: c for (system, c), spells in known._codes.items() if system == "cow" for s in spells for p in [s.place_id]
    }
    years = np.arange(1960, 2001)
    danger = chance.normal(size=(len(years), 25)).cumsum(axis=0) * 0.2
    onset = (chance.uniform(size=danger.shape) < 1 / (1 + np.exp(3 - 2 * danger))).astype(int)
    rows, risks = [], []
    for y, year in enumerate(years):
        for i, place in enumerate(states):
            noise = chance.normal(size=3).round(3)
            rows.append((place, code[place], int(year), int(onset[y, i]), 0, float(danger[y, i]), *map(float, noise)))
    for year in range(1994, 2001):
        prev = year - 1 - 1960
        order = {b: np.clip(1 / (1 + np.exp(3 - danger[b])), 0, 1) for b in (prev, prev - 1)}
        for i, place in enumerate(states):
            two = None if year == 1994 else float(order[prev - 1][i])
            risk = float(order[prev][i])
            best = max(risk, two or 0)
            risks.append((place, code[place], year, int(onset[year - 1960, i]), year - 1, risk, two, best, 1))
    panel, forecasts = tmp_path / "panel.csv", tmp_path / "peer.csv"
    names = ["ewp_name", "ccode", "year", "mk_onset", "mk_onset_1or2", "danger", "n1", "n2", "n3"]
    pl.DataFrame(rows, schema=names, orient="row").write_csv(panel)
    names = [
        "ewp_name",
        "ccode",
        "year",
        "mk_onset",
        "prev_year",
        "risk_prev",
        "risk_two_years_prior",
        "maxrisk2",
        "minrank2",
    ]
    pl.DataFrame(risks, schema=names, orient="row").write_csv(forecasts, null_value="NA")
    return panel, forecasts


@pytest.fixture
def small_recipe(monkeypatch):
    """The recipe with small forests, two columns of zsum4 that the made-up world has, and no bundled record."""
    monkeypatch.setattr(recipes, "recipe", lambda columns, scale_trees=1.0: RECIPE)
    monkeypatch.setattr(recipes, "recipe_v2", lambda columns, scale_trees=1.0: RECIPE_V2)
    monkeypatch.setattr(recipes, "zsum_parts", lambda: (["danger", "n1"], np.ones(2)))
    monkeypatch.setattr(rolling, "FIRST_BASE", 1984)
    monkeypatch.setattr(head_to_head.record, "read", lambda model_id: None)


@pytest.fixture
def ours(edition_files):
    """Our side of the made-up world: the same columns under our own place names, one state unknown to us."""
    frame = pl.read_csv(edition_files[0]).filter(pl.col("ewp_name") != "AFG").sort("year", "ewp_name")
    place = np.array(frame["ewp_name"].to_list(), dtype=object)
    year = frame["year"].to_numpy()
    x = frame.select("danger", "n1", "n2").to_numpy()
    label = forward_labels(place, year, frame["mk_onset"].cast(pl.Float64).to_numpy())
    design = Design(place, year, x, label, ("danger", "n1", "v2x_polyarchy"), ("a", "b", "c"))
    by_state = np.where(np.arange(len(label)) % 3 == 0, 0.0, label)
    led = led_by.Parts(by_state, np.where(np.isnan(label), np.nan, np.maximum(label - by_state, 0.0)))
    return head_to_head.Snapshot(design, {(p, y) for p in places().by_id for y in range(1990, 2001) if p < "AUT"}, led)


def test_a_made_up_edition_end_to_end(edition_files, ours, ctx, small_recipe, tmp_path):
    edition = peer.read(*edition_files)
    result, slates = head_to_head.run(edition, ours, ctx, draws=12, n_seeds=3)
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert result["rows"] == 7 * 25 and result["bases"] == [1993, 1999]
    assert result["two_year_rows"] == 6 * 25, "base 1999 looks to 2001, which the panel does not reach: unknown"
    assert result["unknown_labels"] == 25
    assert set(result["models"]) == {
        "ewp", "onset_v1", "onset_v1@panel", "onset_v2", "onset_v2@panel", "climatology", "zsum4", "last_forecast"
    }  # fmt: skip
    assert result["unjoined"]["count"] == 7 and {r["country"] for r in result["unjoined"]["rows"]} == {"AFG"}
    assert result["models"]["onset_v1"]["two_year"]["rows"] == 6 * 24
    fair = {"auc", "ap", "brier", "log_loss", "brier_skill", "slope", "intercept", "expected_over_observed"}
    for scores in result["models"].values():
        assert fair <= set(scores["two_year"])
        assert {"auc", "ap", "recall10", "recall20", "recall30"} <= set(scores["ewp_rule"])
    assert result["models"]["climatology"]["two_year"]["brier_skill"] == 0
    for difference in result["differences"]["onset_v1"].values():
        assert difference["low"] <= difference["est"] + 0.2 and difference["low"] <= difference["high"]
    est = result["differences"]["onset_v1@panel"]["auc"]["est"]
    both = result["models"]["onset_v1@panel"]["two_year"]["auc"] - result["models"]["ewp"]["two_year"]["auc"]
    assert est == pytest.approx(both, abs=2e-6)
    again, _ = head_to_head.run(edition, ours, ctx, draws=12, n_seeds=3)
    assert json.dumps(again, sort_keys=True) == json.dumps(result, sort_keys=True)

    _seeds_parts_and_counts(result)
    scored_rows.write(tmp_path / "rows.csv", slates)
    written = (
        pl.read_csv(tmp_path / "rows.csv").filter(pl.col("scoring") == "two_year").filter(pl.col("label").is_not_null())
    )
    assert ranking.auc(written["label"].to_numpy(), written["ewp"].to_numpy()) == pytest.approx(
        result["models"]["ewp"]["two_year"]["auc"], abs=1e-6
    )

    scores = tmp_path / "scores.json"
    scores.write_text(json.dumps(result), encoding="utf-8")
    page, figures = tmp_path / "docs" / "track-record.md", tmp_path / "track_record.json"
    track_record.publish(scores, page, figures)
    text = page.read_text(encoding="utf-8")
    assert text.index("## Misses") < text.index("## Where we lose") < text.index("## Scores")
    assert f"{result['models']['ewp']['two_year']['auc']:.3f}" in text
    assert "AFG" in text and "tocsin --json score onset" in text
    kept = json.loads(figures.read_text(encoding="utf-8"))
    assert kept["unjoined"]["count"] == 7 and "rows" not in kept["unjoined"], "no rival row is passed on"


def _seeds_parts_and_counts(result):
    """What stands beside the scores: spread over seeds, both parts, numbers of onsets, differences of parts."""
    for model, spread in result["seeds"].items():
        published = result["models"][model]["two_year"]["log_loss"]
        assert spread["log_loss"]["seeds"] == 3
        assert spread["log_loss"]["low"] - 1e-6 <= published <= spread["log_loss"]["high"] + 1e-6
        assert spread["log_loss"]["low"] < spread["log_loss"]["high"], "trees differ by seed"
    led = result["led_by"]
    assert led["incoherent_rows"] == 0
    assert led["state"]["positives"] + led["non_state"]["positives"] == led["either"]["positives"] > 0
    counted = result["counts"]["onset_v2"]
    assert {"level", "eras", "cells", "cells_covered"} <= set(counted)
    assert sum(c["observed"] for c in counted["cells"]) == result["models"]["onset_v2"]["two_year"]["positives"]
    assert all(
        c["low"] <= c["high"] and c["covered"] == (c["low"] <= c["observed"] <= c["high"]) for c in counted["cells"]
    )
    assert "auc" in result["eras"][0]["differences"]["onset_v2"]
    assert set(result["further_differences"]) == {
        "onset_v2 - onset_v1", "onset_v2 - zsum4", "onset_v2@panel - onset_v1@panel"
    }  # fmt: skip


def test_a_forecast_of_ours_never_sees_the_rivals_future(edition_files, ours, ctx, small_recipe, tmp_path):
    """Onsets of the last years turned over in the panel: forecasts of earlier bases stay the same."""
    frame = pl.read_csv(edition_files[0])
    turned = frame.with_columns(
        pl.when(pl.col("year") > 1996).then(1 - pl.col("mk_onset")).otherwise(pl.col("mk_onset")).alias("mk_onset")
    )
    turned.write_csv(tmp_path / "turned.csv")
    slates = [
        head_to_head.run(peer.read(path, edition_files[1]), ours, ctx, draws=10, n_seeds=1)[1][0]
        for path in (edition_files[0], tmp_path / "turned.csv")
    ]
    early = slates[0].year <= 1996
    assert (slates[0].p["onset_v1@panel"][early] == slates[1].p["onset_v1@panel"][early]).all()
    assert (slates[0].p["onset_v2@panel"][early] == slates[1].p["onset_v2@panel"][early]).all()
    assert (slates[0].p["climatology"][early] == slates[1].p["climatology"][early]).all()


def _spoil(path, edit):
    path.write_bytes(edit(path.read_bytes()))


@pytest.mark.parametrize(
    ("which", "edit", "words"),
    [
        (0, lambda b: b.replace(b"mk_onset,", b"onset,", 1), "lacks the columns mk_onset"),
        (1, lambda b: b.replace(b"risk_prev", b"risk", 1), "lacks the columns risk_prev"),
        (0, lambda b: b"<!DOCTYPE html><html>Not found</html>", "web page"),
        (1, lambda b: b[:200] + b"\xff\xfe" + b[200:], "not UTF-8"),
        (1, lambda b: b.replace(b",", b";"), "lacks the columns"),
        (0, lambda b: b"\n".join(b.split(b"\n")[:1]), "no rows"),
        (0, lambda b: b"\n".join([*b.split(b"\n")[:3], b.split(b"\n")[2], b""]), "stands twice"),
        (1, lambda b: b.replace(b",1993,0.", b",1993,7.", 1), "not between 0 and 1"),
        (1, lambda b: b.replace(b",1994,", b",nineteen,", 1), "not a number"),
        (1, lambda b: b.replace(b",1993,", b",1990,", 1), "year before"),
    ],
    ids=["column", "column of peer", "html", "encoding", "semicolons", "empty", "twice", "risk", "words", "base year"],
)
def test_a_bad_file_is_refused_in_one_sentence(edition_files, which, edit, words):
    _spoil(edition_files[which], edit)
    with pytest.raises(Refused) as caught:
        peer.read(*edition_files)
    sentence = caught.value.sentence()
    assert words in sentence and edition_files[which].name in sentence and "\n" not in sentence


def test_a_missing_file_is_misuse(tmp_path, edition_files):
    with pytest.raises(Misuse, match="there is no file"):
        peer.read(tmp_path / "absent.csv", edition_files[1])
    with pytest.raises(Misuse):
        track_record.publish(tmp_path / "absent.json", tmp_path / "page.md", tmp_path / "f.json")
    (tmp_path / "thin.json").write_text("{}")
    with pytest.raises(Refused, match="lack"):
        track_record.publish(tmp_path / "thin.json", tmp_path / "page.md", tmp_path / "f.json")
