"""Actions that pull against each other in one place: pairs of options or instruments, in a file a reviewer can read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from tocsin.catalog.library import library
from tocsin.catalog.rows import INSTRUMENTS
from tocsin.catalog.tables import Finding
from tocsin.catalog.yaml_files import faultless, looked_at

LABEL = "options/contradictions.yml"
PATH = Path(__file__).parent / LABEL


class Pair(BaseModel):
    """Two options, or kinds of option, and why both at once need one hand."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    a: str
    b: str
    why: str = Field(min_length=12)


class Pairs(BaseModel):
    """The whole file: its basis, when somebody outside reviewed it (None: nobody has), and the pairs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    basis: str = Field(pattern=r"^(memory|read)\b")
    reviewed: date | None
    pairs: list[Pair]


def check(path: Path = PATH) -> list[Finding]:
    """Return the faults of the file: what cannot be read, what names no option, a pair of one, a pair twice."""
    read, faults = looked_at(Pairs, path, LABEL)
    if read is None:
        return faults
    known, seen, found = {*library().options, *INSTRUMENTS}, set(), []
    for n, pair in enumerate(read.pairs):
        where = f"pairs.{n}"
        found += [
            Finding(LABEL, 1, where, side, "is no option and no instrument", "Correct it")
            for side in (pair.a, pair.b)
            if side not in known
        ]
        both = frozenset((pair.a, pair.b))
        if len(both) == 1 or both in seen:
            found.append(
                Finding(LABEL, 1, where, f"{pair.a}, {pair.b}", "a pair is of two, and given once", "Remove it")
            )
        seen.add(both)
    return found


@cache
def pairs() -> Pairs:
    """Return the checked file, read once. Raises Damaged with its first fault."""
    return faultless(Pairs, PATH, LABEL, check())


def against(a: str, b: str) -> Pair | None:
    """Return the pair that two options make, by their ids or instruments; None when they make none."""
    options = library().options
    mine = {a, options[a].instrument} if a in options else {a}
    theirs = {b, options[b].instrument} if b in options else {b}
    return next((p for p in pairs().pairs if _meets(p, mine, theirs)), None)


def _meets(pair: Pair, mine: Iterable[str], theirs: Iterable[str]) -> bool:
    return (pair.a in mine and pair.b in theirs) or (pair.b in mine and pair.a in theirs)
