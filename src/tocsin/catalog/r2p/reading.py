"""Reads the map, answers a question put to it, and says of every fault where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tocsin.catalog.library import FILES, PROCEDURES, ROOT, library
from tocsin.catalog.oversight import undertakings
from tocsin.catalog.r2p.schema import Duty, Mechanism, Sides
from tocsin.catalog.rows import Procedure
from tocsin.catalog.tables import Finding, read_rows, refuse_faults
from tocsin.catalog.yaml_files import faultless, looked_at
from tocsin.core.errors import Misuse

SIDES, DUTIES, MECHANISMS = "r2p/map.yml", "r2p/duties.csv", "r2p/mechanisms.csv"


@dataclass(frozen=True)
class Map:
    """The whole map: its two sides, and duties and mechanisms by id in the order of their files."""

    sides: Sides
    duties: dict[str, Duty]
    mechanisms: dict[str, Mechanism]


@dataclass(frozen=True)
class Answer:
    """What a question found: the duties, the mechanisms, and each mechanism's procedures of the catalogue."""

    crime: str
    pillar: str
    duties: list[Duty]
    mechanisms: list[Mechanism]
    procedures: dict[str, list[Procedure]]


@cache
def whole() -> Map:
    """Return the checked map, read once. Raises Damaged with its first fault."""
    refuse_faults(check())
    sides = faultless(Sides, ROOT / SIDES, SIDES, [])
    return Map(
        sides,
        {row.id: row for _, row in read_rows(ROOT / DUTIES, Duty, DUTIES, "id")[0]},
        {row.id: row for _, row in read_rows(ROOT / MECHANISMS, Mechanism, MECHANISMS, "id")[0]},
    )


def asked(crime: str = "", pillar: str = "") -> Answer:
    """Return what is owed and lawful for a crime under a pillar; empty asks for every one.

    A crime is written as in the map, with spaces or in any case. Raises Misuse when there is none such.
    """
    found = whole()
    crime_id = "_".join(crime.lower().replace("-", " ").split())
    if crime_id and crime_id not in found.sides.crimes:
        raise Misuse(f"{crime[:60]!r} is none of the four crimes", todo=f"Choose {', '.join(found.sides.crimes)}")
    if pillar and pillar not in found.sides.pillars:
        raise Misuse(f"{pillar[:20]!r} is no pillar", todo="Choose 1, 2 or 3")

    def fits(row: Duty | Mechanism) -> bool:
        return (not crime_id or crime_id in row.crimes) and (not pillar or pillar in row.pillars)

    means = [m for m in found.mechanisms.values() if fits(m)]
    known = library().procedures
    return Answer(
        crime_id,
        pillar,
        [d for d in found.duties.values() if fits(d)],
        means,
        {m.id: [known[p] for p in m.procedures] for m in means},
    )


def check(root: Path = ROOT) -> list[Finding]:
    """Return the faults of the three files: names of nothing, a duty that no mechanism serves, sides that differ."""
    sides, found = looked_at(Sides, root / SIDES, SIDES)
    if sides is None:
        return found
    duties, faults = read_rows(root / DUTIES, Duty, DUTIES, "id")
    means, more = read_rows(root / MECHANISMS, Mechanism, MECHANISMS, "id")
    found += faults + more
    procedures = {row.id for _, row in read_rows(root / PROCEDURES, FILES[PROCEDURES][0], PROCEDURES, "id")[0]}  # type: ignore[attr-defined]
    both: list[tuple[str, int, Any]] = [(DUTIES, line, row) for line, row in duties]
    both += [(MECHANISMS, line, row) for line, row in means]
    for file, line, row in both:
        found += _named((file, line), "pillars", row, set(sides.pillars), SIDES)
        found += _named((file, line), "crimes", row, set(sides.crimes), SIDES)
    by_id = {row.id: row for _, row in duties}
    for line, row in duties:
        found += _named((DUTIES, line), "undertakings", row, set(undertakings()), "oversight/undertakings.csv")
        if not any(row.id in m.duties for _, m in means):
            rule = "no mechanism serves this duty"
            found.append(Finding(DUTIES, line, "id", row.id, rule, f"Name it in {MECHANISMS}"))
    for line, row in means:
        found += _named((MECHANISMS, line), "duties", row, set(by_id), DUTIES)
        found += _named((MECHANISMS, line), "procedures", row, procedures, PROCEDURES)
        for pillar in row.pillars:
            for crime in row.crimes:
                if not any(pillar in by_id[d].pillars and crime in by_id[d].crimes for d in row.duties if d in by_id):
                    rule = "serves no duty under that pillar for that crime"
                    found.append(
                        Finding(
                            MECHANISMS, line, "crimes", f"{crime}, pillar {pillar}", rule, "Name the duty, or cut it"
                        )
                    )
    return found


def _named(at: tuple[str, int], column: str, row: Duty | Mechanism, known: set[str], where: str) -> list[Finding]:
    rule = f"names nothing in {where}"
    return [Finding(*at, column, value, rule, "Correct it") for value in getattr(row, column) if value not in known]
