"""What oversight knows beforehand: undertakings, alignments, loaded words, what may be released, shapes of reports."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tocsin.catalog.geography import places
from tocsin.catalog.tables import Finding, read_rows
from tocsin.catalog.yaml_files import checked, one_each
from tocsin.core.errors import Damaged

FOLDER = Path(__file__).parent


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class UndertakingRow(_Part):
    """A commitment of a strategy, resolution or treaty. ``who`` to ``shown_by`` only where its own text gives them."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{2,58}$")
    title: str = Field(min_length=3)
    issued_by: str = Field(min_length=3)
    reference: str = Field(min_length=3)
    made_on: str = Field(pattern=r"^\d{4}(-\d\d){0,2}$")
    principle: str = Field(min_length=12)
    who: str
    what: str
    by_when: str
    shown_by: str
    basis: str = Field(min_length=4)


class LoadedWord(_Part):
    """A word that takes a side, why, and what to write in its place."""

    word: str = Field(min_length=2)
    why: str = Field(min_length=3)
    instead: str = Field(min_length=3)
    basis: str = Field(min_length=4)


class Measure(_Part):
    """A group of states by a fact anybody can look up."""

    id: str
    title: str
    basis: str
    places: frozenset[str]

    @model_validator(mode="after")
    def _known(self) -> Measure:
        unknown = sorted(p for p in self.places if p not in places())
        if unknown:
            raise ValueError(f"no such places: {', '.join(unknown)}")
        return self


class Alignment(_Part):
    """Every measure of alignment, as of a month."""

    as_of: str
    measures: list[Measure]


class Released(_Part):
    """A field of the process view: from when it may be shown, counted from the event or from closing."""

    id: str
    title: str
    after: Literal["event", "closing"]
    days: int = Field(ge=0)
    grain: Literal["", "day"] = ""
    why: str


class Never(_Part):
    """A field that is never in the process view."""

    id: str
    why: str


class Release(_Part):
    """The redaction rules of the process view. What is in neither list is never shown."""

    fields: list[Released]
    never: list[Never]

    def rule(self, name: str) -> Released | None:
        """Return the rule of a field; None when it is never released."""
        return next((field for field in self.fields if field.id == name), None)


class Duty(_Part):
    """A law that asks for the report: when it was enacted, when reports were due, who gets them."""

    law: str
    enacted: date
    first_within_days: int = Field(gt=0)
    yearly_after_first: int = Field(ge=0)
    to: list[str]
    annex: str


class ShapePart(_Part):
    """One thing a report must say: what fills it from the ledger (None: nothing can), and what would."""

    id: str
    asks: str
    filled_by: str | None
    would_fill: str


class Element(_Part):
    """A heading of a report with its parts."""

    id: str
    heading: str
    parts: list[ShapePart] = Field(min_length=1)


class Shape(_Part):
    """The shape of a report to an overseer."""

    id: str
    title: str
    basis: str
    duty: Duty | None
    elements: list[Element]


def _rows(name: str, row: type[_Part], key: str) -> tuple[list[_Part], list[Finding]]:
    found, faults = read_rows(FOLDER / name, row, f"oversight/{name}", key)
    return [r for _, r in found], faults


@cache
def undertakings() -> dict[str, UndertakingRow]:
    """Return the undertakings of the catalogue by id. Raises Damaged with the first fault."""
    rows, faults = _rows("undertakings.csv", UndertakingRow, "id")
    _enforce(faults)
    return {r.id: r for r in rows if isinstance(r, UndertakingRow)}


@cache
def loaded_words() -> list[LoadedWord]:
    """Return the loaded words. Raises Damaged with the first fault."""
    rows, faults = _rows("loaded_words.csv", LoadedWord, "word")
    _enforce(faults)
    return [r for r in rows if isinstance(r, LoadedWord)]


@cache
def alignment() -> Alignment:
    """Return the measures of alignment."""
    text = (files(__package__) / "alignment.yml").read_text(encoding="utf-8")
    return checked(Alignment, text, "list of alignments", "catalog/oversight/alignment.yml")


@cache
def release() -> Release:
    """Return what of the process may be released, and when."""
    text = (files(__package__) / "release.yml").read_text(encoding="utf-8")
    return checked(Release, text, "list of what may be released", "catalog/oversight/release.yml")


@cache
def shapes() -> dict[str, Shape]:
    """Return the shapes of reports by id."""
    return one_each(Shape, f"{__package__}.report_shapes", "shape of a report")


def check() -> list[Finding]:
    """Return the faults of these files."""
    faults = _rows("undertakings.csv", UndertakingRow, "id")[1] + _rows("loaded_words.csv", LoadedWord, "word")[1]
    for name, read in (("alignment.yml", alignment), ("release.yml", release), ("report_shapes", shapes)):
        try:
            read()
        except Damaged as error:
            line = re.search(r"line (\d+)", error.what)
            faults.append(
                Finding(f"oversight/{name}", int(line[1]) if line else 1, "", "", error.what.rstrip("."), "Correct it")
            )
    return faults


def _enforce(faults: list[Finding]) -> None:
    if faults:
        raise Damaged(faults[0].sentence(), where="catalog/oversight")
