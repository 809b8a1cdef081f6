"""How procedures hang together: who may start them and be heard, what each needs first, what each gives.

``procedures/actors.csv``, ``kinds.csv``, ``links.csv`` and ``around.csv`` stand beside ``procedures.csv``, a row of
which they never repeat. ``check`` finds an unknown body, procedure or kind, and a circle, with file and line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from tocsin.catalog.rows import Days, Procedure, Row, SomeWords, Text, Words
from tocsin.catalog.tables import Finding, read_rows, refuse_faults

ROOT = Path(__file__).parent
PROCEDURES = "procedures/procedures.csv"
ACTORS, KINDS = "procedures/actors.csv", "procedures/kinds.csv"
LINKS, AROUND = "procedures/links.csv", "procedures/around.csv"
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
Stop = Literal["veto", "member", "host", "office", "weight", "deferral"]


def _count(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _groups(value: object) -> object:
    """Split ``a|b;c`` into groups: all of the groups are needed, any one of a group will do."""
    if isinstance(value, str):
        parts = [part.strip() for part in value.split(";") if part.strip()]
        return tuple(tuple(one.strip() for one in part.split("|") if one.strip()) for part in parts)
    return value


Count = Annotated[Annotated[int, Field(ge=1)] | None, BeforeValidator(_count)]
Needs = Annotated[tuple[tuple[str, ...], ...], BeforeValidator(_groups)]
Stops = Annotated[tuple[Stop, ...], BeforeValidator(lambda v: tuple(filter(None, v.split(";"))))]


class ActorKind(Row):
    """A kind of those who start procedures or ask for them. ``is_a``: the wider kind it belongs to."""

    id: Slug
    says: Text
    is_a: str
    state: Literal["yes", "no"]
    listens_to: Words


class Kind(Row):
    """What a procedure gives (``output``), what may be so without one (``fact``), or a name for several (``family``).

    ``days_min``, ``days_max``: further days after the procedure ended until this is there.
    """

    id: Slug
    is_: Annotated[Literal["output", "fact", "family"], Field(alias="is")]
    says: Text
    procedure: str
    within: Words
    days_min: Days
    days_max: Days
    needs: Needs

    @model_validator(mode="after")
    def _given_by_one(self) -> Kind:
        if (self.is_ == "output") != bool(self.procedure):
            raise ValueError("procedure: an output names the procedure that gives it, and nothing else does")
        if self.days_min > self.days_max:
            raise ValueError("days_min: must not be greater than days_max")
        return self


class Link(Row):
    """Who may start a procedure, who is heard by them, what must be there first, and how many must agree.

    ``voters`` is the kind of those who vote; where they are states, nothing comes of it without one.
    """

    id: Text
    initiators: SomeWords
    asked_by: Words
    needs: Needs
    start_count: Count
    start_of: Count
    start_who: str
    voters: str
    vote_count: Count
    vote_of: Count
    vote_who: str
    stops: Stops

    @model_validator(mode="after")
    def _possible(self) -> Link:
        for what, count, of in (("start", self.start_count, self.start_of), ("vote", self.vote_count, self.vote_of)):
            if count is not None and of is not None and count > of:
                raise ValueError(f"{what}_count: must not be greater than {what}_of")
        if bool(self.voters) != bool(self.vote_who):
            raise ValueError("voters: a vote names the kind of those who vote, and nothing else does")
        return self


class Around(Row):
    """A way around a procedure that is blocked."""

    id: Annotated[str, Field(pattern=r"^R[0-9]{2,3}$")]
    blocked: Text
    to: Text
    why: Text


FILES: dict[str, type[BaseModel]] = {ACTORS: ActorKind, KINDS: Kind, LINKS: Link, AROUND: Around}


@dataclass(frozen=True)
class Links:
    """The checked files, each by its id."""

    actors: dict[str, ActorKind]
    kinds: dict[str, Kind]
    links: dict[str, Link]
    around: tuple[Around, ...]

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """The outputs and facts that count as a kind: itself, or those of a family and of its families."""
        inside: dict[str, list[str]] = {kind: [] for kind in self.kinds}
        for kind in self.kinds.values():
            for family in _families(kind.id, self.kinds):
                inside[family].append(kind.id)
        return {
            k.id: tuple(one for one in ([k.id] if k.is_ != "family" else inside[k.id]) if one in self.kinds)
            for k in self.kinds.values()
        }

    @cached_property
    def given(self) -> dict[str, tuple[Kind, ...]]:
        """The outputs of each procedure, in the order of the file."""
        found: dict[str, list[Kind]] = {}
        for kind in self.kinds.values():
            if kind.procedure:
                found.setdefault(kind.procedure, []).append(kind)
        return {procedure: tuple(kinds) for procedure, kinds in found.items()}

    def widths(self, actor: str) -> set[str]:
        """Return an actor's kind and every wider kind it belongs to."""
        found: set[str] = set()
        while actor and actor not in found:
            found.add(actor)
            actor = self.actors[actor].is_a
        return found


