"""Conflictology: the last twelve months are the forecast (the benchmark of the ViEWS prediction challenge 2023/24).

For a count, the twelve monthly counts are twelve equally likely values, at every step ahead alike. For a threshold, the
probability is the share of the last twelve windows of that length that reached it, with one more window that holds the
base rate, so that twelve quiet windows are not read as impossible.
"""

from __future__ import annotations

import numpy as np

MONTHS = 12


def share(windows: np.ndarray, floor: float, rate: float) -> np.ndarray:
    """Return probabilities (n,) from the deaths of past windows (n, 12), NaN where one was not counted whole."""
    known = ~np.isnan(windows)
    hits = np.where(known, windows >= floor, False).sum(axis=1)
    return (hits + rate) / (known.sum(axis=1) + 1)


def quantiles(recent: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return quantiles (n, levels) of the counts of the last twelve months (n, 12), each known month equally likely.

    The quantile function of the sample itself (steps, nothing drawn between). A row without any month known is NaN.
    """
    ordered = np.sort(recent, axis=1)
    known = (~np.isnan(recent)).sum(axis=1)
    at = np.ceil(np.outer(known, levels) - 1e-9).astype(int) - 1
    at = np.clip(at, 0, np.maximum(known - 1, 0)[:, None])
    return np.take_along_axis(ordered, at, axis=1)
