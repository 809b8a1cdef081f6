"""P(one-sided deaths reach a floor within so many months): a ridge logit and a small boosting, averaged in log-odds.

Twelve questions (three floors, four horizons), each with its own pair of learners, then put in order: a probability
never rises with the floor nor falls with the horizon. The settings stand in the card of ``violence_v1``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from tocsin.evidence.forecast.combine import expit, logit
from tocsin.evidence.forecast.models.onset_v1 import Inputs

FLOORS = (25, 100, 1000)
HORIZONS = (1, 3, 6, 12)
QUESTIONS = tuple((floor, horizon) for floor in FLOORS for horizon in HORIZONS)
PROBABILITY_FLOOR = 1e-5
"""A learner's word is kept between this and its complement: a thousand deaths in a month are that rare."""


@dataclass(frozen=True)
class Fitted:
    """The two learners of one question, and the uncertainty of the logit by redrawn countries in closed form.

    ``spread`` is the sandwich covariance of the logit's coefficients, the scores summed by country (Liang and Zeger
    1986). ``rate`` stands in where the training rows hold one class only: then there is nothing to learn from.
    """

    rate: float
    inputs: Inputs | None = None
    ridge: LogisticRegression | None = None
    boost: HistGradientBoostingClassifier | None = None
    spread: np.ndarray | None = None

    def each(self, x: np.ndarray) -> np.ndarray:
        """Return the probabilities of both learners (n, 2)."""
        if self.inputs is None or self.ridge is None or self.boost is None:
            return np.full((len(x), 2), self.rate)
        filled = self.inputs.standard(self.inputs.fill(x))
        with threadpool_limits(limits=1):
            return np.column_stack([m.predict_proba(v)[:, 1] for m, v in ((self.ridge, filled), (self.boost, x))])

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the mean of the two in log-odds (n,)."""
        return expit(logit(self.each(x), floor=PROBABILITY_FLOOR).mean(axis=1))

    def deviation(self, x: np.ndarray) -> np.ndarray:
        """Return the standard deviation of the forecast in log-odds (n,): countries redrawn, and learners apart."""
        if self.inputs is None or self.spread is None:
            return np.zeros(len(x))
        design = _with_one(self.inputs.standard(self.inputs.fill(x)))
        countries = np.einsum("ij,jk,ik->i", design, self.spread, design)
        learners = logit(self.each(x), floor=PROBABILITY_FLOOR).std(axis=1, ddof=1) ** 2 / 2
        return np.sqrt(np.maximum(countries, 0) + learners)


def fit(x: np.ndarray, label: np.ndarray, place: np.ndarray, settings: Mapping[str, Any], seed: int) -> Fitted:
    """Fit both learners on training rows with known labels (1.0 or 0.0)."""
    rate = float((label.sum() + 0.5) / (len(label) + 1))
    if len(np.unique(label)) < 2:
        return Fitted(rate)
    inputs = Inputs.learn(x)
    standard = inputs.standard(inputs.fill(x))
    ridge = LogisticRegression(**settings["logit"], max_iter=500, tol=1e-3)
    boost = HistGradientBoostingClassifier(**settings["boosting"], early_stopping=False, random_state=seed)
    with threadpool_limits(limits=1):
        ridge.fit(standard, label)
        boost.fit(x, label)
    return Fitted(rate, inputs, ridge, boost, _sandwich(ridge, standard, label, place))


def _sandwich(ridge: LogisticRegression, x: np.ndarray, label: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Return the covariance of the coefficients (intercept first), countries as clusters."""
    design = _with_one(x)
    p = ridge.predict_proba(x)[:, 1]
    penalty = np.eye(design.shape[1]) / ridge.C
    penalty[0, 0] = 0.0
    bread = np.linalg.pinv((design * (p * (1 - p))[:, None]).T @ design + penalty)
    _, cluster = np.unique(place.astype(str), return_inverse=True)
    scores = np.zeros((cluster.max() + 1, design.shape[1]))
    np.add.at(scores, cluster, design * (label - p)[:, None])
    return bread @ (scores.T @ scores) @ bread


def _with_one(x: np.ndarray) -> np.ndarray:
    return np.hstack([np.ones((len(x), 1)), x])


def ordered(grid: np.ndarray) -> np.ndarray:
    """Return probabilities (n, floors, horizons) that fall with the floor and rise with the horizon.

    Sorting along one axis, then the other, leaves both in order, and never brings a grid further from any ordered
    one (the rearrangement of Chernozhukov, Fernández-Val and Galichon 2010). An ordered grid is left as it is.
    """
    return np.sort(np.sort(grid, axis=1)[:, ::-1, :], axis=2)
