"""Atrocity or conflict: the questions that tell them apart, read from the file beside this."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tocsin.catalog.basis import Based
from tocsin.catalog.tables import Finding
from tocsin.catalog.yaml_files import faultless, looked_at

ID = "discriminators"
FILE = "discriminators/discriminators.yml"
ROOT = Path(__file__).parent
LINES = ("atrocity", "conflict")


class Line(BaseModel):
    """One of the two lines: what it is about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=3)
    says: str = Field(min_length=20)


class Discriminator(Based):
    """One question. ``line`` is None for a question that stands beside both lines and moves neither."""

    code: str = Field(pattern=r"^D[1-9][0-9]?$")
    line: Literal["atrocity", "conflict"] | None
    deciding: bool
    text: str = Field(min_length=10)
    help: str = Field(min_length=10)
    basis: str = Field(pattern=r"^(memory|read)\b")


class Discriminators(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Literal["discriminators"]
    title: str
    basis: str = Field(pattern=r"^(memory|read)\b")
    wording: Literal["own"]
    lines: dict[Literal["atrocity", "conflict"], Line]
    questions: list[Discriminator]
    rule: str = Field(min_length=40)

    def of_line(self, line: str) -> list[Discriminator]:
        """Return the questions of a line, in order."""
        return [q for q in self.questions if q.line == line]


def check(root: Path = ROOT) -> list[Finding]:
    """Return the faults of the file: each line has a question that decides it, and no code is given twice."""
    read, found = looked_at(Discriminators, root / "discriminators.yml", FILE)
    if read is None:
        return found
    codes = [q.code for q in read.questions]
    found = [
        Finding(FILE, 1, "code", c, "is given twice", "Remove one") for c in sorted(set(codes)) if codes.count(c) > 1
    ]
    found += [
        Finding(FILE, 1, "lines", line, "is a line that no question decides", "Give it a deciding question")
        for line in LINES
        if line not in read.lines or not any(q.deciding for q in read.of_line(line))
    ]
    return found + [
        Finding(FILE, 1, q.code, "deciding", "decides a line and stands on none", "Name its line")
        for q in read.questions
        if q.deciding and q.line is None
    ]


@cache
def discriminators() -> Discriminators:
    """Return the questions. Raises Damaged when the file does not hold together."""
    return faultless(Discriminators, ROOT / "discriminators.yml", FILE, check())
