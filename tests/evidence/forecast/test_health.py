"""A model that may not speak is told apart from one that may, and takes no other with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from tocsin.core.errors import Damaged, Refused
from tocsin.evidence.forecast import health


@dataclass(frozen=True)
class Holds:
    """A fitted model as ours are: learners in a field, alone or in a tuple."""

    learners: object


def logit(max_iter: int) -> LogisticRegression:
    chance = np.random.default_rng(1)
    x = chance.normal(size=(200, 6))
    return LogisticRegression(C=1e6, max_iter=max_iter).fit(x, x.sum(axis=1) + chance.normal(size=200) > 0)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_logit_that_used_up_its_steps_is_found_wherever_it_sits():
    for held in (logit(1), (object(), logit(1))):
        with pytest.raises(health.Sick, match="did not converge in 1 steps"):
            health.converged(Holds(logit(500)), Holds(held))
    health.converged(Holds(logit(500)), Holds((object(), logit(500))), Holds("nothing"))


@pytest.mark.parametrize(
    ("p", "words"),
    [
        ([0.1, np.nan, 0.2], "1 of its 3 probabilities are no numbers"),
        ([0.1, np.inf], "no numbers"),
        ([0.1, 1.2, -0.1], "2 of its 3 probabilities lie outside"),
        ([0.02] * 5, "the same of all 5 places"),
    ],
)
def test_a_forecast_that_collapsed_is_sick(p, words):
    with pytest.raises(health.Sick, match=words):
        health.sound(np.array(p))


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30, unique=True), st.floats(0.01, 100))
def test_the_mean_may_move_within_its_bounds_and_no_further(p, times):
    p = np.array(p)
    if np.ptp(p) >= 1e-9:
        assert health.sound(p) is p
    strayed = health.strayed(np.array([0.02 * times]), np.array([0.01, 0.03]))
    inside = 1 / health.MOST_MOVED <= times <= health.MOST_MOVED
    if abs(times - health.MOST_MOVED) > 1e-6 and abs(times * health.MOST_MOVED - 1) > 1e-6:
        assert bool(strayed) != inside
    assert health.strayed(p, np.zeros(0)) == "", "without an earlier run there is nothing to stray from"


def test_whatever_a_learner_throws_is_its_own_failure_and_damage_is_not():
    failed: dict[str, str] = {}
    for error in (ValueError("x is bad\nvery"), Refused("one class only."), MemoryError(), health.Sick("same")):

        def throw(error: Exception = error) -> None:
            raise error

        assert health.attempt("m", throw, failed) is None
        assert failed.pop("m") in ("x is bad very", "one class only", "MemoryError", "same")
    assert health.attempt("m", lambda: 3, failed) == 3
    assert failed == {}

    def damaged() -> None:
        raise Damaged("a table is not what was written")

    with pytest.raises(Damaged):
        health.attempt("m", damaged, failed)
