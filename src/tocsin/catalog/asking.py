"""How a question to the catalogue is put when nobody has put it: ``options/asking.yml``, read and checked."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from tocsin.catalog.library import library
from tocsin.catalog.rows import Phase
from tocsin.catalog.tables import Finding
from tocsin.catalog.yaml_files import faultless, looked_at

LABEL = "options/asking.yml"
PATH = Path(__file__).parent / LABEL
STRICT = ConfigDict(extra="forbid", frozen=True)


class Levels(BaseModel):
    """Days by the level of an item."""

    model_config = STRICT

    watch: int = Field(gt=0, le=5000)
    alert: int = Field(gt=0, le=5000)
    emergency: int = Field(gt=0, le=5000)


class Phases(BaseModel):
    """The phase by level, and the one of a place where killing is under way."""

    model_config = STRICT

    under_way: Phase
    watch: Phase
    alert: Phase
    emergency: Phase


class Pointer(BaseModel):
    """The factors a kind of warning points to, and why."""

    model_config = STRICT

    codes: tuple[str, ...] = Field(min_length=1)
    because: str = Field(min_length=1)


class Asking(BaseModel):
    """The whole of ``asking.yml``."""

    model_config = STRICT

    basis: str
    horizon_days: Levels
    least_days: int = Field(gt=0, le=5000)
    phase: Phases
    factors: dict[str, Pointer]


def check(path: Path = PATH) -> list[Finding]:
    """Return the faults of the file."""
    read, faults = looked_at(Asking, path, LABEL)
    if read is None:
        return faults
    known = library().framework.factors
    return [
        Finding(LABEL, 1, f"factors.{kind}.codes", code, "names no risk factor", "Choose RF1 to RF14")
        for kind, pointer in read.factors.items()
        for code in pointer.codes
        if code not in known
    ]


@cache
def asking() -> Asking:
    """Return the checked file, read once. Raises Damaged with its first fault."""
    return faultless(Asking, PATH, LABEL, check())
