"""In which forum a situation is seen: those that are lawful for a place, in an order that can be chosen (M62)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tocsin.catalog.library import Library
from tocsin.catalog.links import Links, links
from tocsin.catalog.outcome_forms import COSTS, SIGNALS, Forum, forums
from tocsin.core.errors import Misuse
from tocsin.options.routes.finding import find
from tocsin.options.routes.paths import Path, Wish

FIRST = ("signal", "access", "time")
RULE = (
    "Ordered by one thing after the other, never by a sum: what is named first decides, ties go by the next "
    "(signal: the loudest first; access: the least cost first; time: the earliest first), then by the number of the row"
)


@dataclass(frozen=True)
class Seen:
    """A forum with the quickest lawful path to it; ``path`` is None when none arrives by the day, with ``why``."""

    rank: int | None
    forum: Forum
    path: Path | None
    why: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        row = self.forum
        return {
            "rank": self.rank,
            **row.model_dump(),
            "basis_label": row.basis_label,
            "earliest": self.path.earliest.isoformat() if self.path else None,
            "latest": self.path.latest.isoformat() if self.path else None,
            "steps": [step.route.id for step in self.path.steps] if self.path else [],
            "conditions": list(self.path.conditions) if self.path else [],
            "why_not": self.why,
        }


def ranked(wish: Wish, library: Library, *, first: str = "signal", known: Links | None = None) -> list[Seen]:
    """Return every forum of the catalogue: the reachable ones in order, then those that are not, with why.

    ``wish.goal`` is not read. Raises Misuse for an order there is not.
    """
    if first not in FIRST:
        raise Misuse(f"{first[:40]!r} is no order of forums", todo=f"Choose one of {', '.join(FIRST)}")
    known = known or links()
    open_, shut = [], []
    for row in forums().values():
        goal = known.given[row.procedure][0].id
        found = find(Wish(**{**wish.__dict__, "goal": goal}), library, known)
        if found.paths:
            open_.append((row, found.paths[0]))
        else:
            late = f"too late: {found.late[0].earliest} is the earliest" if found.late else ""
            shut.append((row, late or next((c["why"] for c in found.closed), "no lawful path")))
    open_.sort(key=lambda pair: _key(pair[0], pair[1].earliest, first))
    reached = [Seen(n, row, path, "") for n, (row, path) in enumerate(open_, start=1)]
    return reached + [Seen(None, row, None, why) for row, why in shut]


def _key(row: Forum, earliest: date, first: str) -> tuple[object, ...]:
    parts = {"signal": SIGNALS.index(row.signal), "access": COSTS.index(row.access), "time": earliest.toordinal()}
    return (parts[first], *(parts[name] for name in FIRST if name != first), row.id)
