"""Distributions of deaths a month, 1 to 36 months ahead: conflictology and a quantile forest, averaged.

The forest keeps what followed in its leaves (Meinshausen 2006). From the same leaves comes a second distribution, of
the ratio of deaths to the place's own recent level: it was tried as a third part, lost on the development years (see
the card) and is scored beside the others. The parts named in the card are averaged level by level in log(1 + deaths).
One forest serves a span of leads, the lead among its columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestRegressor
from threadpoolctl import threadpool_limits

from tocsin.evidence.forecast.baselines import conflictology
from tocsin.evidence.forecast.violence.cube import Cube
from tocsin.evidence.forecast.violence.stack import Stack

SPANS = ((1, 2), (3, 14), (15, 36))
"""Leads that share a forest."""
LEADS = range(1, 37)
LEVELS = (np.arange(100) + 0.5) / 100
"""Where quantiles are kept and averaged: the middles of a hundred equal steps, so that they are also an even sample."""
CHUNK = 4000
TOGETHER = 20_000
"""Rows that a forest is asked about at once, where several leads of few rows can be."""
HALF_LEVEL = 1.0
"""Added to a place's recent monthly level before ratios are taken: a quiet place's level is one death a month."""


@dataclass(frozen=True)
class Forest:
    """A forest after a fit: for each tree the training rows sorted by leaf; ``deaths`` and ``ratio`` of the rows."""

    trees: RandomForestRegressor
    fill: np.ndarray
    starts: tuple[np.ndarray, ...]
    order: tuple[np.ndarray, ...]
    deaths: np.ndarray
    ratio: np.ndarray

    def leaves(self, x: np.ndarray) -> np.ndarray:
        """Return the leaf of every row in every tree (n, trees). Many rows cost little more than few."""
        with threadpool_limits(limits=1):
            found: np.ndarray = self.trees.apply(np.where(np.isnan(x), self.fill, x).astype(np.float32))
        return found

    def quantiles(self, leaf: np.ndarray, level: np.ndarray, seed: int, draws: int) -> tuple[np.ndarray, np.ndarray]:
        """Return quantiles (n, 100) of the deaths, and of ratio times the place's level, from draws in leaves."""
        made = [
            self._piece(leaf[i : i + CHUNK], level[i : i + CHUNK], np.random.default_rng([seed, i]), draws)
            for i in range(0, len(leaf), CHUNK)
        ]
        return np.vstack([m[0] for m in made]), np.vstack([m[1] for m in made])

    def _piece(
        self, leaf: np.ndarray, level: np.ndarray, chance: np.random.Generator, draws: int
    ) -> tuple[np.ndarray, np.ndarray]:
        picked = []
        for t, (starts, order) in enumerate(zip(self.starts, self.order, strict=True)):
            first, size = starts[leaf[:, t]], starts[leaf[:, t] + 1] - starts[leaf[:, t]]
            at = first[:, None] + (chance.random((len(leaf), draws)) * size[:, None]).astype(int)
            picked.append(order[at])
        rows = np.hstack(picked)
        deaths = _quantiles(self.deaths[rows])
        scaled = _quantiles(self.ratio[rows] * (level + HALF_LEVEL)[:, None] - HALF_LEVEL)
        return deaths, np.maximum(scaled, 0)


@dataclass(frozen=True)
class Training:
    """Rows of a stack by number, the lead drawn for each, and the deaths that followed."""

    rows: np.ndarray
    lead: np.ndarray
    deaths: np.ndarray


def level(recent: np.ndarray) -> np.ndarray:
    """Return a place's recent level (n,): mean deaths of its counted months among the last twelve; 0 where none was."""
    known = (~np.isnan(recent)).sum(axis=1)
    return np.nansum(recent, axis=1) / np.maximum(known, 1)


