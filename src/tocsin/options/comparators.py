"""Past cases that were like this one when they began (M51): never by how they ended, and never by how many died.

Every part that is known of the question counts alike: factors (the cosine of the two sets), region, who is feared, what
it comes out of, armed conflict, kind of rule. What nobody has said is left out of the average on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from math import isqrt
from typing import Any

from tocsin.catalog.geography import places
from tocsin.catalog.library import Library
from tocsin.catalog.rows import Case
from tocsin.catalog.structure import VALUES, Structure
from tocsin.core.errors import Misuse

NEAREST = 5
ONE = 1000
FAR_APART = 20
WORDS = {"perpetrator": "who is feared", "setting": "what it comes out of", "armed_conflict": "armed conflict",
         "regime": "kind of rule"}  # fmt: skip
KINDS = {"episode": "it came", "near_miss": "it was feared and did not come, or was stopped"}
HABIT = "The case that comes to mind first is a habit: look at what differs before what came of it"


@dataclass(frozen=True)
class Like:
    """What is compared: a place, its factors and what is known of the structure; empty values are not known.

    ``year``: that of the question. Cases that began later are left out, and so is one of this place begun that year or
    the year before: it is the case asked about.
    """

    place_id: str
    factors: tuple[str, ...]
    year: int
    known: Mapping[str, str]


@dataclass(frozen=True)
class Comparator:
    """A past case: how alike in thousandths, in what and in what not, what was done and what came of it."""

    id: str
    name: str
    years: str
    kind: str
    likeness: int
    parts: dict[str, int]
    similarities: list[str]
    differences: list[str]
    measures: str
    outcome: str
    added: bool
    verified: bool
    basis_label: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def like(place_id: str, factors: Iterable[str], year: int, library: Library, **known: str) -> Like:
    """Return what is to be compared. Raises Misuse, with the valid list, for a place, factor or value unknown."""
    if place_id not in places():
        raise Misuse(f"{place_id!r} is not a place", todo="Give an ISO 3166 code of three letters, such as SDN")
    given = tuple(code for code in library.framework.factors if code in set(factors))
    for code in factors:
        if code not in library.framework.factors:
            raise Misuse(f"{code!r} is not a risk factor", todo="Choose RF1 to RF14")
    for part, value in known.items():
        if value and value not in VALUES[part]:
            raise Misuse(f"{value[:40]!r} is no {WORDS[part]}", todo=f"Choose one of {', '.join(VALUES[part])}")
    return Like(place_id, given, year, {part: value for part, value in known.items() if value and value != "unknown"})


def comparators(
    asked: Like, library: Library, structures: Mapping[str, Structure], most: int = NEAREST
) -> list[Comparator]:
    """Return the nearest past cases, the most alike first; ties go to the later start, then the id.

    If all of them came, or none did, the nearest of the other kind is added and marked.
    """
    found = []
    for case in library.cases.values():
        structure = structures[case.id]
        itself = structure.place_id == asked.place_id and asked.year - 1 <= case.start_year <= asked.year
        if case.start_year > asked.year or itself:
            continue
        parts = alike(asked, case.risk_factors, structure)
        found.append((sum(parts.values()) // max(1, len(parts)), case, structure, parts))
    found.sort(key=lambda row: (-row[0], -row[1].start_year, row[1].id))
    near = [(*row, False) for row in found[:most]]
    kinds = {row[1].kind for row in near}
    if len(kinds) == 1:
        near += [(*row, True) for row in found[most:] if row[1].kind not in kinds][:1]
    return [_told(asked, *row) for row in near]


def alike(asked: Like, factors: Iterable[str], structure: Structure) -> dict[str, int]:
    """Return how alike a case is in each part that is known of the question, in thousandths.

    Takes a case's factors and structure and nothing else of it: what came afterwards cannot count.
    """
    theirs = set(factors)
    parts: dict[str, int] = {}
    if asked.factors:
        size = len(asked.factors) * len(theirs)
        parts["factors"] = len(theirs & set(asked.factors)) * ONE * ONE // max(1, isqrt(size * ONE * ONE))
    parts["region"] = ONE * (_region(asked.place_id) == _region(structure.place_id))
    for part, value in asked.known.items():
        parts[part] = _same(part, value, getattr(structure, part))
    return parts


def _same(part: str, mine: str, theirs: str) -> int:
    if mine == theirs:
        return ONE
    half = part == "perpetrator" and "both" in {mine, theirs} and "unknown" not in {mine, theirs}
    return ONE // 2 if half else 0


def _region(place_id: str) -> str:
    return places()[place_id].region


def _told(  # noqa: PLR0917 - one line of the answer
    asked: Like, likeness: int, case: Case, structure: Structure, parts: dict[str, int], added: bool
) -> Comparator:
    """Return a case with what is alike, what is not, and where the analogy breaks."""
    mine, theirs = set(asked.factors), set(case.risk_factors)
    same, differ = [], []
    if structure.place_id == asked.place_id:
        differ.append("the same place: where it never ended, it is the case you ask about and no other")
    if mine & theirs:
        same.append(f"factors {_codes(mine & theirs)}")
    if asked.factors and theirs - mine:
        differ.append(f"there, not seen here: {_codes(theirs - mine)}")
    if mine - theirs:
        differ.append(f"here, not told of it: {_codes(mine - theirs)}")
    here, there = _region(asked.place_id), _region(structure.place_id)
    (same if here == there else differ).append(f"region: {there}" + ("" if here == there else f", here {here}"))
    for part, words in WORDS.items():
        value, known = getattr(structure, part), asked.known.get(part)
        if known is None:
            differ.append(f"{words}: {_plain(value)} there; nobody has said what it is here")
        elif known == value:
            same.append(f"{words}: {_plain(value)}")
        else:
            differ.append(f"{words}: {_plain(value)} there, {_plain(known)} here")
    apart = asked.year - case.start_year
    if apart > FAR_APART:
        differ.append(f"it began {apart} years before: other means, other law, other neighbours")
    end = "" if case.end_year == str(case.start_year) else f"–{case.end_year}"
    return Comparator(
        id=case.id,
        name=case.country,
        years=f"{case.start_year}{end}",
        kind=case.kind,
        likeness=likeness,
        parts=parts,
        similarities=same,
        differences=differ,
        measures=case.measures_with_dates,
        outcome=case.outcome_in_literature,
        added=added,
        verified=case.verified and structure.verified,
        basis_label=case.basis_label,
    )


def _codes(codes: set[str]) -> str:
    return ", ".join(sorted(codes, key=lambda code: int(code[2:])))


def _plain(value: str) -> str:
    return value.replace("_", " ")
