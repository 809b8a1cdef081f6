"""Exact bounds on a payoff: every corner of the ranges is looked at, in fractions, so that no rounding decides a sign.

A payoff is a sum over lines of what a line is worth, scaled and added to by assumptions. It is linear in each range
taken alone, so its least and greatest value lie at corners. For given assumptions each line stands for itself, which
leaves only the corners of the assumptions to be gone through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

Ends = tuple[Fraction, Fraction]
Values = Mapping[str, Fraction]


@dataclass(frozen=True)
class Term:
    """One line in a payoff: its weight (1, or -1 where it is taken away), its range, and what changes it.

    ``scales`` and ``adds`` name assumptions. ``base`` counts the line as it was (1 after, 0) less what is subtracted.
    """

    line: str
    weight: int
    ends: Ends
    scales: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    change: bool = False

    def slope(self, at: Values) -> Fraction:
        """Return what one unit of the line counts for, given the assumptions."""
        factor = Fraction(1)
        for name in self.scales:
            factor *= at[name]
        return self.weight * (factor - 1 if self.change else factor)

    def plus(self, at: Values) -> Fraction:
        """Return what is added whatever the line is worth."""
        return self.weight * sum((at[name] for name in self.adds), Fraction(0))


@dataclass(frozen=True)
class Bounds:
    """The least and the most of a payoff, and the ends of the assumptions (``low`` | ``high``) each is reached at."""

    low: Fraction
    high: Fraction
    at_low: tuple[tuple[str, str], ...] = ()
    at_high: tuple[tuple[str, str], ...] = ()

    @property
    def sign(self) -> str:
        """``falls``, ``rises``, ``unchanged``, or ``not determined`` where the range holds both signs."""
        if self.low == self.high == 0:
            return "unchanged"
        if self.high <= 0:
            return "falls"
        if self.low >= 0:
            return "rises"
        return "not determined"


def bounds(terms: Sequence[Term], ranges: Mapping[str, Ends], pinned: Values | None = None) -> Bounds:
    """Return the bounds of the sum of terms over all ranges; ``pinned`` fixes lines or assumptions to one value."""
    fixed = dict(pinned or {})
    free = sorted({n for t in terms for n in (*t.scales, *t.adds)} - set(fixed))
    low = high = None
    at_low: tuple[tuple[str, str], ...] = ()
    at_high = at_low
    for ends in _corners(len(free)):
        at = {**fixed, **{name: ranges[name][end] for name, end in zip(free, ends, strict=True)}}
        least, most = _over_lines(terms, at, fixed)
        named = tuple((name, "high" if end else "low") for name, end in zip(free, ends, strict=True))
        if low is None or least < low:
            low, at_low = least, named
        if high is None or most > high:
            high, at_high = most, named
    assert low is not None and high is not None, "there is one corner at least"
    return Bounds(low, high, at_low, at_high)


def _corners(many: int) -> Iterator[tuple[int, ...]]:
    return product((0, 1), repeat=many)


def _over_lines(terms: Sequence[Term], at: Values, fixed: Values) -> Ends:
    """Return the least and most over the ranges of the lines, each line being one value wherever it stands."""
    slopes: dict[str, Fraction] = {}
    ends: dict[str, Ends] = {}
    plus = Fraction(0)
    for term in terms:
        slopes[term.line] = slopes.get(term.line, Fraction(0)) + term.slope(at)
        ends[term.line] = (fixed[term.line], fixed[term.line]) if term.line in fixed else term.ends
        plus += term.plus(at)
    least = most = plus
    for line, slope in slopes.items():
        one, other = slope * ends[line][0], slope * ends[line][1]
        least, most = least + min(one, other), most + max(one, other)
    return least, most


def value(terms: Sequence[Term], at: Values) -> Fraction:
    """Return the sum of terms at one point: every line and assumption has its value in ``at``."""
    return sum((t.slope(at) * at[t.line] + t.plus(at) for t in terms), Fraction(0))


def middle(ends: Ends) -> Fraction:
    """Return the middle of a range."""
    return (ends[0] + ends[1]) / 2
