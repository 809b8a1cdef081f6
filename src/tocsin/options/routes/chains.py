"""Who asks whom: the shortest chain from an asker to somebody who may start a procedure, and the asks of a step."""

from __future__ import annotations

from itertools import pairwise

from tocsin.catalog.links import Link, Links
from tocsin.catalog.rows import Procedure
from tocsin.core.errors import Misuse
from tocsin.options.routes.paths import Ask

STARTER = "whoever started it"
STOPS = {
    "veto": "a veto by any of the five permanent members",
    "member": "an objection by any one member",
    "host": "the state where it happens",
}
"""Who stops a procedure, where that is the same everywhere; otherwise the procedure says it in words of its own."""
PERMANENT = "China, France, Russia, the United Kingdom and the United States"


def asker_known(asker: str, known: Links) -> None:
    """Raise Misuse for a kind of asker that there is not."""
    if asker and asker not in known.actors:
        raise Misuse(f"{asker[:60]!r} is no kind of asker", todo=f"Choose one of {', '.join(known.actors)}")


def chain(asker: str, link: Link, known: Links, *, ally: bool) -> tuple[str, ...] | None:
    """Return kinds from the asker to a starter, the fewest first; None when nobody on the way may be asked.

    The last hop is the procedure's own (``asked_by``), the ones before it say who listens to whom in general.
    Without an ally no state stands on the way, and none votes at its end.
    """
    if not ally and link.voters and known.actors[link.voters].state == "yes":
        return None
    if known.widths(asker) & set(link.initiators):
        return (asker,)
    starters = [a for a in link.initiators if ally or known.actors[a].state == "no"]
    level, seen = [(asker,)] if starters else [], {asker}
    while level:
        following: list[tuple[str, ...]] = []
        for way in level:
            if known.widths(way[-1]) & set(link.asked_by):
                return (*way, starters[0])
        for way in level:
            for kind in known.actors.values():
                allowed = ally or kind.state == "no"
                if kind.id in seen or not allowed or not known.widths(way[-1]) & set(kind.listens_to):
                    continue
                if kind.id in starters:
                    # Whoever may start it listens to such askers in general, though the procedure names them not.
                    return (*way, kind.id)
                seen.add(kind.id)
                following.append((*way, kind.id))
        level = following
    return None


def asks(procedure: Procedure, link: Link, way: tuple[str, ...], known: Links, needs_consent: bool) -> tuple[Ask, ...]:
    """Return the requests that a step takes, those to start it first."""
    found = []
    started = _of(link.start_count, link.start_of, link.start_who)
    if way and known.actors[way[-1]].state == "no" and any(known.actors[a].state == "yes" for a in link.initiators):
        started = ""  # the number is of states, and an office starts it here
    for before, after in pairwise(way):
        last = after == way[-1]
        what = f"to start: {procedure.procedure}" if last else f"to carry it to {known.actors[way[-1]].says}"
        found.append(Ask("start", known.actors[before].says, known.actors[after].says, what, started if last else ""))
    if not found:
        starters = " or ".join(known.actors[a].says for a in link.initiators)
        heard = " or ".join(known.actors[a].says for a in link.asked_by)
        who = known.actors[way[0]].says if way else heard or "nobody in particular"
        whom = "you may start it yourself" if way else f"{starters} ({procedure.initiator})"
        found.append(Ask("start", who, whom, f"to start: {procedure.procedure}", started))
    if link.vote_who:
        votes = f"{link.vote_count} of {link.vote_of}" if link.vote_count else ""
        found.append(Ask("vote", STARTER, link.vote_who, f"their vote: {procedure.threshold}", votes))
    if "veto" in link.stops:
        found.append(Ask("block", STARTER, PERMANENT, "not to vote against", "each of the 5"))
    elif link.stops:
        found.append(Ask("block", STARTER, stopped_by(procedure, link), "not to stop it", ""))
    if needs_consent:
        found.append(Ask("consent", STARTER, "the government of the state where it happens",
                         "its consent, in writing", ""))  # fmt: skip
    return tuple(found)


def stopped_by(procedure: Procedure, link: Link) -> str:
    """Return who can stop a procedure, in words; empty when nobody can."""
    return " or ".join(STOPS.get(stop, procedure.veto_or_block) for stop in link.stops)


def _of(count: int | None, of: int | None, who: str) -> str:
    """Return ``16 of 47 members``; the words alone when no number is fixed."""
    if count is None:
        return who
    return f"{count} of {of} {who}" if of is not None else f"{count} of the {who}"
