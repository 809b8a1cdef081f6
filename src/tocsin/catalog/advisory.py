"""The form of an advisory to the UN joint office, and how to brief it: ``procedures/advisory.yml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tocsin.catalog.basis import Based
from tocsin.catalog.tables import Finding
from tocsin.catalog.yaml_files import faultless, looked_at

FILE = "procedures/advisory.yml"
PATH = Path(__file__).parent / FILE
From = Literal[
    "addressee", "written", "state", "warnings", "factors", "reports", "labels", "items", "routes", "unknown"
]


class Mandate(BaseModel):
    """A special adviser: since when, and what they do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    adviser: str
    since: str
    does: str


class Element(BaseModel):
    """A part of the advisory: what it asks, and from what of the record it is filled (``written``: by a person)."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    id: str = Field(pattern=r"^[a-z]+$")
    title: str
    asks: str
    from_: From = Field(alias="from")


class Form(Based):
    """The whole file."""

    office: str
    mandates: list[Mandate]
    how_to_brief: list[str]
    elements: list[Element]


def check(path: Path = PATH) -> list[Finding]:
    """Return the faults of the file."""
    read, findings = looked_at(Form, path, FILE)
    ids = [element.id for element in read.elements] if read else []
    return findings + [
        Finding(FILE, 1, "elements", i, "is given twice", "Remove one") for i in sorted(set(ids)) if ids.count(i) > 1
    ]


@cache
def form() -> Form:
    """Return the form. Raises Damaged when the file does not hold together."""
    return faultless(Form, PATH, FILE, check())
