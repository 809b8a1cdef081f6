"""Whether a fitted model may speak: it must have converged, tell places apart, and stay near what it last said.

A model that fails any of these says nothing in this run: its last good forecast stands (``evidence.standing``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
from sklearn.linear_model import LogisticRegression

from tocsin.core.errors import Damaged, TocsinError

MOST_MOVED = 2.0
"""A mean risk over all places may differ from the last run's by this factor, either way.

Between base years the mean of ``onset_v1`` moved by a factor of at most 1.37 (rolling forecasts at bases 1974-1991).
"""

T = TypeVar("T")


class Sick(Exception):
    """A model was fitted and may not speak."""


def attempt(model_id: str, make: Callable[[], T], failed: dict[str, str]) -> T | None:
    """Return what ``make`` gives, or None with the reason put into ``failed`` when the model cannot.

    Whatever a learner throws is a failure of that model and of no other. Stored data that is not what was written is
    no failure of a model: Damaged passes through.
    """
    try:
        return make()
    except Damaged:
        raise
    except Exception as error:  # noqa: BLE001 - a learner may throw anything; the run must still speak
        said = error.what if isinstance(error, TocsinError) else " ".join(str(error).split()) or type(error).__name__
        failed[model_id] = said[:300].rstrip(".")
        return None


def converged(*fitted: Any) -> None:
    """Raise Sick when a logit among the learners of fitted models used up its steps."""
    for logit in (one for f in fitted for one in _logits(f)):
        if int(np.max(logit.n_iter_)) >= logit.max_iter:
            raise Sick(f"its logit did not converge in {logit.max_iter:,} steps")


def _logits(fitted: Any) -> Iterator[LogisticRegression]:
    """Yield the logits a fitted model holds, in its fields or in tuples there."""
    for value in vars(fitted).values():
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, LogisticRegression):
                yield one


def sound(p: np.ndarray) -> np.ndarray:
    """Return probabilities (n,) as they are. Raises Sick when one is none, or when places are not told apart."""
    if not np.isfinite(p).all():
        raise Sick(f"{int((~np.isfinite(p)).sum())} of its {len(p)} probabilities are no numbers")
    if ((p < 0) | (p > 1)).any():
        raise Sick(f"{int(((p < 0) | (p > 1)).sum())} of its {len(p)} probabilities lie outside 0 to 1")
    if len(p) > 1 and float(p.max() - p.min()) < 1e-9:
        raise Sick(f"it says the same of all {len(p)} places")
    return p


def strayed(now: np.ndarray, before: np.ndarray) -> str:
    """Return in words that the mean risk left the bounds of the last run's; empty when it did not."""
    if not len(now) or not len(before) or before.mean() <= 0:
        return ""
    times = float(now.mean() / before.mean())
    if 1 / MOST_MOVED <= times <= MOST_MOVED:
        return ""
    return f"its mean risk is {times:.2g} times the last run's, outside 1/{MOST_MOVED:g} to {MOST_MOVED:g}"
