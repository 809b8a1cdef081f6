"""Krippendorff's alpha against the author's own examples, and what must hold of it whatever is answered."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tocsin.core.agreement import NOMINAL, ORDINAL, alpha

# Krippendorff 2011, examples A (binary, two observers), B (nominal, two observers) and C (any number, missing values).
BINARY = ["01", "11", "01", "00", "00", "01", "00", "00", "10", "00"]
LETTERS = ["ab", "aa", "bb", "bb", "db", "cc", "cc", "cc", "ee", "dd", "dd", "ad"]
FOUR = ["11.1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", ".555", "..11", ".3.."]
STATES = ("absent", "partly", "present", "unknown")
units = st.lists(st.lists(st.sampled_from(STATES), min_size=2, max_size=4), min_size=3, max_size=8)


def test_binary_two_observers():
    assert alpha(BINARY, "01").alpha == pytest.approx(0.095, abs=5e-4)


def test_nominal_two_observers():
    assert alpha(LETTERS, "abcde").alpha == pytest.approx(0.692, abs=5e-4)


def test_four_observers_with_missing_values_nominal_and_ordinal():
    found = alpha(FOUR, "12345")
    assert found.alpha == pytest.approx(0.743, abs=5e-4)
    # The twelfth unit was given one value: it pairs with nothing and does not count.
    assert (found.units, found.values) == (11, 40)
    assert alpha(FOUR, "12345", metric=ORDINAL).alpha == pytest.approx(0.815, abs=5e-4)


def test_too_few_and_no_variation_are_said_and_are_no_number():
    assert alpha([], STATES).why == "fewer than two assessors answered the same question"
    assert alpha([["present"], ["absent"]], STATES).alpha is None
    few = alpha([["present", "absent"], ["absent", "absent"]], STATES)
    assert few.alpha is None
    assert few.why.startswith("too few: 2 questions")
    same = alpha([["present", "present"]] * 5, STATES)
    assert (same.alpha, same.low, same.high) == (None, None, None)
    assert same.why.startswith("no variation: every answer is 'present'")


@given(st.lists(st.sampled_from(STATES), min_size=3, max_size=9))
def test_unanimous_is_one_unless_nothing_varies(states):
    found = alpha([[s] * 3 for s in states], STATES)
    if len(set(states)) == 1:
        assert found.alpha is None
    else:
        assert found.alpha == pytest.approx(1.0)


@given(units, st.sampled_from([NOMINAL, ORDINAL]), st.integers(0, 99))
def test_never_above_one_the_same_seed_gives_the_same_interval(given_, metric, seed):
    found = alpha(given_, STATES[:3] if metric == ORDINAL else STATES, metric=metric, seed=seed, replicates=40)
    assert found == alpha(given_, STATES[:3] if metric == ORDINAL else STATES, metric=metric, seed=seed, replicates=40)
    assert (found.alpha is None) <= bool(found.why)
    assert found.alpha is None or found.alpha <= 1 + 1e-12
    assert found.low is None or found.low <= found.high <= 1 + 1e-12


@given(units)
def test_the_names_and_the_order_of_assessors_and_questions_do_not_matter(given_):
    found = alpha(given_, STATES, replicates=1)
    turned = alpha([list(reversed(u)) for u in reversed(given_)], STATES, replicates=1)
    renamed = alpha([[f"x{s}" for s in u] for u in given_], [f"x{s}" for s in STATES], replicates=1)
    assume(found.alpha is not None)
    assert turned.alpha == pytest.approx(found.alpha)
    assert renamed.alpha == pytest.approx(found.alpha)


def test_with_three_ordered_states_a_near_miss_counts_less_than_a_far_one():
    base = [["absent", "absent"], ["present", "present"], ["partly", "partly"], ["absent", "absent"]]
    near = alpha([*base, ["partly", "present"]], STATES[:3], metric=ORDINAL)
    far = alpha([*base, ["absent", "present"]], STATES[:3], metric=ORDINAL)
    assert near.alpha > far.alpha
