"""``onset_v1``: mass-killing onset within two years, by four unlike learners averaged in log-odds.

Ridge logit, random forest, extra trees and a small, strongly regularised gradient boosting (scikit-learn). The
settings stand in the model card, ``catalog/models/onset_v1.yml``, and nowhere else; the card is frozen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from tocsin.core.errors import Refused
from tocsin.evidence.forecast.combine import log_odds_mean

LEARNERS = ("ridge_logit", "random_forest", "extra_trees", "boosting")


@dataclass(frozen=True)
class Recipe:
    """Settings of the learners, one mapping each as scikit-learn names them, and rules for holes.

    ``scale_trees`` shrinks the forests: the interval refits the recipe many times and can afford smaller ones.
    ``stand_ins`` pairs a column with the column that stands in for it, by number: its holes get the training mean at
    the same value of the other. ``unflagged`` columns get no flag for holes: they are absent for whole years, and a
    flag would be a date in disguise.
    """

    ridge_logit: dict[str, Any]
    random_forest: dict[str, Any]
    extra_trees: dict[str, Any]
    boosting: dict[str, Any]
    scale_trees: float = 1.0
    stand_ins: tuple[tuple[int, int], ...] = ()
    unflagged: tuple[int, ...] = ()

    def trees(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Return a forest's settings with the number of trees scaled (at least 10)."""
        return {**settings, "n_estimators": max(10, round(settings["n_estimators"] * self.scale_trees))}


@dataclass(frozen=True)
class Inputs:
    """How raw columns become numbers without holes, learnt from training rows alone.

    Medians (or a stand-in's means) fill the holes, and a flag column says where they were, for every column that had
    one in training. Columns never seen in training are left out. ``centre`` and ``scale`` standardise for the logit.
    """

    used: np.ndarray
    median: np.ndarray
    flagged: np.ndarray
    centre: np.ndarray
    scale: np.ndarray
    by_stand_in: tuple[tuple[int, int, dict[float, float]], ...] = ()

    @classmethod
    def learn(
        cls, x: np.ndarray, stand_ins: tuple[tuple[int, int], ...] = (), unflagged: tuple[int, ...] = ()
    ) -> Inputs:
        """Learn medians, stand-ins' means, flags and scales from training rows ``x`` (n, k)."""
        hole = np.isnan(x)
        used = np.flatnonzero(~hole.all(axis=0))
        if not len(used):
            raise Refused("no column of the panel has a value in the training years")
        median = np.nanmedian(x[:, used], axis=0)
        flagged = np.flatnonzero(hole[:, used].any(axis=0) & ~np.isin(used, unflagged))
        means = tuple((a, b, _means(x[:, a], x[:, b])) for a, b in stand_ins if a in used)
        filled = cls(used, median, flagged, np.zeros(0), np.zeros(0), means).fill(x)
        spread = filled.std(axis=0)
        return cls(used, median, flagged, filled.mean(axis=0), np.where(spread > 0, spread, 1.0), means)

    def fill(self, x: np.ndarray) -> np.ndarray:
        """Return ``x`` with the holes filled and the flag columns behind."""
        hole = np.isnan(x[:, self.used])
        for column, other, means in self.by_stand_in:
            x = x.copy()
            for value, mean in means.items():
                x[np.isnan(x[:, column]) & (x[:, other] == value), column] = mean
        raw = x[:, self.used]
        return np.hstack([np.where(np.isnan(raw), self.median, raw), hole[:, self.flagged].astype(float)])

    def standard(self, filled: np.ndarray) -> np.ndarray:
        """Return filled columns standardised by the training rows' mean and spread."""
        return (filled - self.centre) / self.scale


def _means(column: np.ndarray, other: np.ndarray) -> dict[float, float]:
    """Return the mean of a column at each value of another, where both are known."""
    both = ~np.isnan(column) & ~np.isnan(other)
    return {float(v): float(column[both & (other == v)].mean()) for v in np.unique(other[both])}


@dataclass(frozen=True)
class Fitted:
    """The four learners after a fit."""

    inputs: Inputs
    learners: tuple[Any, ...]

    def each(self, x: np.ndarray) -> np.ndarray:
        """Return the probability by each learner, (n, 4), in the order of ``LEARNERS``."""
        filled = self.inputs.fill(x)
        with threadpool_limits(limits=1):
            return np.column_stack(
                [
                    learner.predict_proba(self.inputs.standard(filled) if name == "ridge_logit" else filled)[:, 1]
                    for name, learner in zip(LEARNERS, self.learners, strict=True)
                ]
            )

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the combined probability (n,) before calibration."""
        return log_odds_mean(self.each(x))


def fit(x: np.ndarray, label: np.ndarray, recipe: Recipe, seed: int) -> Fitted:
    """Fit the four learners on training rows. Raises Refused when the labels hold one class only.

    One core a fit: the same inputs must give the same bytes however many cores there are, and several fits at once
    (``work.spread``) use the cores better than several threads in one.
    """
    if len(np.unique(label)) < 2:
        raise Refused("the training years hold no onset, or nothing else")
    inputs = Inputs.learn(x, recipe.stand_ins, recipe.unflagged)
    filled = inputs.fill(x)
    ridge = LogisticRegression(**recipe.ridge_logit, max_iter=2000)
    forest = RandomForestClassifier(**recipe.trees(recipe.random_forest), random_state=seed, n_jobs=1)
    extra = ExtraTreesClassifier(**recipe.trees(recipe.extra_trees), random_state=seed + 1, n_jobs=1)
    boost = HistGradientBoostingClassifier(**recipe.boosting, early_stopping=False, random_state=seed + 2)
    with threadpool_limits(limits=1):
        # The boosting's own threads wait for each other at every node: on a busy machine one thread is far faster.
        ridge.fit(inputs.standard(filled), label)
        for learner in (forest, extra, boost):
            learner.fit(filled, label)
    return Fitted(inputs, (ridge, forest, extra, boost))
