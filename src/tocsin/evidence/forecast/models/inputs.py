"""How raw columns become numbers without holes: what every model of the family does before it learns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.core.errors import Refused


@dataclass(frozen=True)
class Inputs:
    """How raw columns become numbers without holes, learnt from training rows alone.

    Medians (or a stand-in's means) fill the holes, and a flag column says where they were, for every column that had
    one in training. Columns never seen in training are left out. ``centre`` and ``scale`` standardise for the logit.
    """

    used: np.ndarray
    median: np.ndarray
    flagged: np.ndarray
    centre: np.ndarray
    scale: np.ndarray
    by_stand_in: tuple[tuple[int, int, dict[float, float]], ...] = ()

    @classmethod
    def learn(
        cls, x: np.ndarray, stand_ins: tuple[tuple[int, int], ...] = (), unflagged: tuple[int, ...] = ()
    ) -> Inputs:
        """Learn medians, stand-ins' means, flags and scales from training rows ``x`` (n, k)."""
        hole = np.isnan(x)
        used = np.flatnonzero(~hole.all(axis=0))
        if not len(used):
            raise Refused("no column of the panel has a value in the training years")
        median = np.nanmedian(x[:, used], axis=0)
        flagged = np.flatnonzero(hole[:, used].any(axis=0) & ~np.isin(used, unflagged))
        means = tuple((a, b, _means(x[:, a], x[:, b])) for a, b in stand_ins if a in used)
        filled = cls(used, median, flagged, np.zeros(0), np.zeros(0), means).fill(x)
        spread = filled.std(axis=0)
        return cls(used, median, flagged, filled.mean(axis=0), np.where(spread > 0, spread, 1.0), means)

    def fill(self, x: np.ndarray) -> np.ndarray:
        """Return ``x`` with the holes filled and the flag columns behind."""
        hole = np.isnan(x[:, self.used])
        for column, other, means in self.by_stand_in:
            x = x.copy()
            for value, mean in means.items():
                x[np.isnan(x[:, column]) & (x[:, other] == value), column] = mean
        raw = x[:, self.used]
        return np.hstack([np.where(np.isnan(raw), self.median, raw), hole[:, self.flagged].astype(float)])

    def standard(self, filled: np.ndarray) -> np.ndarray:
        """Return filled columns standardised by the training rows' mean and spread."""
        return (filled - self.centre) / self.scale


def _means(column: np.ndarray, other: np.ndarray) -> dict[float, float]:
    """Return the mean of a column at each value of another, where both are known."""
    both = ~np.isnan(column) & ~np.isnan(other)
    return {float(v): float(column[both & (other == v)].mean()) for v in np.unique(other[both])}
