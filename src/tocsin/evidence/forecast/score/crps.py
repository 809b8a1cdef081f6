"""Continuous ranked probability score of a forecast distribution: the distance between it and what came, in its units.

CRPS(F, y) = ∫ (F(z) − 1{y ≤ z})² dz = E|X − y| − ½ E|X − X'| (Gneiting and Raftery 2007). Two forms of the same score:
of a sample, exactly that of its empirical distribution; of quantiles, twice the mean pinball loss over the levels
given.
"""

from __future__ import annotations

import numpy as np

from tocsin.core.errors import Refused


def of_sample(sample: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the CRPS (n,) of samples (n, m) against observations (n,), the draws equally likely.

    Raises Refused when a draw or an observation is not known: a missing forecast is not a forecast.
    """
    draws, seen = np.sort(np.asarray(sample, dtype=float), axis=1), np.asarray(y, dtype=float)
    _whole(draws, seen)
    m = draws.shape[1]
    weight = 2 * np.arange(1, m + 1) - m - 1
    return np.abs(draws - seen[:, None]).mean(axis=1) - (draws @ weight) / (m * m)


def of_quantiles(levels: np.ndarray, value: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the CRPS (n,) of quantiles ``value`` (n, k) at ``levels`` (k,), as twice the mean pinball loss.

    With levels (i − ½)/m, i = 1…m, it is within the width of one step of the exact score; with few levels the tails
    beyond the outermost are not scored, so only forecasts at the same levels may be compared. Raises Refused for levels
    outside 0 to 1, values that fall as the level rises, or anything not known.
    """
    tau, q, seen = (np.asarray(a, dtype=float) for a in (levels, value, y))
    _whole(q, seen)
    if not ((tau > 0) & (tau < 1)).all() or (np.diff(tau) <= 0).any():
        raise Refused("the levels of quantiles must rise between 0 and 1")
    if (np.diff(q, axis=1) < -1e-9).any():
        raise Refused("the quantiles to be scored cross")
    error = seen[:, None] - q
    return 2 * np.maximum(tau * error, (tau - 1) * error).mean(axis=1)


def coverage(low: np.ndarray, high: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> float:
    """Return the share of observations inside their interval, both ends included. NaN without observations."""
    inside = (np.asarray(y) >= low) & (np.asarray(y) <= high)
    w = np.ones(len(inside)) if weight is None else weight
    return float((w * inside).sum() / w.sum()) if w.sum() > 0 else float("nan")


def ratio(ours: np.ndarray, rival: np.ndarray, weight: np.ndarray | None = None) -> float:
    """Return pooled CRPS of one forecast over that of another on the same rows; below 1 is better than the other."""
    w = np.ones(len(ours)) if weight is None else weight
    below = float((w * rival).sum())
    return float((w * ours).sum()) / below if below > 0 else float("nan")


def yearly_ratio(ours: np.ndarray, rival: np.ndarray, year: np.ndarray, weight: np.ndarray | None = None) -> float:
    """Return the mean over years of the ratio in each: every year counts alike, however bloody it was."""
    w = np.ones(len(ours)) if weight is None else weight
    each = [ratio(ours[year == t], rival[year == t], w[year == t]) for t in np.unique(year)]
    known = [r for r in each if not np.isnan(r)]
    return float(np.mean(known)) if known else float("nan")


def _whole(forecast: np.ndarray, y: np.ndarray) -> None:
    """Refuse what cannot be scored."""
    if forecast.ndim != 2 or len(forecast) != len(y) or not forecast.shape[1]:
        raise Refused(f"{len(y)} observations cannot be scored against forecasts of shape {forecast.shape}")
    if np.isnan(forecast).any() or np.isnan(y).any():
        raise Refused("a forecast or an observation among the rows to be scored is not known")
