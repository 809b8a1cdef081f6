"""How far several assessors agree beyond chance: Krippendorff's alpha with an interval, or in words why there is none.

Written out here because no library that Tocsin depends on has it. Source: K. Krippendorff, "Computing Krippendorff's
Alpha-Reliability" (2011), whose worked examples are the tests; any number of assessors, missing answers allowed.
Alpha is 1 for perfect agreement, 0 for what chance would give, below 0 for less than chance. It measures assessors,
never the place they assess, and says nothing of who is right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from random import Random

NOMINAL, ORDINAL = "nominal", "ordinal"
REPLICATES = 1000
LEVEL = 0.95
LEAST_UNITS = 3
"""Questions with at least two answers below which no figure is given."""
MOST_DROPPED = 0.5
"""Share of bootstrap samples without any variation above which no interval is given."""


@dataclass(frozen=True)
class Agreement:
    """Alpha and its percentile-bootstrap interval over questions; each None when ``why`` says so.

    ``units`` counts the questions that two or more answered, ``values`` the answers to them, ``dropped`` the bootstrap
    samples that had no variation, of ``replicates``.
    """

    alpha: float | None
    low: float | None
    high: float | None
    metric: str
    units: int
    values: int
    dropped: int
    replicates: int
    why: str


@dataclass(frozen=True)
class _Unit:
    """One question: how often each category was given, and the coincidences of each pair of different ones."""

    counts: tuple[int, ...]
    pairs: tuple[float, ...]


def alpha(
    units: Sequence[Mapping[str, str] | Sequence[str]],
    categories: Sequence[str],
    *,
    metric: str = NOMINAL,
    seed: int = 0,
    replicates: int = REPLICATES,
) -> Agreement:
    """Return the agreement over questions, each with the answers given to it (assessor → category, or a plain list).

    ``categories`` are those that count, in their order when the metric is ordinal; an answer that is none of them is
    missing. The interval is a percentile bootstrap over questions from ``seed``: the same seed gives the same bytes.
    """
    if metric not in (NOMINAL, ORDINAL):
        raise ValueError(f"{metric!r} is no metric")
    rows = tuple(tuple(unit.values() if isinstance(unit, Mapping) else unit) for unit in units)
    return _alpha(rows, tuple(categories), metric, seed, replicates)


@lru_cache(maxsize=2048)
def _alpha(
    rows: tuple[tuple[str, ...], ...], categories: tuple[str, ...], metric: str, seed: int, replicates: int
) -> Agreement:
    found = [unit for unit in (_unit(row, categories) for row in rows) if unit is not None]
    values = sum(sum(unit.counts) for unit in found)

    def none(why: str) -> Agreement:
        return Agreement(None, None, None, metric, len(found), values, 0, 0, why)

    if not found:
        return none("fewer than two assessors answered the same question")
    if len(found) < LEAST_UNITS:
        many = "1 question" if len(found) == 1 else f"{len(found)} questions"
        return none(f"too few: {many} answered by two or more, and a figure needs {LEAST_UNITS}")
    point = _of(found, metric)
    if point is None:
        only = categories[next(i for i, n in enumerate(found[0].counts) if n)]
        return none(f"no variation: every answer is {only!r}, and agreement beyond chance is not defined")
    chance = Random(seed)  # noqa: S311 - a bootstrap, from the context's seed
    drawn = (_of(chance.choices(found, k=len(found)), metric) for _ in range(replicates))
    sample = sorted(value for value in drawn if value is not None)
    dropped = replicates - len(sample)
    if dropped > MOST_DROPPED * replicates:
        return Agreement(
            point, None, None, metric, len(found), values, dropped, replicates, "too little variation for an interval"
        )
    tail = (1 - LEVEL) / 2
    low, high = _quantile(sample, tail), _quantile(sample, 1 - tail)
    return Agreement(point, low, high, metric, len(found), values, dropped, replicates, "")


def _unit(row: Sequence[str], categories: tuple[str, ...]) -> _Unit | None:
    """Return a question as counts and coincidences; None when fewer than two answers of it count."""
    given = Counter(row)
    counts = tuple(given[c] for c in categories)
    many = sum(counts)
    if many < 2:
        return None
    pairs = (2 * counts[i] * counts[j] / (many - 1) for i, j in combinations(range(len(categories)), 2))
    return _Unit(counts, tuple(pairs))


def _of(units: Sequence[_Unit], metric: str) -> float | None:
    """Return alpha; None when only one category was given, so that nothing could be disagreed on."""
    counts = [sum(column) for column in zip(*(unit.counts for unit in units), strict=True)]
    observed = [sum(column) for column in zip(*(unit.pairs for unit in units), strict=True)]
    total = sum(counts)
    seen = expected = 0.0
    for (i, j), coincide in zip(combinations(range(len(counts)), 2), observed, strict=True):
        apart = 1.0
        if metric == ORDINAL:
            apart = (sum(counts[i : j + 1]) - (counts[i] + counts[j]) / 2) ** 2
        seen += coincide * apart
        expected += 2 * counts[i] * counts[j] * apart
    return None if expected == 0 else 1 - (total - 1) * seen / expected


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile between the two values nearest to it."""
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])
