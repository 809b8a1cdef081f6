"""Clashes before they occur (M61): actions on one time line that spoil each other, by the pairs of the catalogue.

A pair clashes while both are under way; a window when two moments come closer than its days. Nothing is decided by it:
each clash says why, and is moved, or answered with a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from tocsin.catalog.pairs import against, pairs, windows


@dataclass(frozen=True)
class Move:
    """Something done from a day to a day, both included. ``ref`` is how the caller calls it (``L1``, ``C12``)."""

    ref: str
    option_id: str
    what: str
    starts: date
    ends: date


@dataclass(frozen=True)
class Clash:
    """Two moves that spoil each other, when and why. ``days_apart`` 0: while both are under way."""

    a: Move
    b: Move
    first: date
    last: date
    days_apart: int
    why: str
    basis: str

    @property
    def key(self) -> str:
        """What tells this clash from others among the same moves."""
        return f"{self.a.ref}-{self.b.ref}"

    def sentence(self) -> str:
        """Return it in words."""
        when = str(self.first) if self.first == self.last else f"{self.first} to {self.last}"
        close = f", {self.days_apart} days apart or fewer" if self.days_apart else ""
        return f"{self.a.ref} {self.a.what} and {self.b.ref} {self.b.what} clash ({when}{close}): {self.why}"


def clashes(moves: Sequence[Move]) -> list[Clash]:
    """Return every clash among moves, in their order; at most one for two moves, the closest moments first."""
    found = []
    for a, b in combinations(moves, 2):
        clash = _of_two(a, b)
        if clash is not None:
            found.append(clash)
    return found


def _of_two(a: Move, b: Move) -> Clash | None:
    basis = pairs().basis
    for window, b_first in windows(a.option_id, b.option_id):
        one, other = (b, a) if b_first else (a, b)
        day, then = _moment(one, window.a_at), _moment(other, window.b_at)
        if abs((day - then).days) <= window.days:
            return Clash(a, b, min(day, then), max(day, then), window.days, window.why, basis)
    pair = against(a.option_id, b.option_id)
    first, last = max(a.starts, b.starts), min(a.ends, b.ends)
    if pair is not None and first <= last:
        return Clash(a, b, first, last, 0, pair.why, basis)
    return None


def _moment(move: Move, at: str) -> date:
    return move.starts if at == "starts" else move.ends
