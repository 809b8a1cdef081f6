"""Three ways to choose a threshold, as plain functions of what would have happened at each."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.tripwires.calibrate import within_budget
from tocsin.tripwires.calibrate_cost import cheapest, cost_loss
from tocsin.tripwires.calibrate_miss import controlled

GRID = [round(0.05 * i, 2) for i in range(1, 20)]
scores = st.lists(st.floats(0, 1), min_size=0, max_size=40)
rates = st.floats(0.02, 0.9)


def losses(values: list[float]) -> list[list[bool]]:
    """A case with a score is missed by every threshold over it."""
    return [[value < t for value in values] for t in GRID]


@given(scores, rates)
def test_what_is_promised_keeps_the_bound_and_the_next_threshold_would_not(values: list[float], rate: float) -> None:
    found = controlled(GRID, losses(values), rate)
    n = len(values)
    bounds = [(sum(row) + 1) / (n + 1) for row in losses(values)]
    if found.threshold is None:
        assert bounds[0] > rate or not n
        assert found.least == pytest.approx(bounds[0])
    else:
        at = GRID.index(found.threshold)
        assert found.bound == pytest.approx(bounds[at])
        assert bounds[at] <= rate + 1e-9
        assert at + 1 == len(GRID) or bounds[at + 1] > rate


@given(scores, rates, rates)
def test_who_allows_more_misses_gets_a_threshold_that_is_no_lower(values: list[float], a: float, b: float) -> None:
    few, many = (controlled(GRID, losses(values), r).threshold or 0.0 for r in sorted((a, b)))
    assert few <= many


@given(scores, rates)
def test_one_more_case_that_was_caught_never_lowers_the_threshold(values: list[float], rate: float) -> None:
    before = controlled(GRID, losses(values), rate).threshold or 0.0
    assert (controlled(GRID, losses([*values, 1.0]), rate).threshold or 0.0) >= before


@given(st.integers(0, 60), rates)
def test_n_cases_promise_nothing_below_one_in_n_plus_one(n: int, rate: float) -> None:
    found = controlled(GRID, losses([1.0] * n), rate)
    assert (found.threshold is not None) is bool(n and rate >= 1 / (n + 1) - 1e-12)


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.4])
@pytest.mark.parametrize("n", [6, 19, 60])
def test_the_guarantee_holds_where_cases_are_exchangeable(n: int, rate: float) -> None:
    """Over many worlds the next case is missed at most as often as was promised; a refusal misses nothing."""
    rng = np.random.default_rng([n, round(100 * rate)])
    missed, draws = 0, 3000
    for _ in range(draws):
        # Each world has a difficulty of its own: exchangeable, far from independent.
        values = rng.beta(2, 1 + 3 * rng.random(), n + 1)
        found = controlled(GRID, values[:n] < np.array(GRID)[:, None], rate)
        missed += found.threshold is not None and values[n] < found.threshold
    assert missed / draws <= rate + 3 * np.sqrt(rate * (1 - rate) / draws)


def test_hysteresis_cannot_cheat_the_guarantee() -> None:
    """A case missed at a low threshold and caught at a higher one counts as missed from there on."""
    found = controlled([1.0, 2.0, 3.0], [[False] * 9, [True] + [False] * 8, [False] * 9], 0.15)
    assert (found.threshold, found.lost) == (1.0, 0)
    assert controlled([1.0, 2.0, 3.0], [[False] * 9, [True] + [False] * 8, [False] * 9], 0.2).lost == 1


@given(st.floats(0.1, 1000), st.floats(0.1, 1000), st.floats(0, 1))
def test_from_the_cost_loss_threshold_on_firing_is_the_cheaper(false_alarm: float, miss: float, p: float) -> None:
    mark = cost_loss(false_alarm, miss)
    assert 0 < mark < 1
    fire, silence = (1 - p) * false_alarm, p * miss
    if p > mark * 1.0001:
        assert fire < silence * (1 + 1e-9)
    if p < mark * 0.9999:
        assert fire > silence * (1 - 1e-9)


@given(st.floats(0.1, 100), st.floats(0.1, 100), st.floats(1, 10))
def test_dearer_misses_never_raise_the_mark(false_alarm: float, miss: float, factor: float) -> None:
    assert cost_loss(false_alarm, miss * factor) <= cost_loss(false_alarm, miss)
    errors = [(20 - i, i) for i in range(len(GRID))]
    assert cheapest(GRID, errors, false_alarm, miss * factor)[0] <= cheapest(GRID, errors, false_alarm, miss)[0]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=19, max_size=19), rates, rates)
def test_no_mark_of_the_grid_is_cheaper_and_of_equals_the_lowest_is_taken(
    errors: list[tuple[int, int]], false_alarm: float, miss: float
) -> None:
    mark, cost = cheapest(GRID, errors, false_alarm, miss)
    costs = [f * false_alarm + m * miss for f, m in errors]
    assert cost == min(costs)
    assert mark == GRID[costs.index(cost)]


@given(st.lists(st.integers(0, 30), min_size=19, max_size=19), st.floats(0.5, 25))
def test_the_budget_is_kept_at_the_mark_and_at_every_higher_one(fired: list[int], budget: float) -> None:
    found = within_budget(GRID, lambda t: float(fired[GRID.index(t)]), budget)
    if found is None:
        assert fired[-1] > budget
    else:
        at = GRID.index(found[0])
        assert all(n <= budget for n in fired[at:])
        assert at == 0 or fired[at - 1] > budget
