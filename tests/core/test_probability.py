"""Scores of a person's probabilities: hand-reckoned cases, and what must hold whatever is said."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.probability import EDGES, LEAST, MOST, bands, brier, log_score, mean, over_time, spells, wilson

START = datetime(2026, 1, 1, tzinfo=UTC)
p_ = st.floats(LEAST, MOST)


def day(n: float) -> datetime:
    return START + timedelta(days=n)


def test_the_half_form_of_brier_and_the_log_score():
    assert brier(0.3, True) == pytest.approx(0.49)
    assert brier(0.3, False) == pytest.approx(0.09)
    assert log_score(0.5, True) == pytest.approx(math.log(2))
    assert log_score(LEAST, True) == pytest.approx(6.9078, abs=1e-4)


@given(p_, st.floats(LEAST, MOST))
def test_nobody_gains_by_saying_other_than_they_believe(believed, said):
    def expected(score, p):
        return believed * score(p, True) + (1 - believed) * score(p, False)

    for score in (brier, log_score):
        assert expected(score, believed) <= expected(score, said) + 1e-12


def test_each_number_counts_for_as_long_as_it_stood():
    stood = spells([(day(0), 0.2), (day(3), 0.8)], day(4))
    assert [s.seconds / 86_400 for s in stood] == [3, 1]
    square, logs = over_time(stood, True)
    assert square == pytest.approx((3 * 0.64 + 0.04) / 4)
    assert logs == pytest.approx((3 * -math.log(0.2) - math.log(0.8)) / 4)


def test_what_was_said_after_the_end_is_no_forecast():
    assert spells([(day(5), 0.9)], day(4)) == []
    assert over_time([], True) is None
    assert spells([(day(0), 0.2), (day(5), 0.9)], day(4)) == spells([(day(0), 0.2)], day(4))


def test_wilson_against_the_published_form_and_at_its_ends():
    low, high = wilson(10, 50)
    assert (low, high) == (pytest.approx(0.1124, abs=1e-4), pytest.approx(0.3304, abs=1e-4))
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == pytest.approx(1.0)


@given(st.lists(st.tuples(p_, st.booleans()), max_size=60))
def test_every_number_stands_in_one_band_and_none_is_lost(said):
    found = bands(said)
    assert sum(b.n for b in found) == len(said)
    assert sum(b.came for b in found) == sum(y for _, y in said)
    assert [b.low for b in found] == list(EDGES[:-1])
    for b in found:
        assert (b.n == 0) == (b.observed is None) == (b.interval is None)
        if b.n:
            assert b.interval[0] - 1e-9 <= b.observed <= b.interval[1] + 1e-9


def test_the_mean_of_nothing_is_no_number():
    assert mean([]) is None
