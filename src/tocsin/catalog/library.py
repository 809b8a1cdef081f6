"""The catalogue that assessment and options stand on: framework, options, procedures, cases, terms.

``check`` finds every fault with file, line and column; ``library`` gives the checked whole, or refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tocsin.catalog import overlay
from tocsin.catalog.cards import Card
from tocsin.catalog.extras import CITED, MECHANISMS, faults, joined
from tocsin.catalog.geography import places
from tocsin.catalog.rows import (
    Body,
    Case,
    Cited,
    Factor,
    Group,
    Indicator,
    Mechanism,
    Option,
    OptionRow,
    Procedure,
    Term,
)
from tocsin.catalog.tables import Finding, read_rows
from tocsin.core.errors import Damaged

ROOT = Path(__file__).parent
FRAMEWORK = "frameworks/un_framework"
FACTORS, INDICATORS = f"{FRAMEWORK}/factors.csv", f"{FRAMEWORK}/indicators.csv"
OPTIONS, PROCEDURES = "options/options.csv", "procedures/procedures.csv"
CASES, TERMS = "cases/cases.csv", "terms/terms.csv"
GROUPS, BODIES = "procedures/groups.csv", "procedures/bodies.csv"
FILES: dict[str, tuple[type[BaseModel], str]] = {
    FACTORS: (Factor, "code"),
    INDICATORS: (Indicator, "code"),
    OPTIONS: (OptionRow, "id"),
    MECHANISMS: (Mechanism, "id"),
    CITED: (Cited, "id"),
    PROCEDURES: (Procedure, "id"),
    GROUPS: (Group, "id"),
    BODIES: (Body, "name"),
    CASES: (Case, "id"),
    TERMS: (Term, "id"),
}


class Counts(BaseModel):
    """How many factors and indicators a framework is known to have, in all and by class."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    factors: int
    indicators: int
    by_class: dict[str, int]


class FrameworkCard(Card):
    """The card of the framework that counts its factors, and which answers it takes."""

    counts: Counts
    classes: list[str]
    rules: list[str]
    states: dict[str, str]
    trends: dict[str, str]
    confidences: dict[str, str]


@dataclass(frozen=True)
class Framework:
    """A framework with its factors and indicators, in the order of the framework."""

    card: FrameworkCard
    factors: dict[str, Factor]
    indicators: dict[str, Indicator]

    def of_factor(self, factor: str) -> list[Indicator]:
        """Return the indicators of a factor, in order."""
        return [i for i in self.indicators.values() if i.factor == factor]

    def factor_of(self, code: str) -> str:
        """Return the factor of an indicator or of itself. Raises KeyError when the code is unknown."""
        return code if code in self.factors else self.indicators[code].factor


@dataclass(frozen=True)
class Library:
    """The checked catalogue, each kind by its id and in the order of its file."""

    framework: Framework
    options: dict[str, Option]
    procedures: dict[str, Procedure]
    groups: dict[str, Group]
    cases: dict[str, Case]
    terms: dict[str, Term]


def check(root: Path = ROOT) -> list[Finding]:
    """Return every fault in the catalogue under ``root``, in the order of its files. Empty means sound."""
    return _read(root)[1]


def library(root: Path = ROOT) -> Library:
    """Return the checked catalogue with what this home adds to it. Raises Damaged with the first fault of either.

    Added are the options this home has published and the sources it has withdrawn: the grades that come out are those
    that hold now. A ``root`` other than what ships is read as it is.
    """
    whole = shipped(root)
    return overlay.over(whole) if root == ROOT else whole


@cache
def shipped(root: Path = ROOT) -> Library:
    """Return the checked catalogue as it ships, read once. Raises Damaged with the first fault when there is one."""
    found, findings = _read(root)
    if findings or found is None:
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        first = findings[0]
        raise Damaged(
            f"The catalogue has a fault{more}: {first.value!r}: {first.rule}",
            where=f"{first.file}, line {first.line}" + (f", column {first.column}" if first.column else ""),
            todo=f"{first.todo}; tocsin catalog lint lists every fault",
        )
    return found


