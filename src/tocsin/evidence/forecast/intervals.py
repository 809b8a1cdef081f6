"""The 90% interval of a probability: what other countries in the training years, and other learners, would have said.

Two parts, added as variances in log-odds: (1) the spread of the whole recipe over redraws of training countries with
replacement, with smaller forests than the forecast itself uses; values a place is missing are drawn, anew each time,
from what other places had that year, so a place with holes gets a wider interval; (2) the squared standard error of
the mean over the unlike learners. The interval is of the *forecast*: it says how firmly the number stands, not
whether an onset will come, and it does not cover a change in how the world works.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator, default_rng

from tocsin.evidence.forecast import work
from tocsin.evidence.forecast.combine import expit, logit

LEVEL = 0.9
Z90 = 1.6448536269514722
DRAWS = 16
KIND = (
    f"of the forecast probability, from {DRAWS} redraws of training countries and the disagreement of the learners, "
    "normal in log-odds"
)

Learn = Callable[[np.ndarray, np.ndarray, int], Callable[[np.ndarray], np.ndarray]]


@dataclass(frozen=True)
class Spread:
    """Standard deviations in log-odds (n,), by redraws of countries and by learners."""

    countries: np.ndarray
    learners: np.ndarray

    def interval(self, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return low and high of the 90% interval around probabilities ``p`` (n,)."""
        half = Z90 * np.sqrt(self.countries**2 + self.learners**2)
        return expit(logit(p) - half), expit(logit(p) + half)


def clusters(place: np.ndarray) -> list[np.ndarray]:
    """Return the row numbers of every country, in the order of their names."""
    names, cluster = np.unique(place.astype(str), return_inverse=True)
    return [np.flatnonzero(cluster == c) for c in range(len(names))]


def redraw(rows: Sequence[np.ndarray], chance: Generator) -> np.ndarray:
    """Return row numbers of a training set whose countries (``clusters``) were drawn whole, with replacement."""
    return np.concatenate([rows[c] for c in chance.integers(0, len(rows), size=len(rows))])


def fill_from_others(x: np.ndarray, chance: Generator) -> np.ndarray:
    """Return forecast rows with each hole filled by the value of another row, drawn at random.

    A column that nobody has stays NaN.
    """
    filled = x.copy()
    for column in range(x.shape[1]):
        hole = np.isnan(x[:, column])
        if hole.any() and not hole.all():
            filled[hole, column] = chance.choice(x[~hole, column], size=int(hole.sum()))
    return filled


def by_countries(
    learn: Learn,
    place: np.ndarray,
    x: np.ndarray,
    label: np.ndarray,
    target: np.ndarray,
    *,
    seed: int,
    draws: int = DRAWS,
    jobs: int = 1,
) -> np.ndarray:
    """Return log-odds (draws, m) for rows ``target`` (m, k) by a recipe refitted on redrawn countries.

    ``learn(x, label, seed)`` returns a function from rows to probabilities. A redraw without any case is drawn again,
    at most 20 times. Each draw has its own seed, so the answer does not depend on the number of jobs.
    """
    each = clusters(place)

    def one(number: int) -> np.ndarray:
        chance = default_rng([seed, number])
        for _ in range(20):
            rows = redraw(each, chance)
            if 0 < label[rows].sum() < len(rows):
                break
        predict = learn(x[rows], label[rows], int(chance.integers(2**31)))
        return logit(predict(fill_from_others(target, chance)))

    return np.stack(list(work.spread(one, [(i,) for i in range(draws)], jobs)))


def spread(replicates: np.ndarray, each: np.ndarray) -> Spread:
    """Return both spreads, from replicates (draws, m) in log-odds and the learners' probabilities (m, learners)."""
    learners = logit(each).std(axis=1, ddof=1) / np.sqrt(each.shape[1]) if each.shape[1] > 1 else np.zeros(len(each))
    return Spread(replicates.std(axis=0, ddof=1), learners)