def _families(kind: str, kinds: dict[str, Kind]) -> Iterator[str]:
    """Yield the families a kind counts as, near and far, each once."""
    seen, wait = set(), list(kinds[kind].within)
    while wait:
        family = wait.pop(0)
        if family not in seen and family in kinds:
            seen.add(family)
            yield family
            wait += kinds[family].within


def check(root: Path = ROOT) -> list[Finding]:
    """Return every fault of the four files under ``root``."""
    return _read(root)[1]


@cache
def links(root: Path = ROOT) -> Links:
    """Return the checked files, read once. Raises Damaged with the first fault."""
    found, findings = _read(root)
    refuse_faults(findings)
    return found


def _read(root: Path) -> tuple[Links, list[Finding]]:
    findings: list[Finding] = []
    rows: dict[str, list[tuple[int, Any]]] = {}
    for name, row in FILES.items():
        rows[name], faults = read_rows(root / name, row, name, "id")
        findings += faults
    # Faults of the procedures themselves are told by the library.
    procedures = {p.id: p for _, p in read_rows(root / PROCEDURES, Procedure, PROCEDURES, "id")[0]}
    found = Links(
        *({row.id: row for _, row in rows[name]} for name in (ACTORS, KINDS, LINKS)),
        tuple(row for _, row in rows[AROUND]),
    )
    findings += _references(rows, found, procedures)
    if not findings:
        findings += _circles(rows[LINKS], found)
    return found, findings


def _references(
    rows: dict[str, list[tuple[int, Any]]], found: Links, procedures: dict[str, Procedure]
) -> list[Finding]:
    """Find each name that stands nowhere, each procedure that no row links, and stops that contradict the procedure."""
    findings: list[Finding] = []

    def known(at: tuple[str, int, str], values: Iterable[str], names: Iterable[str], where: str) -> None:
        file, line, column = at
        for value in values:
            if value not in names:
                rule = f"names nothing in {where}"
                findings.append(Finding(file, line, column, value, rule, f"Correct it, or add it to {where}"))

    families = [k.id for k in found.kinds.values() if k.is_ == "family"]
    for line, actor in rows[ACTORS]:
        known((ACTORS, line, "is_a"), [actor.is_a] if actor.is_a else [], found.actors, ACTORS)
        known((ACTORS, line, "listens_to"), actor.listens_to, found.actors, ACTORS)
    for line, kind in rows[KINDS]:
        known((KINDS, line, "procedure"), [kind.procedure] if kind.procedure else [], procedures, PROCEDURES)
        known((KINDS, line, "within"), kind.within, families, f"the families of {KINDS}")
        known((KINDS, line, "needs"), [n for group in kind.needs for n in group], found.kinds, KINDS)
    for line, link in rows[LINKS]:
        known((LINKS, line, "id"), [link.id], procedures, PROCEDURES)
        for column in ("initiators", "asked_by"):
            known((LINKS, line, column), getattr(link, column), found.actors, ACTORS)
        known((LINKS, line, "voters"), [link.voters] if link.voters else [], found.actors, ACTORS)
        known((LINKS, line, "needs"), [n for group in link.needs for n in group], found.kinds, KINDS)
        row = procedures.get(link.id)
        if row is not None and row.can_be_blocked != bool(link.stops):
            rule = f"{PROCEDURES} says of {link.id}: {row.veto_or_block}"
            findings.append(Finding(LINKS, line, "stops", ";".join(link.stops), rule, "Let both say the same"))
    for line, way in rows[AROUND]:
        known((AROUND, line, "blocked"), [way.blocked], procedures, PROCEDURES)
        known((AROUND, line, "to"), [way.to], procedures, PROCEDURES)
    for code in procedures:
        for file, have in ((LINKS, found.links), (KINDS, found.given)):
            if code not in have:
                findings.append(Finding(file, 1, "id", code, f"the procedure {code} has no row here", "Add its row"))
    return findings


def _circles(lines: list[tuple[int, Link]], found: Links) -> list[Finding]:
    """Find procedures whose need can only be met by way of themselves."""
    at = {link.id: line for line, link in lines}
    first: dict[str, set[str]] = {}
    for code, link in found.links.items():
        groups = [*link.needs, *(group for kind in found.given[code] for group in kind.needs)]
        named = {one for group in groups for name in group for one in found.members[name]}
        first[code] = {found.kinds[one].procedure for one in named if found.kinds[one].procedure}
    left = dict(first)
    while ready := [code for code, before in left.items() if not before & left.keys()]:
        for code in ready:
            del left[code]
    if not left:
        return []
    # Whoever is left stands on a circle or behind one: going back from anyone ends in a circle.
    trail = [next(iter(left))]
    while (before := min(first[trail[-1]] & left.keys())) not in trail:
        trail.append(before)
    circle = [*trail[trail.index(before) :], before]
    rule = f"goes in a circle: {' needs '.join(circle)}"
    return [Finding(LINKS, at[before], "needs", before, rule, "Take one of the needs away")]
