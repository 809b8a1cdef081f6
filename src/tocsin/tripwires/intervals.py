"""Intervals for counts and shares, exact where an exact one exists: a few firings are few, and must look it."""

from __future__ import annotations

from scipy.special import bdtr, bdtrc, betaincinv, gammaincinv

LEVEL = 0.95


def rate(count: int, years: float, level: float = LEVEL) -> tuple[float, float]:
    """Return the exact Poisson interval of a rate: events a year (Garwood 1936). No event still leaves an upper end."""
    tail = (1 - level) / 2
    low = float(gammaincinv(count, tail)) if count else 0.0
    return low / years, float(gammaincinv(count + 1, 1 - tail)) / years


def share(hits: int, of: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the exact interval of a share (Clopper and Pearson 1934); all of 0 to 1 when nothing was counted."""
    tail = (1 - level) / 2
    low = float(betaincinv(hits, of - hits + 1, tail)) if hits else 0.0
    high = float(betaincinv(hits + 1, of - hits, 1 - tail)) if hits < of else 1.0
    return low, high


def expected(count: int, years: float, ahead: float, level: float = LEVEL) -> tuple[int, int]:
    """Return the fewest and the most events that fit in with ``count`` events in ``years``, within ``ahead`` years.

    The prediction interval of Nelson (1970): at one and the same rate, how the sum of both counts falls on the two
    periods is binomial. It carries the uncertainty of the old count as well as that of the new one.
    """
    tail, part = (1 - level) / 2, ahead / (ahead + years)
    low = 0
    while low < count and float(bdtr(low, low + count, part)) < tail:
        low += 1
    high = low
    # P(at least high + 1) among the sum: as long as that is likely enough, one more still fits.
    while float(bdtrc(high, high + 1 + count, part)) >= tail:
        high += 1
    return low, high


def median_ranks(n: int, level: float = LEVEL) -> tuple[int, int] | None:
    """Return the ranks (from 1) of the two order statistics that enclose the median of ``n`` values at ``level``.

    The sign-test interval, which asks nothing of the values' distribution; None while ``n`` is too small for any pair
    to reach the level (under 6 at 95%).
    """
    tail = (1 - level) / 2
    low = 0
    while low < n // 2 and float(bdtr(low, n, 0.5)) <= tail:
        low += 1
    return (low, n + 1 - low) if low else None
