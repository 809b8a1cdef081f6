"""CRPS keeps its promises: exact on samples, the same score on quantiles, proper, in the units of the outcome (M67)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from tocsin.core.errors import Refused
from tocsin.evidence.forecast.score import crps

COUNTS = st.lists(st.integers(0, 500), min_size=1, max_size=12)


def integral(sample: list[int], y: float) -> float:
    """The definition, integrated over the steps of the empirical distribution."""
    edges = np.unique([*sample, y])
    below = np.searchsorted(np.sort(sample), edges[:-1], side="right") / len(sample)
    return float(((below - (edges[:-1] >= y)) ** 2 * np.diff(edges)).sum())


@given(COUNTS, st.integers(0, 600))
def test_of_a_sample_it_is_the_integral_it_is_defined_by(sample, y):
    assert crps.of_sample(np.array([sample], float), np.array([float(y)]))[0] == pytest.approx(
        integral(sample, y), abs=1e-9
    )


@given(COUNTS, st.integers(0, 600))
def test_quantiles_at_the_middles_of_equal_steps_score_as_the_sample_they_are(sample, y):
    m = len(sample)
    levels = (np.arange(m) + 0.5) / m
    made = crps.of_quantiles(levels, np.sort([sample]).astype(float), np.array([float(y)]))[0]
    assert made == pytest.approx(integral(sample, y), abs=1e-9)


@given(st.floats(-3, 3), st.floats(0.1, 5), st.floats(-10, 10))
def test_many_quantiles_of_a_normal_approach_its_closed_form(mean, spread, y):
    levels = (np.arange(4000) + 0.5) / 4000
    z = (y - mean) / spread
    exact = spread * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
    made = crps.of_quantiles(levels, norm.ppf(levels)[None] * spread + mean, np.array([y]))[0]
    assert made == pytest.approx(exact, abs=0.01 * spread)


@given(st.integers(0, 900), st.integers(0, 900))
def test_a_certain_forecast_is_scored_by_its_distance(said, y):
    assert crps.of_sample(np.full((1, 5), float(said)), np.array([float(y)]))[0] == pytest.approx(abs(said - y))


@given(COUNTS, st.integers(0, 600), st.floats(0.1, 50))
def test_it_is_in_the_units_of_the_outcome(sample, y, scale):
    one = crps.of_sample(np.array([sample], float), np.array([float(y)]))
    assert crps.of_sample(scale * np.array([sample], float), np.array([scale * y])) == pytest.approx(
        scale * one, abs=1e-6
    )


@given(COUNTS, COUNTS)
def test_nobody_expects_a_better_score_by_saying_what_he_does_not_believe(truth, said):
    drawn = np.array(truth, float)
    honest = crps.of_sample(np.tile(drawn, (len(drawn), 1)), drawn).mean()
    other = crps.of_sample(np.tile(np.array(said, float), (len(drawn), 1)), drawn).mean()
    assert honest <= other + 1e-9


def test_a_year_counts_alike_however_bloody_and_pooling_does_not():
    ours, rival = np.array([1.0, 90.0]), np.array([2.0, 100.0])
    assert crps.ratio(ours, rival) == pytest.approx(91 / 102)
    assert crps.yearly_ratio(ours, rival, np.array([2018, 2021])) == pytest.approx((0.5 + 0.9) / 2)
    assert np.isnan(crps.ratio(np.zeros(2), np.zeros(2)))


def test_what_cannot_be_scored_is_refused():
    levels, y = np.array([0.25, 0.75]), np.array([1.0])
    with pytest.raises(Refused, match="cross"):
        crps.of_quantiles(levels, np.array([[2.0, 1.0]]), y)
    with pytest.raises(Refused, match="levels"):
        crps.of_quantiles(np.array([0.5, 1.0]), np.array([[1.0, 2.0]]), y)
    with pytest.raises(Refused, match="not known"):
        crps.of_sample(np.array([[np.nan, 1.0]]), y)
    with pytest.raises(Refused, match="not known"):
        crps.of_quantiles(levels, np.array([[1.0, 2.0]]), np.array([np.nan]))
    with pytest.raises(Refused, match="cannot be scored"):
        crps.of_sample(np.zeros((2, 3)), y)


def test_coverage_counts_both_ends_as_inside():
    assert crps.coverage(np.array([0.0, 2.0]), np.array([1.0, 3.0]), np.array([1.0, 4.0])) == 0.5
    assert crps.coverage(np.zeros(2), np.ones(2), np.array([1.0, 4.0]), np.array([3.0, 1.0])) == 0.75
