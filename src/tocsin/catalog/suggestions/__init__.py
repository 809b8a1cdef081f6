"""What figures and graded reports may suggest as an answer to a question. Read from the file beside this one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tocsin.catalog.basis import Based
from tocsin.catalog.discriminators import discriminators
from tocsin.catalog.library import library
from tocsin.catalog.tables import Finding
from tocsin.catalog.yaml_files import faultless, looked_at

FILE = "suggestions/suggestions.yml"
ROOT = Path(__file__).parent
EVERY = "*"


class Rule(BaseModel):
    """What both kinds have. A suggestion is present or partly: what nothing counts is not thereby absent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[FR][0-9]{2}$")
    framework: Literal["un_framework", "discriminators"]
    code: str
    state: Literal["present", "partly"]
    because: str = Field(min_length=10)


class Figure(Rule):
    """A column of the panel and the value from which it suggests an answer; with ``months``, their sum."""

    column: str
    at_least: float | None = None
    at_most: float | None = None
    months: int | None = Field(default=None, ge=1, le=24)

    @model_validator(mode="after")
    def _one_way(self) -> Figure:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("needs at_least or at_most, and not both")
        return self

    def holds(self, value: float) -> bool:
        """Tell whether a value suggests the answer."""
        return value >= self.at_least if self.at_least is not None else value <= (self.at_most or 0)


class Report(Rule):
    """A factor that a reader gave a report, from a severity on; ``*`` is every factor, and the factor as a whole."""

    factor: str = Field(pattern=r"^(\*|RF[0-9]{1,2})$")
    least_severity: int = Field(ge=0, le=3)


class Suggestions(Based):
    """The whole file."""

    wording: Literal["own"]
    figures: list[Figure]
    reports: list[Report]


def check(root: Path = ROOT) -> list[Finding]:
    """Return the faults of the file: ids given twice, and codes that are no question."""
    read, found = looked_at(Suggestions, root / "suggestions.yml", FILE)
    if read is None:
        return found
    frame = library().framework
    known = {
        "un_framework": {*frame.factors, *frame.indicators, EVERY},
        "discriminators": {q.code for q in discriminators().questions},
    }
    rules: list[Rule] = [*read.figures, *read.reports]
    ids = [rule.id for rule in rules]
    found = [Finding(FILE, 1, "id", i, "is given twice", "Remove one") for i in sorted(set(ids)) if ids.count(i) > 1]
    found += [
        Finding(FILE, 1, rule.id, rule.code, f"is no question of {rule.framework}", "Correct the code")
        for rule in rules
        if rule.code not in known[rule.framework]
    ]
    return found + [
        Finding(FILE, 1, rule.id, rule.factor, "is no factor", "Correct the factor")
        for rule in read.reports
        if rule.factor != EVERY and rule.factor not in frame.factors
    ]


@cache
def suggestions() -> Suggestions:
    """Return the mapping. Raises Damaged when the file does not hold together."""
    return faultless(Suggestions, ROOT / "suggestions.yml", FILE, check())
