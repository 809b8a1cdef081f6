"""Climatology: everybody gets the share of past country-years that were followed by the event (expanding window)."""

from __future__ import annotations

import numpy as np


def fit(label: np.ndarray) -> float:
    """Return the share of cases among training labels. NaN when there are none to count."""
    return float(label.mean()) if len(label) else float("nan")


def draws(place: np.ndarray, label: np.ndarray, seed: int, n: int = 200) -> np.ndarray:
    """Return the share under ``n`` redraws of whole countries, for its interval."""
    names, cluster = np.unique(place.astype(str), return_inverse=True)
    cases = np.bincount(cluster, weights=label)
    rows = np.bincount(cluster).astype(float)
    picks = np.random.default_rng(seed).integers(0, len(names), size=(n, len(names)))
    return cases[picks].sum(axis=1) / rows[picks].sum(axis=1)
