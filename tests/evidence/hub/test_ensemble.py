"""Weights are learned on the past alone: what comes after an origin cannot move them (issue: leak test; M11)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.hub.handed import ONSET, hand_in, row

from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.evidence.forecast.combine import log_odds_mean
from tocsin.evidence.hub import answers, ensemble, shelf, truth
from tocsin.evidence.hub.truth import YearlyOutcomes

YEARS, PLACES = range(2000, 2014), [f"P{i:02d}" for i in range(40)]
MEMBERS = ["good", "poor"]


def world(seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Two members over fourteen origins, one of whom knows more; and what happened."""
    chance = np.random.default_rng(seed)
    rows, seen = [], []
    for year in YEARS:
        for place in PLACES:
            risk = chance.uniform(0.02, 0.5)
            seen.append((place, str(year), 2, float(chance.uniform() < risk)))
            rows.append((place, str(year), 2, risk, float(chance.uniform(0.02, 0.5))))
    key = {"place_id": pl.String, "origin": pl.String, "horizon": pl.Int32}
    wide = pl.DataFrame(rows, schema={**key, **dict.fromkeys(MEMBERS, pl.Float64)}, orient="row")
    return wide, pl.DataFrame(seen, schema={**key, "label": pl.Float64}, orient="row")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([2006, 2008, 2010, 2013]), st.integers(0, 1000))
def test_nothing_decided_after_an_origin_moves_its_weights(seed: int, origin: int, other: int) -> None:
    wide, known = world(seed)
    before = ensemble.weights(MEMBERS, wide, known, str(origin), ONSET)
    later = pl.col("origin").cast(pl.Int32) > origin - 2
    invented = pl.Series((np.random.default_rng(other).uniform(size=len(known)) < 0.5).astype(float))
    turned = known.with_columns(label=pl.when(later).then(invented).otherwise("label"))
    moved = wide.with_columns(good=pl.when(later).then(0.5).otherwise("good"))
    assert ensemble.weights(MEMBERS, moved, turned, str(origin), ONSET) == before
    # and it would have noticed: a label of the past does move them
    if before.learned:
        past = known.with_columns(label=pl.when(~later).then(1 - pl.col("label")).otherwise("label"))
        assert ensemble.weights(MEMBERS, wide, past, str(origin), ONSET).weight != before.weight


def test_who_was_right_before_gets_more_and_too_little_past_gives_equal_weights() -> None:
    wide, known = world(3)
    late = ensemble.weights(MEMBERS, wide, known, "2013", ONSET)
    assert late.learned
    assert late.weight["good"] > 0.6
    assert late.origins[-1] == "2011"
    early = ensemble.weights(MEMBERS, wide, known, "2005", ONSET)
    assert not early.learned
    assert early.weight == {"good": 0.5, "poor": 0.5}
    assert "4 closed origins" in early.why_equal
    rare = known.with_columns(label=pl.lit(0.0))
    assert "0 cases" in ensemble.weights(MEMBERS, wide, rare, "2013", ONSET).why_equal
    unknown = known.with_columns(label=pl.lit(None, dtype=pl.Float64))
    assert ensemble.weights(MEMBERS, wide, unknown, "2013", ONSET).rows == 0


P = st.floats(0.001, 0.999)


@given(st.lists(st.tuples(P, P, P), min_size=1, max_size=8))
def test_equal_weights_are_the_mean_in_log_odds_and_a_pool_lies_between_its_members(rows) -> None:
    p = np.array(rows)
    assert ensemble.pool(p, np.full(3, 1 / 3)) == pytest.approx(log_odds_mean(p))
    pooled = ensemble.pool(p, np.array([0.2, 0.5, 0.3]))
    assert (pooled >= p.min(axis=1) - 1e-9).all()
    assert (pooled <= p.max(axis=1) + 1e-9).all()


def test_a_place_of_which_only_some_speak_gets_their_weights() -> None:
    p = np.array([[0.2, np.nan], [np.nan, 0.4]])
    assert ensemble.pool(p, np.array([0.9, 0.1])) == pytest.approx([0.2, 0.4])
    assert ensemble.pool(p, np.array([1.0, 0.0])) == pytest.approx([0.2, 0.4])


@given(st.integers(0, 200))
@settings(max_examples=20, deadline=None)
def test_learned_weights_are_a_share_each_and_beat_equal_ones_on_what_they_learned_from(seed: int) -> None:
    chance = np.random.default_rng(seed)
    p = chance.uniform(0.01, 0.6, size=(150, 3))
    y = (chance.uniform(size=150) < p[:, 0]).astype(float)
    w = ensemble.learn(p, y, 10.0)
    assert w.min() >= 0
    assert w.sum() == pytest.approx(1)

    def cost(v):
        from tocsin.evidence.forecast.score.probability import log_loss

        return 150 * log_loss(y, ensemble.pool(p, v)) + 10 * ((v - 1 / 3) ** 2).sum()

    assert cost(w) <= cost(np.full(3, 1 / 3)) + 1e-6
    assert ensemble.learn(p, y, 1e9) == pytest.approx(np.full(3, 1 / 3), abs=1e-3)


@pytest.fixture
def outcomes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known of what became of 2025: the pool must be equal, and no figures are needed."""
    nobody = YearlyOutcomes(np.array([], dtype=object), np.array([], dtype=int), np.array([]), 2, 2)
    monkeypatch.setattr(truth, "outcomes_of", lambda *_: nobody)


def test_the_pool_is_kept_as_a_model_of_its_own_with_the_equal_one_beside_it(
    ctx: Context, tmp_path: Path, outcomes: None
) -> None:
    with pytest.raises(Refused, match="handed in"):
        ensemble.ensemble(ctx, ONSET)
    hand_in(ctx, tmp_path / "a", [row("SDN", 0.2), row("TCD", 0.1)])
    hand_in(ctx, tmp_path / "b", [row("SDN", 0.4), row("MLI", 0.3)], model_abbr="other")
    said = ensemble.ensemble(ctx, ONSET)
    assert said["members"] == ["example-constant", "example-other"]
    assert said["origins"][0]["weight"] == {"example-constant": 0.5, "example-other": 0.5}
    kept = shelf.everything(ctx)[-1]
    assert kept.model_id == "hub_ensemble"
    assert kept.folder.parent.name == "2025"
    table = answers.submitted(ctx, ONSET)
    pools = table.filter(pl.col("model_id") == "hub_ensemble").sort("place_id")
    assert pools["place_id"].to_list() == ["MLI", "SDN", "TCD"]
    assert pools["p"].to_list() == pytest.approx([0.3, float(log_odds_mean(np.array([[0.2, 0.4]]))[0]), 0.1])
    assert set(pools["standing"]) == {"live"}
    assert len(table.filter(pl.col("model_id") == "hub_equal")) == 3
    again = ensemble.ensemble(ctx, ONSET)
    assert again["members"] == said["members"], "a pool is never a member of itself"
    with pytest.raises(Refused, match="nobody has spoken"):
        ensemble.ensemble(ctx, ONSET, "1950")
    with pytest.raises(Misuse, match="count"):
        ensemble.ensemble(ctx, "state_based_deaths")
