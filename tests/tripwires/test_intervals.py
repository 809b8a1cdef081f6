"""Exact intervals: figures from the tables, and that they cover as often as they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.tripwires import intervals


@pytest.mark.parametrize(
    ("count", "years", "low", "high"), [(0, 1, 0.0, 3.689), (1, 1, 0.0253, 5.572), (10, 2, 2.398, 9.195)]
)
def test_a_rate_has_the_exact_poisson_interval(count: int, years: float, low: float, high: float) -> None:
    assert intervals.rate(count, years) == pytest.approx((low, high), abs=0.001)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(0, 10, 0.0, 0.3085), (3, 10, 0.0667, 0.6525), (10, 10, 0.6915, 1.0), (0, 0, 0, 1)]
)
def test_a_share_has_the_exact_binomial_interval(hits: int, of: int, low: float, high: float) -> None:
    assert intervals.share(hits, of) == pytest.approx((low, high), abs=0.0001)


@given(st.integers(0, 80), st.floats(0.5, 40))
def test_the_rate_counted_lies_in_its_interval_and_more_years_narrow_it(count: int, years: float) -> None:
    low, high = intervals.rate(count, years)
    assert low <= count / years <= high
    twice = intervals.rate(2 * count, 2 * years)
    assert twice[1] - twice[0] < high - low


@given(st.integers(0, 60), st.floats(1, 30), st.floats(0.5, 10))
def test_what_fits_in_surrounds_the_same_rate(count: int, years: float, ahead: float) -> None:
    low, high = intervals.expected(count, years, ahead)
    assert low <= count * ahead / years <= high + 1
    assert low >= 0


@pytest.mark.parametrize(("rate", "years", "ahead"), [(2.7, 16, 2), (0.5, 16, 3), (4.5, 10, 5)])
def test_an_unchanged_rate_is_found_broken_at_most_once_in_twenty(rate: float, years: float, ahead: float) -> None:
    """The old count is uncertain too: an interval that took it for the truth would cry wolf."""
    rng = np.random.default_rng(20101020)
    outside = 0
    draws = 4000
    for before, after in zip(rng.poisson(rate * years, draws), rng.poisson(rate * ahead, draws), strict=True):
        low, high = intervals.expected(int(before), years, ahead)
        outside += not low <= after <= high
    # Counts are whole numbers, so the interval covers at least what it says.
    assert outside / draws <= 0.05


def test_a_rate_three_times_as_high_is_found_out() -> None:
    low, high = intervals.expected(44, 16, 4)
    assert low <= 11 <= high
    assert not low <= 33 <= high
    assert not low <= 0 <= high
