"""Actions that pull against each other in one place: pairs of options or instruments, in a file a reviewer can read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

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


class Window(Pair):
    """Two moments that must not come close: the start or end of one action and that of another, ``days`` apart."""

    a_at: Literal["starts", "ends"]
    b_at: Literal["starts", "ends"]
    days: int = Field(gt=0, le=366)


class Pairs(BaseModel):
    """The whole file: its basis, when somebody outside reviewed it (None: nobody has), the pairs and the windows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    basis: str = Field(pattern=r"^(memory|read)\b")
    reviewed: date | None
    pairs: list[Pair]
    windows: list[Window] = []


def check(path: Path = PATH) -> list[Finding]:
    """Return the faults of the file: what cannot be read, what names no option, a pair of one, a pair twice."""
    read, faults = looked_at(Pairs, path, LABEL)
    if read is None:
        return faults
    return [*_faults(read.pairs, "pairs"), *_faults(read.windows, "windows")]


def _faults(given: Sequence[Pair], part: str) -> list[Finding]:
    known, seen, found = {*library().options, *INSTRUMENTS}, set(), []
    for n, pair in enumerate(given):
        where = f"{part}.{n}"
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
    return next((p for p in pairs().pairs if _meets(p, _kinds(a), _kinds(b))), None)


def windows(a: str, b: str) -> list[tuple[Window, bool]]:
    """Return the windows that two options make, each with whether ``b`` stands first in it."""
    mine, theirs = _kinds(a), _kinds(b)
    found = [(w, False) for w in pairs().windows if w.a in mine and w.b in theirs]
    return found + [(w, True) for w in pairs().windows if w.a in theirs and w.b in mine]


def _kinds(option_id: str) -> set[str]:
    """Return an option with its instrument."""
    options = library().options
    return {option_id, options[option_id].instrument} if option_id in options else {option_id}


@cache
def opponents(option_id: str, instrument: str) -> frozenset[str]:
    """Return the ids and instruments that an option of this instrument pulls against."""
    mine = {option_id, instrument}
    told = pairs().pairs
    return frozenset([*(p.b for p in told if p.a in mine), *(p.a for p in told if p.b in mine)])


def _meets(pair: Pair, mine: Iterable[str], theirs: Iterable[str]) -> bool:
    return (pair.a in mine and pair.b in theirs) or (pair.b in mine and pair.a in theirs)
