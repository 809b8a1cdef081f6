"""Paired differences with intervals: countries are redrawn whole, both models on the same draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Redrawn:
    """One model's scores: on all rows (metrics,), and on every redraw of countries (draws, metrics)."""

    names: tuple[str, ...]
    whole: np.ndarray
    drawn: np.ndarray


def redraw(
    metrics: Callable[[np.ndarray | None], Mapping[str, float]], weights: np.ndarray, names: Sequence[str]
) -> Redrawn:
    """Return the named scores of one model; ``metrics`` gives them under row weights (None: every row once)."""

    def row(w: np.ndarray | None) -> list[float]:
        scores = metrics(w)
        return [scores[n] for n in names]

    return Redrawn(tuple(names), np.array(row(None)), np.array([row(w) for w in weights]).reshape(-1, len(names)))


def differences(model: Redrawn, rival: Redrawn) -> dict[str, dict[str, float]]:
    """Return {metric: {est, low, high}} of model − rival: the difference on all rows and the middle 95% of the draws.

    Both must come from the same rows and weights. Draws where a metric is not defined (no case was drawn) are left
    out of its interval.
    """
    out: dict[str, dict[str, float]] = {}
    for i, name in enumerate(model.names):
        drawn = model.drawn[:, i] - rival.drawn[:, i]
        kept = drawn[~np.isnan(drawn)]
        low, high = np.percentile(kept, [2.5, 97.5]) if len(kept) else (float("nan"), float("nan"))
        out[name] = {"est": float(model.whole[i] - rival.whole[i]), "low": float(low), "high": float(high)}
    return out
