"""The search itself: backward from an output over what its procedure needs, to procedures that need nothing.

Circles are refused by the catalogue's linter, so that every need can be worked out once and kept. Of each need the
``KEPT`` quickest ways are carried on: the count of procedures moves the cost, the count of combinations does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from tocsin.catalog.library import Library
from tocsin.catalog.links import Kind, Links
from tocsin.options.routes.chains import chain
from tocsin.options.routes.paths import Wish

KEPT = 3


@dataclass(frozen=True)
class Way:
    """A way to one kind: what must come before, and days from today at its fast and slow end.

    A fact has no procedure and takes no days; ``condition`` then names it unless it is held.
    """

    kind: str
    procedure: str
    begins: tuple[int, int]
    done: tuple[int, int]
    before: tuple[Way, ...] = ()
    condition: str = ""
    chain: tuple[str, ...] = ()

    def steps(self) -> Iterator[Way]:
        """Yield the procedures in an order in which they can be done; one that serves twice comes once."""
        seen = set()
        for way in self._all():
            if way.procedure and (way.procedure, way.kind) not in seen:
                seen.add((way.procedure, way.kind))
                yield way

    def _all(self) -> Iterator[Way]:
        for way in self.before:
            yield from way._all()
        yield self

    @property
    def conditions(self) -> tuple[str, ...]:
        """The facts that nobody has told of and on which it rests."""
        return tuple(dict.fromkeys(way.condition for way in self._all() if way.condition))

    @property
    def key(self) -> tuple[object, ...]:
        """The order of ways: sooner, then surer, then with fewer steps and conditions, then by their ids."""
        ids = tuple(way.procedure for way in self.steps())
        return (self.done, len(ids), len(self.conditions), ids, self.conditions)


class Search:
    """One search; what was worked out for a kind is kept."""

    def __init__(self, wish: Wish, library: Library, known: Links) -> None:
        self.wish, self.library, self.known = wish, library, known
        self._ways: dict[str, list[Way]] = {}
        self._chains: dict[str, tuple[str, ...] | None] = {}

    def closed(self, code: str) -> str:
        """Return why a procedure may not be used here or is not open to the asker; empty when it is open."""
        row = self.library.procedures[code]
        if row.within and self.wish.place_id not in self.library.groups[row.within].place_ids:
            return f"the place is not inside {self.library.groups[row.within].name}"
        if self.wish.asker and self._chain(code) is None:
            says = self.known.actors[self.wish.asker].says
            return f"{says} is not heard there" + (
                "" if self.wish.ally else " without a state: it is for states to act"
            )
        return ""

    def _chain(self, code: str) -> tuple[str, ...] | None:
        if not self.wish.asker:
            return ()
        if code not in self._chains:
            self._chains[code] = chain(self.wish.asker, self.known.links[code], self.known, ally=self.wish.ally)
        return self._chains[code]

    def missing(self, kind: Kind) -> str:
        """Return the first need of an output that cannot be met; empty when each can."""
        for group in (*self.known.links[kind.procedure].needs, *kind.needs):
            if not any(self.to(name) for name in group):
                return " or ".join(f"“{self.known.kinds[name].says}”" for name in group)
        return ""

    def to(self, name: str) -> list[Way]:
        """Return the quickest ways to a kind, a fact or any member of a family."""
        if name not in self._ways:
            found = [way for member in self.known.members[name] for way in self._member(member)]
            self._ways[name] = sorted(found, key=lambda way: way.key)[:KEPT]
        return self._ways[name]

    def _member(self, name: str) -> list[Way]:
        kind = self.known.kinds[name]
        if name in self.wish.held:
            return [Way(name, "", (0, 0), (0, 0))]
        if name in self.wish.absent:
            return []
        if kind.is_ == "fact":
            return [Way(name, "", (0, 0), (0, 0), condition=name)]
        return self.of(kind)

    def of(self, kind: Kind) -> list[Way]:
        """Return the quickest ways to an output by its own procedure; none when it is closed or a need is not met."""
        if kind.id in self.wish.absent or self.closed(kind.procedure):
            return []
        row = self.library.procedures[kind.procedure]
        groups = (*self.known.links[kind.procedure].needs, *kind.needs)
        met = [sorted({w.key: w for name in g for w in self.to(name)}.values(), key=lambda w: w.key) for g in groups]
        found = []
        for before in product(*(ways[:KEPT] for ways in met)):
            begins = (max((w.done[0] for w in before), default=0), max((w.done[1] for w in before), default=0))
            done = (
                begins[0] + row.lead_days_min + kind.days_min,
                begins[1] + row.lead_days_max + kind.days_max,
            )
            found.append(Way(kind.id, kind.procedure, begins, done, before, chain=self._chain(kind.procedure) or ()))
        return sorted(found, key=lambda way: way.key)[:KEPT]