def fit(x: np.ndarray, deaths: np.ndarray, recent_level: np.ndarray, settings: Mapping[str, Any], seed: int) -> Forest:
    """Fit on training rows: predictors with the lead as last column (n, k), deaths that followed (n,), level (n,)."""
    seen = ~np.isnan(x).all(axis=0)
    fill = np.zeros(x.shape[1])
    fill[seen] = np.nanmedian(x[:, seen], axis=0)
    filled = np.where(np.isnan(x), fill, x)
    ratio = (deaths + HALF_LEVEL) / (recent_level + HALF_LEVEL)
    trees = RandomForestRegressor(**settings, random_state=seed, n_jobs=1)
    with threadpool_limits(limits=1):
        trees.fit(filled, np.log1p(deaths))
        leaf = trees.apply(filled.astype(np.float32))
    starts, order = [], []
    for t, tree in enumerate(trees.estimators_):
        sizes = np.bincount(leaf[:, t], minlength=tree.tree_.node_count)
        starts.append(np.concatenate([[0], np.cumsum(sizes)]))
        order.append(np.argsort(leaf[:, t], kind="stable"))
    return Forest(trees, fill, tuple(starts), tuple(order), deaths, ratio)


def _quantiles(sample: np.ndarray) -> np.ndarray:
    """Return the quantiles (n, 100) of samples (n, m) at ``LEVELS``, as steps of the sample."""
    ordered = np.sort(sample, axis=1)
    at = np.clip(np.ceil(LEVELS * sample.shape[1] - 1e-9).astype(int) - 1, 0, sample.shape[1] - 1)
    return ordered[:, at]


def combined(parts: Mapping[str, np.ndarray], names: tuple[str, ...], holes: np.ndarray) -> np.ndarray:
    """Return the mean (n, 100) of the parts named, level by level in log(1 + deaths), wider where months are missing.

    In the log a heap of unlike scales does not swamp the small one: a hundred and one thousand meet at about 317.
    """
    return widened(np.expm1(np.mean([np.log1p(parts[name]) for name in names], axis=0)), holes)


def widened(quantiles: np.ndarray, holes: np.ndarray) -> np.ndarray:
    """Return quantiles drawn away from their median on the scale of log(1 + deaths), by the share of months missing.

    With m of the last twelve months not counted the distance is multiplied by 1 + m/12: a rule, not an estimate.
    """
    thin = holes > 0
    z = np.log1p(quantiles[thin])
    middle = (z[:, 49:50] + z[:, 50:51]) / 2
    wide = quantiles.copy()
    wide[thin] = np.expm1(np.maximum(middle + (z - middle) * (1 + holes[thin] / 12)[:, None], 0))
    return wide


def at_level(quantiles: np.ndarray, level: float) -> np.ndarray:
    """Return one quantile (n,) from the hundred kept: the mean of the two beside the level."""
    at = round(level * len(LEVELS))
    return (quantiles[:, at - 1] + quantiles[:, at]) / 2


def past(recent: np.ndarray) -> np.ndarray:
    """Return conflictology's quantiles (n, 100); where no month is known, zero is not said: the row is NaN."""
    return conflictology.quantiles(recent, LEVELS)


def with_lead(x: np.ndarray, lead: np.ndarray) -> np.ndarray:
    """Return predictors with the lead in months as last column."""
    return np.column_stack([x, lead])


def training(  # noqa: PLR0917 - the data, the span, the month
    stack: Stack, cube: Cube, name: str, span: tuple[int, int], end: int, seed: int, step: int
) -> Training:
    """Return the rows one forest learns from: every ``step``-th origin, each row twice with a lead of the span at
    random.

    A row is left out unless its lead has ended by month ``end``: nothing later is read.
    """
    chance = np.random.default_rng([seed, *span])
    rows = np.flatnonzero((end - span[0] - stack.origin >= 0) & ((end - span[0] - stack.origin) % step == 0))
    rows = np.concatenate([rows, rows])
    lead = chance.integers(span[0], span[1] + 1, size=len(rows))
    deaths = stack.after(cube, name, lead, rows)
    keep = (stack.origin[rows] + lead <= end) & ~np.isnan(deaths)
    return Training(rows[keep], lead[keep], deaths[keep])
