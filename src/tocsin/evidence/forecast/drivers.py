"""Why a place stands where it stands: exact Shapley values over groups of indicators, against the year's median place.

For place x and reference r, the worth of a set of groups is the model's log-odds for a row that takes those groups
from x and all others from r (Shapley 1953; groups as players). With eight groups every one of the 256 rows is asked,
so nothing is sampled and the values sum to logit(p(x)) − logit(p(r)) up to rounding. The reference is the place in
the middle of the year's ranking; with an even number of places the two in the middle, averaged, and the year's median
is then the log-odds mean of the two. They describe the model, not the world: a driver is not a cause.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np

LogOdds = Callable[[np.ndarray], np.ndarray]
CHUNK = 6000


@dataclass(frozen=True)
class Shares:
    """Contributions (n, groups) in log-odds, the groups' names, and the median log-odds they start from."""

    groups: tuple[str, ...]
    value: np.ndarray
    median: float


def middle(z: np.ndarray) -> np.ndarray:
    """Return the row numbers of the median place(s): one for an odd number of places, two for an even one."""
    order = np.argsort(z, kind="stable")
    n = len(order)
    return order[[n // 2]] if n % 2 else order[[n // 2 - 1, n // 2]]


def ask(log_odds: LogOdds, rows: np.ndarray) -> np.ndarray:
    """Return the model's log-odds of many rows, in pieces, in order."""
    return np.concatenate([log_odds(rows[i : i + CHUNK]) for i in range(0, len(rows), CHUNK)])


def shapley(log_odds: LogOdds, x: np.ndarray, groups: Sequence[str]) -> Shares:
    """Return exact group contributions for every row of one year ``x`` (n, k); ``groups`` names each column's group."""
    names = tuple(dict.fromkeys(groups))
    columns = [np.array([g == name for g in groups]) for name in names]
    z = ask(log_odds, x)
    reference = middle(z)
    n, count = len(x), len(names)
    worth = np.zeros((1 << count, n))
    for ref in reference:
        mixed = []
        for mask in range(1, (1 << count) - 1):
            take = np.any([columns[g] for g in range(count) if mask >> g & 1], axis=0)
            mixed.append(np.where(take, x, x[ref]))
        asked = ask(log_odds, np.concatenate(mixed)).reshape(-1, n) if mixed else np.zeros((0, n))
        worth += np.vstack([np.full(n, z[ref]), asked, z]) / len(reference)
    value = np.zeros((n, count))
    for g in range(count):
        for mask in range(1 << count):
            if not mask >> g & 1:
                size = mask.bit_count()
                weight = factorial(size) * factorial(count - size - 1) / factorial(count)
                value[:, g] += weight * (worth[mask | 1 << g] - worth[mask])
    return Shares(names, value, float(z[reference].mean()))


def single_swaps(log_odds: LogOdds, x: np.ndarray) -> np.ndarray:
    """Return (n, k): how far the log-odds fall when one column alone is set to the median place's value.

    Used only to name the columns that matter inside a group; these numbers do not sum to anything.
    """
    z = ask(log_odds, x)
    reference = x[middle(z)[0]]
    swapped = np.repeat(x[None, :, :], x.shape[1], axis=0)
    for column in range(x.shape[1]):
        swapped[column, :, column] = reference[column]
    asked = ask(log_odds, swapped.reshape(-1, x.shape[1])).reshape(x.shape[1], len(x))
    return z[:, None] - asked.T
