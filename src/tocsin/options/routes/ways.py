"""The search itself: backward from an output over what its procedure needs, to procedures that need nothing.

Circles are refused by the catalogue's linter, so that every need can be worked out once and kept. Of each need the
``KEPT`` quickest ways are carried on: the count of procedures moves the cost, the count of combinations does not.
"""

from __future__ import annotations

from itertools import product
from operator import attrgetter

from tocsin.catalog.library import Library
from tocsin.catalog.links import Kind, Links
from tocsin.options.routes.chains import chain
from tocsin.options.routes.paths import Wish

KEPT = 3
Days = tuple[int, int]
_KEY = attrgetter("key")


class Way:
    """A way to one kind: what must come before, and days from today at its fast and slow end.

    A fact has no procedure and takes no days; ``condition`` then names it unless it is held. ``steps`` are the ways
    with a procedure in an order in which they can be done, one that serves twice once. ``key`` orders ways: sooner,
    then surer, then with fewer steps and conditions, then by their ids.
    """

    __slots__ = ("before", "begins", "chain", "conditions", "done", "key", "kind", "procedure", "steps")

    def __init__(
        self,
        kind: str,
        procedure: str = "",
        *,
        begins: Days = (0, 0),
        done: Days = (0, 0),
        before: tuple[Way, ...] = (),
        condition: str = "",
        chain: tuple[str, ...] = (),
    ) -> None:
        self.kind, self.procedure, self.chain, self.before = kind, procedure, chain, before
        self.begins, self.done = begins, done
        own = (condition,) if condition else ()
        if not before:
            self.steps: tuple[Way, ...] = (self,) if procedure else ()
            self.conditions = own
        else:
            found = {(way.procedure, way.kind): way for part in before for way in part.steps}
            found[procedure, kind] = self
            self.steps = tuple(found.values())
            self.conditions = tuple(dict.fromkeys([*(c for part in before for c in part.conditions), *own]))
        ids = tuple(way.procedure for way in self.steps)
        self.key = (done, len(ids), len(self.conditions), ids, self.conditions)

    @property
    def unmet(self) -> tuple[str, ...]:
        """The facts nobody has told of that this step itself needs."""
        return tuple(c for part in self.before if not part.procedure for c in part.conditions)


class Search:
    """One search; what was worked out for a kind is kept."""

    def __init__(self, wish: Wish, library: Library, known: Links) -> None:
        self.wish, self.library, self.known = wish, library, known
        self._ways: dict[str, list[Way]] = {}
        self._of: dict[str, list[Way]] = {}
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
            self._ways[name] = sorted(found, key=_KEY)[:KEPT]
        return self._ways[name]

    def _member(self, name: str) -> list[Way]:
        kind = self.known.kinds[name]
        if name in self.wish.held:
            return [Way(name)]
        if name in self.wish.absent:
            return []
        if kind.is_ == "fact":
            return [Way(name, condition=name)]
        return self.of(kind)

    def of(self, kind: Kind) -> list[Way]:
        """Return the quickest ways to an output by its own procedure; none when it is closed or a need is not met."""
        if kind.id not in self._of:
            self._of[kind.id] = self._worked_out(kind)
        return self._of[kind.id]

    def _worked_out(self, kind: Kind) -> list[Way]:
        if kind.id in self.wish.absent or self.closed(kind.procedure):
            return []
        row = self.library.procedures[kind.procedure]
        took = (row.lead_days_min + kind.days_min, row.lead_days_max + kind.days_max)
        chain_ = self._chain(kind.procedure) or ()
        groups = (*self.known.links[kind.procedure].needs, *kind.needs)
        met = [sorted({w.key: w for name in g for w in self.to(name)}.values(), key=_KEY)[:KEPT] for g in groups]
        found = []
        for before in product(*met):
            begins = (max((w.done[0] for w in before), default=0), max((w.done[1] for w in before), default=0))
            done = (begins[0] + took[0], begins[1] + took[1])
            found.append(Way(kind.id, kind.procedure, begins=begins, done=done, before=before, chain=chain_))
        return sorted(found, key=_KEY)[:KEPT]