def _read(root: Path) -> tuple[Library | None, list[Finding]]:
    """Read every file; the library is None when a file could not be used at all."""
    tables: dict[str, list[tuple[int, Any]]] = {}
    findings: list[Finding] = []
    for name, (row, key) in FILES.items():
        tables[name], faults = read_rows(root / name, row, name, key)
        findings += faults
    card, faults = _card(root)
    findings += faults
    if card is None:
        return None, findings
    findings += _counts(card, tables) + _references(tables)

    def by(name: str) -> dict[str, Any]:
        return {getattr(row, FILES[name][1]): row for _, row in tables[name]}

    framework = Framework(card, by(FACTORS), by(INDICATORS))
    options = joined(by(OPTIONS).values(), tables[MECHANISMS], tables[CITED])
    return Library(framework, options, by(PROCEDURES), by(GROUPS), by(CASES), by(TERMS)), findings


def _card(root: Path) -> tuple[FrameworkCard | None, list[Finding]]:
    """Read the framework's own file."""
    label = f"{FRAMEWORK}/framework.yml"
    try:
        with (root / label).open(encoding="utf-8") as file:
            return FrameworkCard.model_validate(YAML(typ="safe").load(file)), []
    except (OSError, UnicodeDecodeError) as error:
        return None, [Finding(label, 1, "", "", f"the file cannot be read: {error}", "Put it back")]
    except YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        return None, [Finding(label, line, "", "", "the file is not YAML", "Mend it")]
    except ValidationError as error:
        return None, [
            Finding(label, 1, ".".join(map(str, f["loc"])), str(f["input"])[:60], f["msg"], "Correct the entry")
            for f in error.errors()
        ]


def _counts(card: FrameworkCard, tables: dict[str, list[tuple[int, Any]]]) -> list[Finding]:
    """Compare the numbers of factors and indicators with those the framework is known to have."""
    factors, indicators = tables[FACTORS], tables[INDICATORS]
    findings: list[Finding] = []

    def expect(file: str, line: int, column: str, what: str, *, have: int, want: int) -> None:
        if have != want:
            rule = f"{what} must be {want}"
            findings.append(Finding(file, line, column, str(have), rule, "Add or remove rows"))

    expect(FACTORS, 1, "code", "the number of factors", have=len(factors), want=card.counts.factors)
    expect(INDICATORS, 1, "code", "the number of indicators", have=len(indicators), want=card.counts.indicators)
    class_of = {row.code: row.class_ for _, row in factors}
    for name, want in card.counts.by_class.items():
        have = sum(class_of.get(row.factor) == name for _, row in indicators)
        expect(INDICATORS, 1, "factor", f"the number of indicators of {name}", have=have, want=want)
    for line, factor in factors:
        listed = sum(row.factor == factor.code for _, row in indicators)
        what = f"the number of indicators of {factor.code}"
        expect(FACTORS, line, "indicators", what, have=factor.indicators, want=listed)
        if factor.class_ not in card.classes:
            rule = f"must be one of {', '.join(card.classes)}"
            findings.append(Finding(FACTORS, line, "class", factor.class_, rule, "Correct the cell"))
    return findings


def _references(tables: dict[str, list[tuple[int, Any]]]) -> list[Finding]:
    """Find every factor or procedure that is named in one file and stands in no other."""
    factors = {row.code for _, row in tables[FACTORS]}
    procedures = {row.id for _, row in tables[PROCEDURES]}
    groups = {row.id for _, row in tables[GROUPS]}
    findings: list[Finding] = []

    def resolve(file: str, column: str, known: set[str], where: str, get: Callable[[Any], Iterable[str]]) -> None:
        for line, row in tables[file]:
            for value in get(row):
                if value not in known:
                    rule = f"names nothing in {where}"
                    findings.append(Finding(file, line, column, value, rule, f"Correct it, or add it to {where}"))

    findings += faults(tables[OPTIONS], tables[MECHANISMS], tables[CITED], OPTIONS)
    resolve(OPTIONS, "risk_factors", factors, FACTORS, lambda row: row.risk_factors)
    resolve(OPTIONS, "cases", {row.id for _, row in tables[CASES]}, CASES, lambda row: row.cases)
    resolve(PROCEDURES, "body", {row.name for _, row in tables[BODIES]}, BODIES, lambda row: [row.body])
    resolve(CASES, "risk_factors", factors, FACTORS, lambda row: row.risk_factors)
    resolve(INDICATORS, "factor", factors, FACTORS, lambda row: [row.factor])
    resolve(OPTIONS, "procedures", procedures, PROCEDURES, lambda row: row.procedures)
    resolve(PROCEDURES, "within", groups, GROUPS, lambda row: [row.within] if row.within else [])
    resolve(GROUPS, "place_ids", set(places().by_id), "geography/places.csv", lambda row: row.place_ids)
    return findings
