"""Several people's probabilities as one: the weighted mean of log-odds, moved away from the base rate.

Each knows something the others do not, so that their mean is too timid: it is moved on in the direction in which they
differ from what was known before (Baron et al. 2014; Satopää et al. 2014). How far is not fitted here: it is the factor
of Neyman and Roughgarden (2022) for n people, 1 for one person, 1.29 for two, up to √3. They move away from the
*prior*, not from an even chance, and so does this: for something rare, moving from an even chance would make ten
people who all say "four times the base rate" (4%) into half of it, which is false calm. Without a base rate the
mean is left as it is.

Weights come from each one's record on questions resolved before: exp(4 · d · n / (n + 10)), kept between 1/3 and 3,
where d is by how much their Brier score was better than the mean of all who answered the same questions, and n on how
many. Fewer than five: weight 1. With no record at all everybody weighs the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

FEW = 3
"""People below which a pool says that it is few voices and no crowd."""
SHRINK, STEEP, LIGHTEST, HEAVIEST, LEAST_RECORD = 10, 4.0, 1 / 3, 3.0, 5


@dataclass(frozen=True)
class Pool:
    """The pool, and everything needed to reckon it again. ``p`` is None when nobody counts.

    ``plain`` is the weighted mean of log-odds as a probability, before it was moved. ``low`` and ``high`` are the least
    and the most that anybody who counts said; ``spread`` is the standard deviation of log-odds.
    """

    p: float | None
    plain: float | None
    people: int
    exponent: float
    base: float | None
    low: float | None
    high: float | None
    spread: float | None
    said: str


def exponent(people: int) -> float:
    """Return by how much the mean of n people is moved away from the base rate (Neyman and Roughgarden 2022)."""
    n = people
    if n < 2:
        return 1.0
    return n * (math.sqrt(3 * n * n - 3 * n + 1) - 2) / (n * n - n - 1)


def weight(better: float | None, questions: int) -> float:
    """Return the weight of a record: by how much its Brier score was better than others' on how many questions."""
    if better is None or questions < LEAST_RECORD:
        return 1.0
    shrunk = better * questions / (questions + SHRINK)
    return min(max(math.exp(STEEP * shrunk), LIGHTEST), HEAVIEST)


def pool(
    said: Sequence[float],
    weights: Sequence[float] | None = None,
    *,
    base: float | None = None,
    moved_by: float | None = None,
) -> Pool:
    """Return the pool of probabilities strictly between 0 and 1.

    A weight of 0 is as if that person were absent. ``base`` is the base rate; None leaves the mean unmoved.
    ``moved_by`` sets another exponent. Raises ValueError for a probability, base or weight out of its range.
    """
    heavy = [1.0] * len(said) if weights is None else list(weights)
    if any(not 0 < p < 1 for p in [*said, *([] if base is None else [base])]):
        raise ValueError("a probability lies between 0 and 1, neither included")
    if any(w < 0 or not math.isfinite(w) for w in heavy):
        raise ValueError("a weight is 0 or more")
    counted = [(logit(p), w, p) for p, w in zip(said, heavy, strict=True) if w > 0]
    n = len(counted)
    if not n:
        return Pool(None, None, 0, 1.0, base, None, None, None, "Nobody has given a probability.")
    whole = math.fsum(w for _, w, _ in counted)
    middle = math.fsum(z * w for z, w, _ in counted) / whole
    factor = 1.0 if base is None else exponent(n) if moved_by is None else moved_by
    origin = 0.0 if base is None else logit(base)
    spread = math.sqrt(math.fsum(w * (z - middle) ** 2 for z, w, _ in counted) / whole)
    given = [p for *_, p in counted]
    return Pool(
        expit(origin + factor * (middle - origin)),
        expit(middle),
        n,
        factor,
        base,
        min(given),
        max(given),
        spread,
        _words(n, moved=base is not None),
    )


def logit(p: float) -> float:
    """Return log-odds."""
    return math.log(p) - math.log1p(-p)


def expit(z: float) -> float:
    """Return the probability of log-odds, without overflow."""
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def _words(n: int, *, moved: bool) -> str:
    few = "" if n >= FEW else f"Only {n} {'person has' if n == 1 else 'people have'} answered: this is no crowd. "
    if moved:
        return f"{few}The mean of {n} in log-odds, moved away from the base rate."
    return f"{few}The mean of {n} in log-odds, not moved: nobody gave a base rate."
