"""Scores keep their promises: perfect, constant, tied, unknown and missing forecasts (M8)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score
from sklearn.metrics import log_loss as sk_log_loss

from tocsin.core.errors import Refused
from tocsin.evidence.forecast.score import bootstrap, probability, ranking

LABELS = st.lists(st.sampled_from([0.0, 1.0]), min_size=2, max_size=40)


@st.composite
def slates(draw):
    y = np.array(draw(LABELS))
    p = np.array(draw(st.lists(st.sampled_from([0.01, 0.05, 0.2, 0.5, 0.9]), min_size=len(y), max_size=len(y))))
    assume(0 < y.sum() < len(y))
    return y, p


@given(slates())
def test_agrees_with_a_second_implementation_ties_included(slate):
    y, p = slate
    assert ranking.auc(y, p) == pytest.approx(roc_auc_score(y, p))
    assert ranking.average_precision(y, p) == pytest.approx(average_precision_score(y, p))
    assert probability.brier(y, p) == pytest.approx(brier_score_loss(y, p))
    assert probability.log_loss(y, p) == pytest.approx(sk_log_loss(y, p))


@given(LABELS)
def test_a_perfect_forecast_scores_perfectly(labels):
    y = np.array(labels)
    assert probability.brier(y, y) == 0
    assert probability.log_loss(y, y) == pytest.approx(0, abs=1e-9)
    if 0 < y.sum() < len(y):
        assert ranking.auc(y, y) == 1
        assert ranking.average_precision(y, y) == 1
        assert probability.expected_over_observed(y, y) == 1


@given(slates(), st.floats(0.01, 0.99))
def test_a_constant_forecast_ranks_nobody(slate, constant):
    y, _ = slate
    p = np.full(len(y), constant)
    assert ranking.auc(y, p) == 0.5
    assert ranking.average_precision(y, p) == pytest.approx(y.mean())
    assert np.isnan(probability.calibration(y, p)).all()
    # A list of k places out of n, all tied, holds each case with chance k/n: exactly that share is recalled.
    k = len(y) // 2
    assert ranking.share(y, ranking.listed(p, k)) == pytest.approx(k / len(y))
    # EWP's min rank would call all of them first: the reason why recall is also given with ties at random.
    assert (ranking.min_rank(p) == 1).all()


@given(slates(), st.integers(1, 30))
def test_a_list_holds_exactly_k_places_however_they_tie(slate, k):
    _, p = slate
    chance = ranking.listed(p, k)
    assert chance.sum() == pytest.approx(min(k, len(p)))
    assert ((chance >= 0) & (chance <= 1)).all()
    order = np.argsort(-p, kind="stable")
    assert (np.diff(chance[order]) <= 1e-12).all()


def test_a_list_with_a_tie_at_the_cut_shares_the_last_places():
    assert ranking.listed(np.array([0.9, 0.4, 0.4, 0.4, 0.1]), 2).tolist() == pytest.approx([1, 1 / 3, 1 / 3, 1 / 3, 0])


@given(slates())
def test_weights_are_copies(slate):
    """A row drawn twice scores like the row written twice."""
    y, p = slate
    weight = np.arange(len(y)) % 3
    assume(0 < (weight * y).sum() < weight.sum())
    again = np.repeat(np.arange(len(y)), weight)
    for metric in (ranking.auc, ranking.average_precision, probability.brier, probability.log_loss):
        assert metric(y, p, weight) == pytest.approx(metric(y[again], p[again]))


@given(slates())
def test_an_unknown_label_is_left_out_and_a_missing_forecast_refuses(slate):
    y, p = slate
    longer, q = np.append(y, np.nan), np.append(p, 0.99)
    for metric in (ranking.auc, ranking.average_precision, probability.brier, probability.log_loss):
        assert metric(longer, q) == pytest.approx(metric(y, p))
        with pytest.raises(Refused, match="missing"):
            metric(y, np.where(np.arange(len(p)) == 0, np.nan, p))
    with pytest.raises(Refused):
        ranking.auc(y, p[:-1])


@pytest.mark.parametrize("metric", [ranking.auc, ranking.average_precision, probability.expected_over_observed])
def test_one_class_is_not_defined_rather_than_zero(metric):
    assert np.isnan(metric(np.zeros(5), np.linspace(0.1, 0.5, 5)))


def test_calibration_agrees_with_a_second_implementation():
    chance = np.random.default_rng(1)
    p = chance.uniform(0.02, 0.6, 4000)
    y = (chance.uniform(size=4000) < p**1.3).astype(float)
    z = np.log(p / (1 - p))
    fitted = LogisticRegression(C=1e9, max_iter=1000, tol=1e-10).fit(z[:, None], y)
    slope, intercept = probability.calibration(y, p)
    assert slope == pytest.approx(fitted.coef_[0][0], abs=1e-3)
    assert intercept == pytest.approx(fitted.intercept_[0], abs=1e-3)


def test_calibration_of_a_true_forecast_is_one_and_zero():
    chance = np.random.default_rng(2)
    p = chance.uniform(0.01, 0.5, 60_000)
    slope, intercept = probability.calibration((chance.uniform(size=len(p)) < p).astype(float), p)
    assert slope == pytest.approx(1, abs=0.05)
    assert intercept == pytest.approx(0, abs=0.07)


def test_skill_has_its_zero_at_the_reference():
    assert probability.skill(0.02, 0.02) == 0
    assert probability.skill(0.01, 0.02) == 0.5
    assert probability.skill(0.03, 0.02) < 0
    assert np.isnan(probability.skill(0.1, 0.0))


def test_the_bootstrap_draws_countries_whole_and_pairs_the_models():
    place = np.array(["A", "A", "B", "C", "C", "C"], dtype=object)
    weights = bootstrap.country_weights(place, seed=3, draws=50)
    assert (weights[:, 0] == weights[:, 1]).all()
    assert (weights[:, 3] == weights[:, 5]).all()
    drawn_countries = weights[:, [0, 2, 3]].sum(axis=1)
    assert (drawn_countries == 3).all()
    assert (bootstrap.country_weights(place, seed=3, draws=50) == weights).all()
    one = bootstrap.redraw(lambda w: {"x": 0.3 if w is None else float((w * np.arange(6)).sum())}, weights, ["x"])
    assert one.drawn.shape == (50, 1)
    assert bootstrap.differences(one, one) == {"x": {"est": 0.0, "low": 0.0, "high": 0.0}}
    none = bootstrap.redraw(lambda w: {"x": float("nan")}, weights, ["x"])
    assert np.isnan(list(bootstrap.differences(one, none)["x"].values())).all()


def test_reliability_bins_hold_every_row_once():
    chance = np.random.default_rng(4)
    p = np.append(chance.uniform(size=200), [0.0, 1.0])
    y = (chance.uniform(size=202) < p).astype(float)
    bins = probability.reliability(y, p, (0.0, 0.01, 0.2, 1.0))
    assert sum(b["rows"] for b in bins) == 202
    assert sum(b["cases"] for b in bins) == y.sum()
    assert probability.reliability(y[:0], p[:0], (0.0, 1.0))[0]["observed"] is None
