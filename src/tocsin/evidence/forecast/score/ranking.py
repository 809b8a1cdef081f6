"""How well a forecast puts the cases on top: AUC, average precision, recall in the top k.

Weights are whole or real numbers >= 0 a row; the country bootstrap uses them to redraw countries without copying rows.
"""

from __future__ import annotations

import numpy as np

from tocsin.evidence.forecast.score.common import known


def auc(label: np.ndarray, forecast: np.ndarray, weight: np.ndarray | None = None) -> float:
    """Return the chance that a case ranks above a non-case, ties counted half (Mann-Whitney).

    NaN when there is no case or no non-case.
    """
    y, p, w = known(label, forecast, weight)
    _, tie = np.unique(p, return_inverse=True)
    cases = np.bincount(tie, weights=w * y)
    others = np.bincount(tie, weights=w * (1 - y))
    total = cases.sum() * others.sum()
    if total <= 0:
        return float("nan")
    below = np.cumsum(others) - others
    return float((cases * (below + others / 2)).sum() / total)


def average_precision(label: np.ndarray, forecast: np.ndarray, weight: np.ndarray | None = None) -> float:
    """Return the mean precision over recall steps; tied rows enter together, so their order cannot matter."""
    y, p, w = known(label, forecast, weight)
    _, tie = np.unique(-p, return_inverse=True)
    cases = np.bincount(tie, weights=w * y)
    rows = np.bincount(tie, weights=w)
    if cases.sum() <= 0:
        return float("nan")
    seen, hits = np.cumsum(rows), np.cumsum(cases)
    precision = np.divide(hits, seen, out=np.zeros_like(hits), where=seen > 0)
    return float((cases * precision).sum() / cases.sum())


def min_rank(forecast: np.ndarray) -> np.ndarray:
    """Return ranks from 1 (highest); tied rows all get the best rank of the tie, as EWP ranks."""
    p = np.asarray(forecast, dtype=float)
    return (p[:, None] < p[None, :]).sum(axis=1) + 1


def listed(forecast: np.ndarray, k: int) -> np.ndarray:
    """Return each row's chance of standing in a list of exactly ``k`` places when ties are broken at random.

    Rows clearly above the cut have 1, clearly below 0; the rows tied at the cut share the places left. This is the
    expectation over all orders, so no draw is needed and no seed.
    """
    p = np.asarray(forecast, dtype=float)
    above = (p[:, None] < p[None, :]).sum(axis=1)
    tied = (p[:, None] == p[None, :]).sum(axis=1)
    return np.clip((k - above) / tied, 0.0, 1.0)


def listed_by_year(year: np.ndarray, forecast: np.ndarray, k: int) -> np.ndarray:
    """Return ``listed`` for each year's own list."""
    chance = np.zeros(len(year))
    for y in np.unique(year):
        rows = year == y
        chance[rows] = listed(np.asarray(forecast)[rows], k)
    return chance


def share(label: np.ndarray, chance: np.ndarray, weight: np.ndarray | None = None) -> float:
    """Return the share of cases that stood in a list, given each row's chance of standing there (recall)."""
    y, c, w = known(label, chance, weight)
    total = (w * y).sum()
    return float((w * y * c).sum() / total) if total > 0 else float("nan")
