"""What a package asks for: ``options/package.yml``, its sections and fields, read and checked."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tocsin.catalog.rows import INSTRUMENTS, Option
from tocsin.catalog.tables import Finding
from tocsin.catalog.yaml_files import faultless, looked_at

LABEL = "options/package.yml"
PATH = Path(__file__).parent / LABEL
STRICT = ConfigDict(extra="forbid", frozen=True)
Kind = Literal["text", "short", "day", "days", "list", "band", "option", "procedure", "confidence", "check"]


class Asked(BaseModel):
    """One field: what it is called, what it takes, and in which kind of package it must be filled."""

    model_config = STRICT

    id: str = Field(pattern=r"^[a-z_]+$")
    kind: Kind
    label: str = Field(min_length=3)
    hint: str = ""
    full: bool
    rapid: bool
    why_not: str = ""

    def required(self, *, rapid: bool) -> bool:
        """Tell whether a package of this kind must have it."""
        return self.rapid if rapid else self.full


class Section(BaseModel):
    """Fields that belong together; ``repeats``: there can be several of it, ``least`` so many."""

    model_config = STRICT

    id: str = Field(pattern=r"^[a-z]+$")
    title: str
    note: str = ""
    repeats: bool = False
    least: int = Field(0, ge=0)
    rapid_only: bool = False
    fields: list[Asked] = Field(min_length=1)


class Band(BaseModel):
    """A cost band."""

    model_config = STRICT

    id: str
    label: str


class RapidDays(BaseModel):
    """How soon a rapid package is made whole: what the form proposes, and the most it takes."""

    model_config = STRICT

    usual: int = Field(gt=0)
    most: int = Field(gt=0)


class RepeatPct(BaseModel):
    """From which share of equal lines a package is a repeat, per cent."""

    model_config = STRICT

    same_place: int = Field(gt=0, le=100)
    elsewhere: int = Field(gt=0, le=100)


class Force(BaseModel):
    """Which options of the catalogue use force."""

    model_config = STRICT

    instrument: str
    coercive: Literal["no", "yes-mild", "yes"]


class Form(BaseModel):
    """The whole of ``package.yml``."""

    model_config = STRICT

    basis: str
    sections: list[Section]
    confidences: list[str]
    bands: list[Band]
    rapid_days: RapidDays
    repeat_pct: RepeatPct
    revision_days: int = Field(ge=0)
    force: Force

    def section(self, name: str) -> Section:
        """Return a section by its id."""
        return next(s for s in self.sections if s.id == name)

    def band(self, name: str) -> str:
        """Return what a band is called; the id itself for one that is no longer there."""
        return next((b.label for b in self.bands if b.id == name), name)

    def uses_force(self, option: Option) -> bool:
        """Tell whether an option of the catalogue uses force. Airlift and evacuation are not coercive, and do not."""
        return option.instrument == self.force.instrument and option.coercive == self.force.coercive


def check(path: Path = PATH) -> list[Finding]:
    """Return the faults of the file: a field left out of a rapid package without why, a name twice, no instrument."""
    read, faults = looked_at(Form, path, LABEL)
    if read is None:
        return faults
    found = []
    for section in read.sections:
        seen: set[str] = set()
        for field in section.fields:
            where = f"{section.id}.{field.id}"
            if field.full and not field.rapid and not field.why_not:
                found.append(Finding(LABEL, 1, where, "", "a rapid package leaves it out without why", "Add why_not"))
            if field.id in seen:
                found.append(Finding(LABEL, 1, where, field.id, "a field has a name of its own", "Rename it"))
            seen.add(field.id)
    if read.force.instrument not in INSTRUMENTS:
        found.append(Finding(LABEL, 1, "force", read.force.instrument, "is no instrument", "Correct it"))
    return found


@cache
def form() -> Form:
    """Return the checked file, read once. Raises Damaged with its first fault."""
    return faultless(Form, PATH, LABEL, check())
