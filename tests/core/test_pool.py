"""The pool: what must hold whatever people say, and that many who see more than the base rate are not calmed."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.pool import HEAVIEST, LIGHTEST, expit, exponent, logit, pool, weight

p_ = st.floats(0.001, 0.999)
said_ = st.lists(st.tuples(p_, st.floats(0.1, 3.0)), min_size=1, max_size=12)
base_ = st.one_of(st.none(), st.floats(0.001, 0.999))


def of(pairs, **more):
    return pool([p for p, _ in pairs], [w for _, w in pairs], **more)


@given(said_, base_, st.randoms())
def test_in_whatever_order_they_stand(pairs, base, chance):
    other = list(pairs)
    chance.shuffle(other)
    assert of(other, base=base).p == pytest.approx(of(pairs, base=base).p, rel=1e-9)


@given(said_, base_)
def test_the_complement_of_all_is_the_complement_of_the_pool(pairs, base):
    other = pool([1 - p for p, _ in pairs], [w for _, w in pairs], base=None if base is None else 1 - base)
    assert other.p == pytest.approx(1 - of(pairs, base=base).p, abs=1e-9)


@given(said_, st.floats(0.001, 0.999))
def test_an_exponent_of_one_is_the_weighted_mean_of_log_odds(pairs, base):
    whole = sum(w for _, w in pairs)
    plain = expit(sum(w * logit(p) for p, w in pairs) / whole)
    assert of(pairs, base=base, moved_by=1).p == pytest.approx(plain, abs=1e-9)
    assert of(pairs, base=base).plain == pytest.approx(plain, abs=1e-9)
    assert of(pairs).p == pytest.approx(plain, abs=1e-9), "without a base rate nothing is moved"


@given(said_, p_, base_)
def test_a_weight_of_nothing_is_as_if_absent(pairs, extra, base):
    with_it, without = of([*pairs, (extra, 0.0)], base=base), of(pairs, base=base)
    assert with_it == without


@given(said_, base_)
def test_between_nothing_and_certainty_and_the_mean_between_the_least_and_the_most(pairs, base):
    found = of(pairs, base=base)
    assert 0 < found.p < 1
    assert found.low - 1e-12 <= found.plain <= found.high + 1e-12
    if base is not None:
        # Moved on in the direction in which they differ from the base rate, never across it.
        assert (found.p - found.plain) * (found.plain - base) >= -1e-9
        assert (found.p - base) * (found.plain - base) >= -1e-9


@given(said_, p_, base_)
def test_nobody_who_says_more_makes_the_pool_say_less(pairs, higher, base):
    (first, w), *rest = pairs
    raised = max(first, higher)
    assert of([(raised, w), *rest], base=base).p >= of(pairs, base=base).p - 1e-12


def test_ten_who_see_four_times_the_base_rate_are_not_made_to_say_less_than_it():
    """Moved from an even chance they would say about half the base rate: false calm."""
    base, each = 0.01, 0.04
    assert pool([each] * 10, base=base).p > each
    assert pool([each] * 10, base=0.5).p == pytest.approx(base / 2, rel=0.2)


def test_the_factor_is_that_of_the_paper():
    assert exponent(1) == 1
    assert exponent(2) == pytest.approx(2 * (math.sqrt(7) - 2))
    assert exponent(3) == pytest.approx(3 * (math.sqrt(19) - 2) / 5)
    assert [exponent(n) < exponent(n + 1) for n in range(1, 40)] == [True] * 39
    assert exponent(10_000) == pytest.approx(math.sqrt(3), abs=1e-3)


def test_few_people_and_no_base_rate_are_said():
    assert pool([0.2, 0.3]).said.startswith("Only 2 people have answered: this is no crowd.")
    assert "nobody gave a base rate" in pool([0.2, 0.3, 0.4]).said
    assert "Only" not in pool([0.2, 0.3, 0.4], base=0.1).said
    assert pool([]).p is None
    assert pool([0.2], [0.0]).people == 0


@given(st.floats(-1, 1), st.integers(0, 500))
def test_a_weight_rests_on_a_record_and_keeps_its_bounds(better, n):
    found = weight(better, n)
    assert LIGHTEST <= found <= HEAVIEST
    if n < 5:
        assert found == 1
    elif better > 0:
        assert 1 <= found <= weight(better, n + 1)
    assert weight(None, n) == 1


@pytest.mark.parametrize("said", [[0.0, 0.5], [1.0], [0.5, float("nan")]])
def test_certainty_is_refused(said):
    with pytest.raises(ValueError, match="between 0 and 1"):
        pool(said)
