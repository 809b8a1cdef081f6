"""How true the stated probabilities are: Brier, log loss, skill, calibration."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tocsin.evidence.forecast.combine import expit
from tocsin.evidence.forecast.score.common import known

TINY = 1e-12


def brier(label: np.ndarray, forecast: np.ndarray, weight: np.ndarray | None = None) -> float:
    """Return the mean squared distance of probability and outcome (0 best, 1 worst)."""
    y, p, w = known(label, forecast, weight)
    return float((w * (p - y) ** 2).sum() / w.sum()) if w.sum() > 0 else float("nan")


def log_loss(label: np.ndarray, forecast: np.ndarray, weight: np.ndarray | None = None) -> float:
    """Return the mean negative log-likelihood in nats; a certain forecast that fails costs 27.6, not infinity."""
    y, p, w = known(label, forecast, weight)
    if w.sum() <= 0:
        return float("nan")
    kept = np.clip(p, TINY, 1 - TINY)
    return float(-(w * (y * np.log(kept) + (1 - y) * np.log1p(-kept))).sum() / w.sum())


def skill(score: float, reference: float) -> float:
    """Return 1 − score / reference: 0 no better than the reference, 1 perfect, below 0 worse."""
    return 1 - score / reference if reference > 0 else float("nan")


def expected_over_observed(label: np.ndarray, forecast: np.ndarray, weight: np.ndarray | None = None) -> float:
    """Return the sum of probabilities over the number of cases; above 1 the forecast cries too often."""
    y, p, w = known(label, forecast, weight)
    return float((w * p).sum() / (w * y).sum()) if (w * y).sum() > 0 else float("nan")


def calibration(label: np.ndarray, forecast: np.ndarray, weight: np.ndarray | None = None) -> tuple[float, float]:
    """Return slope and intercept of the logit of the outcome on the log-odds of the forecast (1 and 0 are perfect).

    Maximum likelihood by Newton's method (Cox 1958). NaN when the outcome has one class or the forecast one value:
    then no line can be drawn.
    """
    y, p, w = known(label, forecast, weight)
    if not 0 < (w * y).sum() < w.sum() or np.ptp(p[w > 0]) == 0:
        return float("nan"), float("nan")
    kept = np.clip(p, TINY, 1 - TINY)
    z = np.log(kept) - np.log1p(-kept)
    design = np.column_stack([z, np.ones_like(z)])
    beta = np.array([1.0, 0.0])
    for _ in range(100):
        fitted = expit(design @ beta)
        gradient = design.T @ (w * (y - fitted))
        hessian = (design * (w * fitted * (1 - fitted))[:, None]).T @ design
        try:
            step = np.linalg.solve(hessian, gradient)
        except np.linalg.LinAlgError:
            return float("nan"), float("nan")
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            return float(beta[0]), float(beta[1])
    return float("nan"), float("nan")


def reliability(
    label: np.ndarray, forecast: np.ndarray, edges: tuple[float, ...]
) -> list[dict[str, float | int | None]]:
    """Return one row a bin of stated probability: edges, rows, cases, mean forecast, observed share (null if empty)."""
    y, p, _ = known(label, forecast)
    bins = []
    for low, high in pairwise(edges):
        rows = (p >= low) & ((p < high) | ((high == edges[-1]) & (p <= high)))
        n = int(rows.sum())
        bins.append(
            {
                "low": low,
                "high": high,
                "rows": n,
                "cases": int(y[rows].sum()),
                "forecast": float(p[rows].mean()) if n else None,
                "observed": float(y[rows].mean()) if n else None,
            }
        )
    return bins
