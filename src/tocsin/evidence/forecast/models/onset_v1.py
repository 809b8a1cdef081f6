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
from tocsin.evidence.forecast.models.inputs import Inputs

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
