"""``onset_monthly_v1``: a ridge logit of five columns on the yearly forecast's log-odds, one fit for each month seen.

The yearly log-odds enter with slope 1 (an offset): a layer with so few onsets to learn from moves the yearly forecast
and does not learn it anew. Columns are standardised by the training rows; the intercept is free and carries a two-year
window over to one year. Settings stand in the model card and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.core.errors import Refused
from tocsin.evidence.forecast.combine import expit, logit

STEPS = 100
HALVINGS = 40
ENOUGH = 1e-9
"""Twice the loss still to gain, by the quadratic at hand; below it rounding decides."""


@dataclass(frozen=True)
class Fitted:
    """The layer after a fit: intercept and weights of the standardised columns."""

    intercept: float
    weight: np.ndarray
    centre: np.ndarray
    scale: np.ndarray

    def log_odds(self, yearly: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Return log-odds (n,) from yearly probabilities (n,) and columns (n, k)."""
        return logit(yearly) + self.intercept + ((x - self.centre) / self.scale) @ self.weight

    def predict(self, yearly: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Return probabilities (n,) that an onset falls in the year."""
        return expit(self.log_odds(yearly, x))


def fit(yearly: np.ndarray, x: np.ndarray, label: np.ndarray, ridge: float) -> Fitted:
    """Return the layer learnt from training rows without holes, by penalised maximum likelihood (Newton's method).

    ``x`` may have no column: then only the intercept is learnt. Raises Refused when the labels hold one class only,
    when a number is missing, or when the fit does not settle.
    """
    if len(np.unique(label)) < 2:
        raise Refused("the training years hold no onset, or nothing else")
    if np.isnan(x).any() or np.isnan(label).any():
        raise Refused("a training row of the monthly layer has a hole")
    centre, spread = (x.mean(axis=0), x.std(axis=0)) if x.shape[1] else (np.zeros(0), np.zeros(0))
    scale = np.where(spread > 0, spread, 1.0)
    design = np.column_stack([np.ones(len(label)), (x - centre) / scale])
    penalty = np.array([0.0] + [ridge] * x.shape[1])
    offset, beta = logit(yearly), np.zeros(design.shape[1])

    def loss(b: np.ndarray) -> float:
        z = offset + design @ b
        return float((np.logaddexp(0.0, z) - label * z).sum() + (penalty * b * b).sum() / 2)

    for _ in range(STEPS):
        p = expit(offset + design @ beta)
        slope = design.T @ (label - p) - penalty * beta
        bend = (design * (p * (1 - p))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        if slope @ step < ENOUGH:
            return Fitted(float(beta[0]), beta[1:], centre, scale)
        # A full step of Newton's may overshoot; the loss is convex, so a shorter one always helps.
        length = next((h for h in 0.5 ** np.arange(HALVINGS) if loss(beta + h * step) <= loss(beta)), None)
        if length is None:
            break
        beta = beta + length * step
    raise Refused("the monthly layer does not settle on its training rows", todo="Nothing is forecast by it")
