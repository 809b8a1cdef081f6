"""``zsum4``: battle deaths, log population, infant mortality and political killings, standardised and added up.

No weights are learnt: the sum ranks. To speak in probabilities it needs a scale, and gets a logit on that one number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.evidence.forecast.combine import expit


@dataclass(frozen=True)
class ZSum:
    """Means and spreads of the four columns over training years, signs, and the logit on their sum."""

    mean: np.ndarray
    spread: np.ndarray
    sign: np.ndarray
    slope: float
    intercept: float

    def total(self, x: np.ndarray) -> np.ndarray:
        """Return the z-sum (n,) of four columns (n, 4); a missing value counts as the training mean, 0."""
        return np.nan_to_num(self.sign * (x - self.mean) / self.spread, nan=0.0).sum(axis=1)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return probabilities (n,)."""
        return expit(self.intercept + self.slope * self.total(x))


def fit(x: np.ndarray, label: np.ndarray, sign: np.ndarray) -> ZSum:
    """Fit on training rows ``x`` (n, 4). ``sign`` is -1 where a higher value means less danger (V-Dem's scale)."""
    seen = ~np.isnan(x).all(axis=0)
    mean = np.where(seen, np.nanmean(np.where(seen, x, 0.0), axis=0), 0.0)
    spread = np.where(seen, np.nanstd(np.where(seen, x, 0.0), axis=0), 1.0)
    spread = np.where(spread > 0, spread, 1.0)
    unscaled = ZSum(mean, spread, sign, 1.0, 0.0)
    slope, intercept = _logit(unscaled.total(x), label)
    return ZSum(mean, spread, sign, slope, intercept)


def _logit(z: np.ndarray, label: np.ndarray) -> tuple[float, float]:
    """Return slope and intercept of a logit on one variable, by Newton's method with a trace of ridge on the slope."""
    design = np.column_stack([z, np.ones_like(z)])
    rate = np.clip(label.mean(), 1e-4, 1 - 1e-4)
    beta = np.array([0.0, np.log(rate / (1 - rate))])
    ridge = np.diag([1e-3, 0.0])
    for _ in range(100):
        p = expit(design @ beta)
        gradient = design.T @ (label - p) - ridge @ beta
        hessian = (design * (p * (1 - p))[:, None]).T @ design + ridge + 1e-9 * np.eye(2)
        step = np.clip(np.linalg.solve(hessian, gradient), -2, 2)
        beta = beta + step
        if np.abs(step).max() < 1e-9:
            break
    return float(beta[0]), float(beta[1])
