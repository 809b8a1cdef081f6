"""Who may do it and by which door: the actors of an option and the procedures that lead to it (M65)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from tocsin.catalog.library import Library
from tocsin.catalog.rows import Option, Procedure


@dataclass(frozen=True)
class Route:
    """A procedure that leads to an option: who starts it, by what vote, who can stop it, how long it takes.

    ``lead_days`` counts from asking to output. It was estimated apart from the option's own lead time.
    """

    id: str
    body: str
    procedure: str
    legal_basis: str
    initiator: str
    who_may_ask: str
    threshold: str
    veto_or_block: str
    can_be_blocked: bool
    lead_days: dict[str, int]
    output: str
    legal_force: str
    verified: bool
    basis_label: str

    def sentence(self) -> str:
        """Return the route in one line."""
        stop = f"can be stopped: {self.veto_or_block}" if self.can_be_blocked else "no member can stop it"
        return (
            f"{self.body}: {self.procedure} (vote: {self.threshold}; {stop}; "
            f"{self.lead_days['min']}–{self.lead_days['max']} days)"
        )


@dataclass(frozen=True)
class Authority:
    """Who holds the authority for an option. Without a route the actors named decide for themselves."""

    actors: list[str]
    routes: list[Route]

    @cached_property
    def stoppable(self) -> bool:
        """Whether there are routes and every one of them can be stopped by one member or office."""
        return bool(self.routes) and all(route.can_be_blocked for route in self.routes)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {**asdict(self), "stoppable": self.stoppable}


def route(procedure: Procedure) -> Route:
    """Return a procedure of the catalogue as a route."""
    return Route(
        id=procedure.id,
        body=procedure.body,
        procedure=procedure.procedure,
        legal_basis=procedure.legal_basis,
        initiator=procedure.initiator,
        who_may_ask=procedure.who_may_ask,
        threshold=procedure.threshold,
        veto_or_block=procedure.veto_or_block,
        can_be_blocked=procedure.can_be_blocked,
        lead_days={"min": procedure.lead_days_min, "max": procedure.lead_days_max},
        output=procedure.output,
        legal_force=procedure.legal_force,
        verified=procedure.verified,
        basis_label=procedure.basis_label,
    )


def authority(option: Option, place_id: str, library: Library) -> Authority:
    """Return who may do an option about a place and by which procedures: those nobody can stop, then the fastest.

    A procedure of a regional body is left out for a place outside that body.
    """
    listed = [library.procedures[code] for code in option.procedures]
    routes = [route(p) for p in listed if not p.within or place_id in library.groups[p.within].place_ids]
    routes.sort(key=lambda r: (r.can_be_blocked, r.lead_days["min"], r.id))
    return Authority(list(option.actors_with_authority), routes)
