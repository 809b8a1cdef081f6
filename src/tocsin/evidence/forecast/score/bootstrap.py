"""Paired differences with intervals: countries are redrawn whole, both models on the same draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

DRAWS = 300


def country_weights(place: np.ndarray, seed: int, draws: int = DRAWS) -> np.ndarray:
    """Return weights (draws, n): how often each row's country was drawn, countries with replacement.

    Years of one country hang together, so rows are never drawn singly. Clustering by year is not redrawn: where one
    year's shock reaches many countries the interval is too narrow.
    """
    names, cluster = np.unique(place.astype(str), return_inverse=True)
    chance = np.random.default_rng(seed)
    picks = chance.integers(0, len(names), size=(draws, len(names)))
    counts = np.stack([np.bincount(row, minlength=len(names)) for row in picks])
    return counts[:, cluster].astype(float)


def differences(
    metrics: Callable[[str, np.ndarray | None], Mapping[str, float]],
    model: str,
    rival: str,
    weights: np.ndarray,
    names: Sequence[str],
) -> dict[str, dict[str, float]]:
    """Return {metric: {est, low, high}} of model − rival: the difference on all rows and the middle 95% of the draws.

    ``metrics`` gives all scores of a model under row weights (None: every row once); ``names`` are those to report.
    Draws where a metric is not defined (no case was drawn) are left out of its interval.
    """
    whole = _minus(metrics(model, None), metrics(rival, None), names)
    drawn = np.array([_minus(metrics(model, w), metrics(rival, w), names) for w in weights]).reshape(-1, len(names))
    out: dict[str, dict[str, float]] = {}
    for i, name in enumerate(names):
        kept = drawn[~np.isnan(drawn[:, i]), i]
        low, high = np.percentile(kept, [2.5, 97.5]) if len(kept) else (float("nan"), float("nan"))
        out[name] = {"est": whole[i], "low": float(low), "high": float(high)}
    return out


def _minus(a: Mapping[str, float], b: Mapping[str, float], names: Sequence[str]) -> list[float]:
    """Return a − b for the named metrics."""
    return [a[n] - b[n] for n in names]
