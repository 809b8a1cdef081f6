"""A threshold whose miss rate is controlled in expectation, for any signal: conformal risk control.

Angelopoulos, Bates, Fisch, Lei and Schuster, "Conformal risk control" (2022): with n past cases whose losses lie in
0 … 1 and grow with the threshold, the highest threshold for which n/(n+1) · (mean loss) + 1/(n+1) ≤ α loses at most α
in expectation on the next case, whatever the distribution. It assumes that past and next cases are exchangeable:
that the next onset is to the record as any one of its onsets was to the others. Onsets of another age of the world are
not, and the answer does not know it.

The expectation is over records as well as over the next case, and a record that promises nothing counts in it as one
that lost nothing. With few cases no small rate can be promised: with n, none below 1/(n+1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Controlled:
    """What can be promised. ``threshold`` None: nothing; ``least`` is the lowest rate these cases could promise."""

    threshold: float | None
    cases: int
    lost: int | None
    """How many of the cases are lost at the threshold or at any lower one."""
    bound: float | None
    least: float


def controlled(grid: Sequence[float], losses: Sequence[Sequence[float]], rate: float) -> Controlled:
    """Return the highest threshold of a rising grid at which the expected loss of the next case is at most ``rate``.

    ``losses`` has a row a threshold and a column a case, each from 0 (caught) to 1 (missed). Where hysteresis makes a
    case missed at a low threshold and caught at a higher one, the worst loss up to a threshold counts, which keeps
    the losses growing and the guarantee whole.
    """
    table = np.maximum.accumulate(np.asarray(losses, dtype=float).reshape(len(grid), -1), axis=0)
    n = table.shape[1]
    if not n:
        return Controlled(None, 0, None, None, 1.0)
    bounds = (table.sum(axis=1) + 1) / (n + 1)
    kept = np.flatnonzero(bounds <= rate + 1e-12)
    if not kept.size:
        return Controlled(None, n, None, None, float(bounds[0]))
    at = int(kept[-1])
    return Controlled(grid[at], n, round(float(table[at].sum())), float(bounds[at]), float(bounds[0]))
