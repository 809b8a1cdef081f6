"""Probabilities that people give: scored, counted against what came true, each with how many stand behind it.

Plain arithmetic, so that page, command and test reckon alike. A score is a loss: 0 is best. The Brier score is the
half form, (p − y)², 0 to 1 (as everywhere in Tocsin); Brier's own sum over both classes (1950) is twice that. What has
no number behind it is None, never 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

LEAST, MOST = 0.001, 0.999
"""The nearest to never and to always that a person may go; nobody knows either."""
EDGES = (0.0, 0.05, 0.2, 0.45, 0.55, 0.8, 0.95, 1.0)
"""Where one word of likelihood ends and the next begins (ICD 203), so that each word has its own record."""
FEWEST = 10
"""Resolved questions below which no calibration is told: with fewer a share says next to nothing."""


@dataclass(frozen=True)
class Spell:
    """A probability that stood from one moment to another (the end not included)."""

    p: float
    since: datetime
    until: datetime

    @property
    def seconds(self) -> float:
        """How long it stood."""
        return max((self.until - self.since).total_seconds(), 0.0)


@dataclass(frozen=True)
class Band:
    """What was said between two probabilities: how often, how sure on average, how often it came true, how surely."""

    low: float
    high: float
    n: int
    came: int
    forecast: float | None
    observed: float | None
    interval: tuple[float, float] | None


def brier(p: float, came: bool) -> float:
    """Return the squared distance of a probability and what came (half form: 0 best, 1 worst)."""
    return (p - came) ** 2


def log_score(p: float, came: bool) -> float:
    """Return the negative log-likelihood in nats: 0.693 for an even chance, 6.9 for .001 said of what came."""
    return -math.log(p if came else 1 - p)


def spells(given: Sequence[tuple[datetime, float]], end: datetime) -> list[Spell]:
    """Return how long each probability stood until the next one, the last to ``end``; nothing that began after it."""
    inside = [(at, p) for at, p in given if at < end]
    ends = [at for at, _ in inside[1:]] + [end]
    return [Spell(p, at, until) for (at, p), until in zip(inside, ends, strict=True)] if inside else []


def over_time(stood: Sequence[Spell], came: bool) -> tuple[float, float] | None:
    """Return Brier and log score averaged over the time that each probability stood; None when none stood at all."""
    whole = sum(s.seconds for s in stood)
    if whole <= 0:
        return None
    square = sum(s.seconds * brier(s.p, came) for s in stood) / whole
    return square, sum(s.seconds * log_score(s.p, came) for s in stood) / whole


def mean(values: Sequence[float]) -> float | None:
    """Return the mean; None of nothing."""
    return math.fsum(values) / len(values) if values else None


def wilson(hits: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """Return Wilson's interval for a share (95% by default; E. B. Wilson 1927); 0 to 1 when nothing was counted."""
    if not n:
        return 0.0, 1.0
    share = hits / n
    middle = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max((middle - spread) / scale, 0.0), min((middle + spread) / scale, 1.0)


def bands(said: Sequence[tuple[float, bool]], edges: Sequence[float] = EDGES) -> list[Band]:
    """Return one row a band of stated probability, the lower edge in it; an empty one has counts of 0 and no share."""
    found = []
    for low, high in pairwise(edges):
        inside = [(p, y) for p, y in said if low <= p < high or p == high == edges[-1]]
        n, came = len(inside), sum(y for _, y in inside)
        shares = (mean([p for p, _ in inside]), came / n, wilson(came, n)) if n else (None, None, None)
        found.append(Band(low, high, n, came, *shares))
    return found
