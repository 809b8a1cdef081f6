"""Puts measured options in order, and finds the smallest change of one weight that would put them in another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tocsin.options.rule import CLOSELY, FIRST, REASONS, SAME_INSTRUMENT
from tocsin.options.weights import HUNDREDTHS, MOST, Weights

TOGETHER = REASONS.index("together")
FAR = 1 << 40


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


@dataclass(frozen=True)
class Placed:
    """An option in its place. ``reasons`` are as they stood when it was picked.

    ``supplies``: what it supplies to which options above it; ``supplied``: what which options above it supply to it.
    """

    id: str
    reasons: tuple[int, ...]
    total: int
    supplies: dict[str, list[str]]
    supplied: dict[str, list[str]]


@dataclass(frozen=True)
class Swap:
    """The smallest change of one weight that changes the order of the first five: what then passes what."""

    weight: str
    now: int
    then: int
    passes: str
    passed: str


class _Above:
    """What those picked so far still need, and what they supply. A need is met once."""

    def __init__(self) -> None:
        self.needs: dict[str, list[str]] = {}
        self.supplies: dict[str, list[str]] = {}

    def add(self, option: Measured) -> None:
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
    return sum(r * w for r, w in zip(reasons, by, strict=True))


def ordered(options: Sequence[Measured], weights: Weights) -> list[Placed]:
    """Return the options in order. The first ten are picked one by one, the rest follow by what is then known."""
    by = tuple(weights.by_name.values())
    above, out = _Above(), []
    picker = _Picker(options, by)
    for chosen, _ in picker.picks(FIRST):
        out.append(above.placed(chosen, by))
        above.add(chosen)
    taken = {p.id for p in out}
    leads = {o.id: o.lead for o in options}
    rest = [above.placed(o, by, picker.plain[o.id]) for o in options if o.id not in taken]
    rest.sort(key=lambda p: (-p.total, leads[p.id], p.id))
    return out + rest


class _Picker:
    """Picks the first ones: each time the best that is left.

    Two of an instrument at most in every five, and nothing that pulls against one already picked, while another fits.
    """

    def __init__(self, options: Sequence[Measured], by: Sequence[int]) -> None:
        self.by = by
        self.plain = {o.id: score(o.reasons, by) for o in options}
        self.left = sorted(options, key=lambda o: (-self.plain[o.id], o.lead, o.id))

    def picks(self, most: int) -> list[tuple[Measured, list[Measured]]]:
        """Return each option picked with those it was chosen among, best first by themselves."""
        above, pulls = _Above(), set[str]()
        counts: dict[str, int] = {}
        out: list[tuple[Measured, list[Measured]]] = []
        for n in range(min(most, len(self.left))):
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
            self.left.remove(best)
        return out

    def _key(self, option: Measured, above: _Above) -> tuple[int, int, str]:
        return -score(above.reasons(option), self.by), option.lead, option.id

    def _open(self, pulls: set[str], full: set[str]) -> list[Measured]:
        """Return those that may be picked next; what is barred only when nothing else is left."""
        free = [o for o in self.left if o.id not in pulls and o.instrument not in pulls] if pulls else self.left
        return [o for o in free if o.instrument not in full] or list(free) or list(self.left)


def swap(options: Sequence[Measured], weights: Weights) -> Swap | None:
    """Return the smallest change of a single weight, in hundredths, that changes the first five or their order.

    None when no weight between 0 and 10 does. Every pick is a comparison of sums that are straight lines in each
    weight, so the change is computed and not searched for.
    """
    names, by = tuple(weights.by_name), np.array(list(weights.by_name.values()), dtype=np.int64)
    best: tuple[int, int, Swap] | None = None
    above = _Above()
    for chosen, among in _Picker(options, by.tolist()).picks(CLOSELY):
        mine = np.array(above.reasons(chosen), dtype=np.int64)
        theirs = np.array([above.reasons(o) for o in among], dtype=np.int64)
        key = (chosen.lead, chosen.id)
        first = np.array([(o.lead, o.id) < key for o in among])
        gap, ahead = (mine - theirs) @ by, theirs - mine
        for n, name in enumerate(names):
            # Another passes when gap - step * rise is under 0, or is 0 and it comes first on a tie.
            rise = np.abs(ahead[:, n])
            over = np.where(rise > 0, rise, 1)
            step = np.where(first, -(-gap // over), gap // over + 1)
            then = by[n] + np.where(ahead[:, n] > 0, step, -step)
            step = np.where((rise > 0) & (then >= 0) & (then <= MOST * HUNDREDTHS), step, FAR)
            least = int(step.argmin())
            if step[least] < FAR and (best is None or (int(step[least]), n) < best[:2]):
                passes = Swap(name, int(by[n]), int(then[least]), among[least].id, chosen.id)
                best = int(step[least]), n, passes
        above.add(chosen)
    return best[2] if best else None
