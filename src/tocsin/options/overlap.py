"""How far one package repeats another (M45). The rule: lines are equal when option, leads and authority are.

The share is that of equal lines among all different lines of both (Jaccard), in whole per cent, rounded down. Order,
case, spacing, dates, money and wording of risks change nothing: a copy with new dates is a copy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Trait:
    """What makes a line what it is. ``what`` is the option's id, or the words of an idea that has none."""

    what: str
    leads: tuple[str, ...]
    authority: str

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.what}, led by {' and '.join(self.leads) or 'nobody'}, by {self.authority or 'no authority'}"


@dataclass(frozen=True)
class Overlap:
    """What two packages share, and what only one of them has."""

    common: tuple[Trait, ...]
    only_here: tuple[Trait, ...]
    only_there: tuple[Trait, ...]

    @property
    def pct(self) -> int:
        """Equal lines of all different lines, whole per cent; 0 when there is no line at all."""
        total = len(self.common) + len(self.only_here) + len(self.only_there)
        return 100 * len(self.common) // total if total else 0


def trait(what: str, leads: Iterable[str], authority: str) -> Trait:
    """Return the trait of a line from what is written in it. ``authority`` is the procedure's id where one is named."""
    return Trait(_folded(what), tuple(sorted({_folded(lead) for lead in leads} - {""})), _folded(authority))


def overlap(here: Iterable[Trait], there: Iterable[Trait]) -> Overlap:
    """Compare the lines of two packages."""
    mine, theirs = set(here), set(there)
    return Overlap(tuple(sorted(mine & theirs)), tuple(sorted(mine - theirs)), tuple(sorted(theirs - mine)))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
