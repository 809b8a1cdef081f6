"""What one state can do alone, and what several could do instead (M58): ``options/multilateral.yml``, checked."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from tocsin.catalog.library import library
from tocsin.catalog.tables import Finding
from tocsin.catalog.yaml_files import faultless, looked_at

LABEL = "options/multilateral.yml"
PATH = Path(__file__).parent / LABEL
STRICT = ConfigDict(extra="forbid", frozen=True)


class Alone(BaseModel):
    """An option that one state can do by itself: what several could do instead, and what doing it alone brings."""

    model_config = STRICT

    option: str
    equivalents: list[str] = Field(min_length=1)
    side_effects: list[str] = Field(min_length=1)


class Multilateral(BaseModel):
    """The whole file; ``national`` are procedures that belong to one state."""

    model_config = STRICT

    basis: str = Field(pattern=r"^(memory|read)\b")
    reviewed: date | None
    national: list[str]
    alone: list[Alone]


def check(path: Path = PATH) -> list[Finding]:
    """Return the faults of the file: what names no option or procedure, an option twice, its own equivalent."""
    read, faults = looked_at(Multilateral, path, LABEL)
    if read is None:
        return faults
    known, found, seen = library(), [], set()
    found += [
        Finding(LABEL, 1, "national", p, "is no procedure", "Correct it")
        for p in read.national
        if p not in known.procedures
    ]
    for n, row in enumerate(read.alone):
        where = f"alone.{n}"
        found += [
            Finding(LABEL, 1, where, o, "is no option", "Correct it")
            for o in (row.option, *row.equivalents)
            if o not in known.options
        ]
        if row.option in seen or row.option in row.equivalents:
            found.append(Finding(LABEL, 1, where, row.option, "stands once, and not for itself", "Remove it"))
        seen.add(row.option)
    return found


@cache
def multilateral() -> Multilateral:
    """Return the checked file, read once. Raises Damaged with its first fault."""
    return faultless(Multilateral, PATH, LABEL, check())


def alone(option_id: str, procedure_id: str, actors: int) -> Alone | None:
    """Return what stands against doing an option alone; None when it is not, or when nobody can.

    ``actors`` counts all who lead or support. One, and no procedure of a body of several states, is alone.
    """
    file = multilateral()
    shared = bool(procedure_id) and procedure_id not in file.national
    return None if shared or actors > 1 else instead(option_id)


def instead(option_id: str) -> Alone | None:
    """Return what several could do instead of an option; None when the file knows nothing of it."""
    return next((row for row in multilateral().alone if row.option == option_id), None)
