"""``onset_v2``: mass-killing onset within two years, by unlike learners of which some read only a handful of columns.

The sum of five columns on a probability scale, a logit with curved effects of the same five, and extremely randomised
trees on all columns, averaged in log-odds. The settings stand in the model card, ``catalog/models/onset_v2.yml``, and
nowhere else; the card is frozen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import SplineTransformer
from threadpoolctl import threadpool_limits

from tocsin.core.errors import Refused
from tocsin.evidence.forecast.combine import log_odds_mean
from tocsin.evidence.forecast.models.inputs import Inputs

LEARNERS = ("sum_logit", "spline_logit", "extra_trees")
CURVED = 8
"""A column with more different values than this in the training rows gets a curve, others a straight line."""


@dataclass(frozen=True)
class Recipe:
    """Settings of the learners, one mapping each as scikit-learn names them, and rules for columns and holes.

    ``few`` are the columns, by number, that the sum and the curves read; one that training never saw is taken at its
    stand-in. Without them (a rival's panel that has no such columns) the two learners are left out. ``scale_trees``,
    ``stand_ins`` and ``unflagged`` as in ``onset_v1.Recipe``.
    """

    sum_logit: Mapping[str, Any]
    spline_logit: Mapping[str, Any]
    extra_trees: Mapping[str, Any]
    few: tuple[int, ...] = ()
    scale_trees: float = 1.0
    stand_ins: tuple[tuple[int, int], ...] = ()
    unflagged: tuple[int, ...] = ()

    def trees(self) -> dict[str, Any]:
        """Return the settings of the trees with their number scaled (at least 10)."""
        settings = dict(self.extra_trees)
        return {**settings, "n_estimators": max(10, round(settings["n_estimators"] * self.scale_trees))}


@dataclass(frozen=True)
class SumLogit:
    """A logit on one number: the standardised columns added up without weights."""

    at: np.ndarray
    model: LogisticRegression

    def predict(self, standard: np.ndarray) -> np.ndarray:
        """Return probabilities (n,) for standardised rows."""
        return np.asarray(self.model.predict_proba(_total(standard, self.at))[:, 1])


@dataclass(frozen=True)
class SplineLogit:
    """A ridge logit in which each column of many values has a curve (B-splines) beside its straight line."""

    at: np.ndarray
    curved: np.ndarray
    curves: SplineTransformer
    model: LogisticRegression

    def predict(self, standard: np.ndarray) -> np.ndarray:
        """Return probabilities (n,) for standardised rows."""
        return np.asarray(self.model.predict_proba(_bent(standard, self.at, self.curved, self.curves))[:, 1])


@dataclass(frozen=True)
class Fitted:
    """The learners after a fit."""

    inputs: Inputs
    small: tuple[SumLogit | SplineLogit, ...]
    trees: ExtraTreesClassifier

    def each(self, x: np.ndarray) -> np.ndarray:
        """Return the probability by each learner, (n, learners), in the order of ``LEARNERS``."""
        filled = self.inputs.fill(x)
        standard = self.inputs.standard(filled)
        with threadpool_limits(limits=1):
            small = [one.predict(standard) for one in self.small]
            return np.column_stack([*small, self.trees.predict_proba(filled)[:, 1]])

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the combined probability (n,) before calibration."""
        return log_odds_mean(self.each(x))


def fit(x: np.ndarray, label: np.ndarray, recipe: Recipe, seed: int) -> Fitted:
    """Fit the learners on training rows. Raises Refused when the labels hold one class only.

    One core a fit, as in ``onset_v1``: the same inputs must give the same bytes however many cores there are.
    """
    if len(np.unique(label)) < 2:
        raise Refused("the training years hold no onset, or nothing else")
    inputs = Inputs.learn(x, recipe.stand_ins, recipe.unflagged)
    filled = inputs.fill(x)
    standard = inputs.standard(filled)
    trees = ExtraTreesClassifier(**recipe.trees(), random_state=seed, n_jobs=1)
    small: list[SumLogit | SplineLogit] = []
    with threadpool_limits(limits=1):
        if recipe.few:
            at = _places(inputs, recipe.few, recipe.stand_ins)
            small = [
                _sum_logit(standard, label, at, recipe.sum_logit),
                _spline_logit(standard, label, at, recipe.spline_logit),
            ]
        trees.fit(filled, label)
    return Fitted(inputs, tuple(small), trees)


def _places(inputs: Inputs, wanted: tuple[int, ...], stand_ins: tuple[tuple[int, int], ...]) -> np.ndarray:
    """Return where columns stand among the filled ones; one never seen in training is taken at its stand-in."""
    at = {int(column): place for place, column in enumerate(inputs.used)}
    instead = dict(stand_ins)
    found = [at[c] if c in at else at.get(instead.get(c, -1)) for c in wanted]
    return np.array(list(dict.fromkeys(c for c in found if c is not None)), dtype=int)


def _total(standard: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the sum of columns as the one column of a design."""
    return np.asarray(standard[:, at].sum(axis=1, keepdims=True))


def _sum_logit(standard: np.ndarray, label: np.ndarray, at: np.ndarray, settings: Mapping[str, Any]) -> SumLogit:
    """Fit the logit on the sum."""
    model = LogisticRegression(**settings, max_iter=2000)
    return SumLogit(at, model.fit(_total(standard, at), label))


def _spline_logit(standard: np.ndarray, label: np.ndarray, at: np.ndarray, settings: Mapping[str, Any]) -> SplineLogit:
    """Fit the logit with curves."""
    curved = np.array([c for c in at if len(np.unique(standard[:, c])) > CURVED], dtype=int)
    curves = SplineTransformer(
        n_knots=settings["n_knots"], degree=settings["degree"], knots=settings["knots"], extrapolation="linear",
        include_bias=False,
    ).fit(standard[:, curved])  # fmt: skip
    model = LogisticRegression(C=settings["C"], max_iter=2000)
    return SplineLogit(at, curved, curves, model.fit(_bent(standard, at, curved, curves), label))


def _bent(standard: np.ndarray, at: np.ndarray, curved: np.ndarray, curves: SplineTransformer) -> np.ndarray:
    """Return the columns and, for those with a curve, their splines (twice their size, to cost the ridge less)."""
    return np.hstack([2 * curves.transform(standard[:, curved]), standard[:, at]])
