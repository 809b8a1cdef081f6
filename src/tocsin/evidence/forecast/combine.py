"""Probabilities and log-odds, and how forecasts of unlike learners become one."""

from __future__ import annotations

import numpy as np

# A learner that has seen no case says 0. Nothing here can know that: one in ten thousand is the floor.
FLOOR = 1e-4


def logit(p: np.ndarray | float, *, floor: float = FLOOR) -> np.ndarray:
    """Return log-odds of probabilities, which are first kept between ``floor`` and ``1 - floor``."""
    kept = np.clip(np.asarray(p, dtype=float), floor, 1 - floor)
    return np.log(kept) - np.log1p(-kept)


def expit(z: np.ndarray | float) -> np.ndarray:
    """Return the probability of log-odds."""
    return 1.0 / (1.0 + np.exp(-np.asarray(z, dtype=float)))


def log_odds_mean(p: np.ndarray) -> np.ndarray:
    """Return the equal-weight mean in log-odds of ``p`` (n rows, one column a learner), as probabilities (n,).

    Unlike learners err in unlike places; averaging in log-odds (a logarithmic opinion pool) keeps a confident
    "very unlikely" from being drowned by a vague one, which the mean of probabilities does not.
    """
    return expit(logit(p).mean(axis=1))
