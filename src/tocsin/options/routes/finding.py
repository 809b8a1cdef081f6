"""From a wish to lawful paths: those in time, the nearest that are not, what is closed, what would have to change."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from tocsin.catalog.geography import places
from tocsin.catalog.library import Library
from tocsin.catalog.links import Kind, Links, links
from tocsin.core.clock import in_words
from tocsin.core.errors import Misuse
from tocsin.options.routes.authority import route
from tocsin.options.routes.chains import asker_known, asks, stopped_by
from tocsin.options.routes.goals import Goal, goal_of
from tocsin.options.routes.paths import Path, Step, Wish
from tocsin.options.routes.ways import KEPT, Search, Way

NEAREST = 3
LONGEST = 5000  # days ahead; lead times of the catalogue end below it


@dataclass(frozen=True)
class Found:
    """The answer to a wish. ``paths`` are in time at their fast end; ``late`` are lawful and too late, nearest first.

    ``closed``: procedures that would give it and may not be used here or by this asker, with why. ``changes``: what
    would have to be otherwise, each tried by searching again. ``notes``: what the answer rests on.
    """

    wish: Wish
    goal: Goal
    paths: list[Path]
    late: list[Path]
    closed: list[dict[str, str]]
    changes: list[str]
    notes: list[str]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        wish = self.wish
        return {
            "goal": {"asked": wish.goal, "says": self.goal.says, "kinds": [k.id for k in self.goal.kinds]},
            "place_id": wish.place_id,
            "by": wish.by.isoformat(),
            "today": wish.today.isoformat(),
            "asker": wish.asker,
            "ally": wish.ally,
            "held": sorted(wish.held),
            "absent": sorted(wish.absent),
            "paths": [p.as_dict() for p in self.paths],
            "too_late": [p.as_dict() for p in self.late],
            "closed": self.closed,
            "what_would_change_it": self.changes,
            "notes": self.notes,
        }


def search(goal: str, place_id: str, by: Any, library: Library, today: Any, **given: Any) -> list[Path]:
    """Return the lawful paths to a goal that arrive by a day, quickest first. ``given``: as the fields of ``Wish``."""
    return find(Wish(goal, place_id, by, today, **given), library).paths


def find(wish: Wish, library: Library, known: Links | None = None) -> Found:
    """Answer a wish. Raises Misuse, with what may be asked, for a goal, place, asker, kind or day that cannot be."""
    known = known or links()
    _checked(wish, known)
    goal = goal_of(wish.goal, library, known)
    paths, closed = _paths(wish, goal, library, known)
    timely = [p for p in paths if p.earliest <= wish.by]
    late = [p for p in paths if p.earliest > wish.by]
    changes = [] if timely else _changes(wish, goal, late, library, known)
    return Found(wish, goal, timely, late[:NEAREST], closed, changes, _notes(goal, timely))


def _checked(wish: Wish, known: Links) -> None:
    if wish.place_id not in places():
        raise Misuse(f"{wish.place_id[:60]!r} is not a place", todo="Give an ISO 3166 code of three letters, as SDN")
    if not 0 <= (wish.by - wish.today).days <= LONGEST:
        raise Misuse(
            f"{wish.by} is no day to arrive by", todo=f"Give a day from {wish.today} on, within {LONGEST} days"
        )
    asker_known(wish.asker, known)
    for name in sorted(wish.held | wish.absent):
        kind = known.kinds.get(name)
        if kind is None or kind.is_ == "family":
            facts = ", ".join(k.id for k in known.kinds.values() if k.is_ == "fact")
            raise Misuse(f"{name[:60]!r} is nothing that is there or not", todo=f"Give an output, or one of: {facts}")
    if both := sorted(wish.held & wish.absent):
        raise Misuse(f"{both[0]} cannot be there and not be there", todo="Give it once")


def _paths(wish: Wish, goal: Goal, library: Library, known: Links) -> tuple[list[Path], list[dict[str, str]]]:
    """Return every path, in time or not, quickest first; and the closed procedures."""
    looking = Search(wish, library, known)
    ways: list[tuple[Kind, Way]] = []
    closed: list[dict[str, str]] = []
    for kind in goal.kinds:
        found = looking.of(kind)
        ways += [(kind, way) for way in found]
        if not found and kind.procedure not in {c["procedure"] for c in closed}:
            row = library.procedures[kind.procedure]
            lacks = looking.missing(kind) if kind.id not in wish.absent else ""
            why = looking.closed(row.id) or (f"it needs {lacks}" if lacks else "you said that it cannot be had")
            closed.append(
                {"procedure": row.id, "body": row.body, "name": row.procedure, "gives": kind.says, "why": why}
            )
    ways.sort(key=lambda pair: pair[1].key)
    made: dict[int, Step] = {}
    return [_path(looking, kind, way, made) for kind, way in ways], closed


def _path(looking: Search, kind: Kind, way: Way, made: dict[int, Step]) -> Path:
    """Return a way as a path. ``made`` keeps the steps by the identity of their way: paths share them."""
    today = looking.wish.today
    for one in way.steps:
        if id(one) not in made:
            made[id(one)] = _step(looking, one)
    return Path(
        kind=kind.id,
        gives=kind.says,
        steps=tuple(made[id(one)] for one in way.steps),
        earliest=today + timedelta(way.done[0]),
        latest=today + timedelta(way.done[1]),
        by=looking.wish.by,
        conditions=tuple(looking.known.kinds[c].says for c in way.conditions),
    )


def _step(looking: Search, way: Way) -> Step:
    known, library, today = looking.known, looking.library, looking.wish.today
    row, link = library.procedures[way.procedure], known.links[way.procedure]
    own = way.unmet
    around = tuple(
        {"to": a.to, "body": library.procedures[a.to].body, "why": a.why, "basis_label": a.basis_label}
        for a in known.around
        if a.blocked == row.id and not looking.closed(a.to)
    )
    return Step(
        route=route(row),
        gives=known.kinds[way.kind].says,
        kind=way.kind,
        begins=today + timedelta(way.begins[0]),
        begins_latest=today + timedelta(way.begins[1]),
        earliest=today + timedelta(way.done[0]),
        latest=today + timedelta(way.done[1]),
        chain=tuple(known.actors[a].says for a in way.chain),
        asks=asks(row, link, way.chain, known, "host-consent" in own),
        stopped_by=stopped_by(row, link),
        conditions=tuple(known.kinds[c].says for c in own),
        ways_around=around,
    )


def _changes(wish: Wish, goal: Goal, late: list[Path], library: Library, known: Links) -> list[str]:
    """Return what would have to be otherwise for a path to arrive in time: each is tried, none is guessed."""

    def timely(changed: Wish) -> Path | None:
        found, _ = _paths(changed, goal, library, known)
        return next((p for p in found if p.earliest <= changed.by), None)

    told = []
    if late:
        told.append(
            f"The day: {in_words(late[0].earliest)} is the earliest, {(late[0].earliest - wish.by).days} days later"
        )
    for name in sorted(wish.absent):
        if path := timely(replace(wish, absent=wish.absent - {name})):
            told.append(f"If it could be had after all: “{known.kinds[name].says}” ({_by_way_of(path)})")
    needed = {n for k in known.kinds.values() for g in k.needs for n in g}
    needed |= {n for link in known.links.values() for g in link.needs for n in g}
    for name in sorted(n for n in needed - wish.held - wish.absent if known.kinds[n].is_ == "output"):
        if path := timely(replace(wish, held=wish.held | {name})):
            told.append(f"If it were there already: “{known.kinds[name].says}” ({_by_way_of(path)})")
    if wish.asker and not wish.ally and (path := timely(replace(wish, ally=True))):
        told.append(f"With a state that carries the ask ({_by_way_of(path)})")
    if wish.asker and (path := timely(replace(wish, asker="", ally=True))):
        told.append(f"If those who may start it asked for it themselves ({_by_way_of(path)})")
    if not told and goal.option is not None and not goal.kinds:
        return []
    return told or ["Nothing in the catalogue of procedures: no listed door leads there for this place"]


def _by_way_of(path: Path) -> str:
    codes = ", ".join(step.route.id for step in path.steps)
    return f"{codes}; earliest {in_words(path.earliest)}" if codes else in_words(path.earliest)


def _notes(goal: Goal, timely: list[Path]) -> list[str]:
    notes = ["Days are planning estimates from the catalogue; they bind nobody, and the last day named is the slow end"]
    if goal.option is not None:
        option = goal.option
        notes.append(
            f"The lead time of the option itself, {option.lead_days_min}–{option.lead_days_max} days from decision to "
            "first effect, was estimated apart and is not added"
        )
        if not goal.kinds:
            notes.append(
                f"No procedure is listed: {'; '.join(option.actors_with_authority)} decide for themselves. Ask them"
            )
    if KEPT in Counter(p.kind for p in timely).values():
        notes.append(f"Of each output the {KEPT} quickest ways are shown")
    return notes
