"""Puts measured options in order: the first ten are picked one by one, the rest follow by what is then known."""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul
from typing import NamedTuple

from tocsin.options.rule import CLOSELY, FIRST, REASONS, SAME_INSTRUMENT
from tocsin.options.weights import Weights

TOGETHER = REASONS.index("together")


class Measured(NamedTuple):
    """An option ready to be ordered: its reasons in thousandths, what it needs and what it supplies.

    ``goes``: what its reason ``together`` counts once it goes with one above it. ``pulls``: ids and instruments that it
    pulls against.
    """

    id: str
    lead: int
    instrument: str
    reasons: tuple[int, ...]
    goes: int
    needs: frozenset[str]
    supplies: frozenset[str]
    pulls: frozenset[str]


class Placed(NamedTuple):
    """An option in its place. ``reasons`` are as they stood when it was picked.

    ``supplies``: what it supplies to which options above it; ``supplied``: what which options above it supply to it.
    """

    id: str
    reasons: tuple[int, ...]
    total: int
    supplies: dict[str, list[str]]
    supplied: dict[str, list[str]]


class Above:
    """What those picked so far still need, and what they supply. A need is met once."""

    def __init__(self) -> None:
        self.needs: dict[str, list[str]] = {}
        self.supplies: dict[str, list[str]] = {}

    def add(self, option: Measured) -> None:
        """Take an option in: what it supplies is needed no more."""
        for need in option.supplies:
            self.needs.pop(need, None)
            self.supplies.setdefault(need, []).append(option.id)
        for need in option.needs - self.supplies.keys():
            self.needs.setdefault(need, []).append(option.id)

    def goes_with(self, option: Measured) -> bool:
        """Tell whether an option supplies what one above still needs, or one above supplies what it needs."""
        return not option.supplies.isdisjoint(self.needs) or not option.needs.isdisjoint(self.supplies)

    def placed(self, option: Measured, by: Sequence[int], plain: int | None = None) -> Placed:
        """Return an option in its place; ``plain`` is its score by itself, when that is known."""
        reasons = self.reasons(option)
        if plain is not None and reasons is option.reasons:
            return Placed(option.id, reasons, plain, {}, {})
        supplies = {need: list(self.needs[need]) for need in sorted(option.supplies & self.needs.keys())}
        supplied = {need: list(self.supplies[need]) for need in sorted(option.needs & self.supplies.keys())}
        return Placed(option.id, reasons, score(reasons, by), supplies, supplied)

    def reasons(self, option: Measured) -> tuple[int, ...]:
        """Return an option's reasons as they stand now."""
        if not self.goes_with(option):
            return option.reasons
        return (*option.reasons[:TOGETHER], option.goes, *option.reasons[TOGETHER + 1 :])


def score(reasons: Sequence[int], by: Sequence[int]) -> int:
    """Return the weighted sum: hundredths of a weight times thousandths of a reason, a whole number."""
    return sum(map(mul, reasons, by))


class Order:
    """Options under some weights. ``picked``: each of the first ones with those it was chosen among, best first.

    Each pick is the best that is left: two of an instrument at most in every five, and nothing that pulls against one
    already picked, while another fits.
    """

    def __init__(self, options: Sequence[Measured], weights: Weights) -> None:
        self.options, self.weights = options, weights
        self._by = tuple(weights.by_name.values())
        self._plain = {o.id: score(o.reasons, self._by) for o in options}
        self._left = sorted(options, key=lambda o: (-self._plain[o.id], o.lead, o.id))
        self.picked = self._picks(FIRST)

    def placed(self) -> list[Placed]:
        """Return every option in its place."""
        above, out = Above(), []
        for chosen, _ in self.picked:
            out.append(above.placed(chosen, self._by))
            above.add(chosen)
        taken = {p.id for p in out}
        leads = {o.id: o.lead for o in self.options}
        rest = [above.placed(o, self._by, self._plain[o.id]) for o in self.options if o.id not in taken]
        rest.sort(key=lambda p: (-p.total, leads[p.id], p.id))
        return out + rest

    def _picks(self, most: int) -> list[tuple[Measured, list[Measured]]]:
        above, pulls = Above(), set[str]()
        counts: dict[str, int] = {}
        out: list[tuple[Measured, list[Measured]]] = []
        for n in range(min(most, len(self._left))):
            if n % CLOSELY == 0:
                counts = {}
            full = {k for k, times in counts.items() if times >= SAME_INSTRUMENT}
            among = self._open(pulls, full)
            linked = (o for o in among if (o.needs or o.supplies) and above.goes_with(o))
            best = min([among[0], *linked], key=lambda o: self._key(o, above))
            out.append((best, among))
            above.add(best)
            pulls |= best.pulls
            counts[best.instrument] = counts.get(best.instrument, 0) + 1
            self._left.remove(best)
        return out

    def _key(self, option: Measured, above: Above) -> tuple[int, int, str]:
        return -score(above.reasons(option), self._by), option.lead, option.id

    def _open(self, pulls: set[str], full: set[str]) -> list[Measured]:
        """Return those that may be picked next; what is barred only when nothing else is left."""
        free = [o for o in self._left if o.id not in pulls and o.instrument not in pulls] if pulls else self._left
        return [o for o in free if o.instrument not in full] or list(free) or list(self._left)
