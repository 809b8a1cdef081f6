"""What every score does first: leave out unknown labels, refuse missing forecasts."""

from __future__ import annotations

import numpy as np

from tocsin.core.errors import Refused


def known(
    label: np.ndarray, forecast: np.ndarray, weight: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return label, forecast and weight (default 1) of rows with a known label.

    Raises Refused when a forecast of such a row is missing or the lengths differ.
    """
    y, p = np.asarray(label, dtype=float), np.asarray(forecast, dtype=float)
    w = np.ones(len(y)) if weight is None else np.asarray(weight, dtype=float)
    if not (y.shape == p.shape == w.shape):
        raise Refused(f"{len(y)} labels cannot be scored against {len(p)} forecasts")
    keep = ~np.isnan(y)
    y, p, w = y[keep], p[keep], w[keep]
    if np.isnan(p).any():
        raise Refused(f"{int(np.isnan(p).sum())} forecasts are missing among the rows to be scored")
    return y, p, w
