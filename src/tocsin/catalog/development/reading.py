"""Reads the files of the development lens once, checked against one another; a fault is said where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from tocsin.catalog.development import incentives, institutions
from tocsin.catalog.development.schema import Capacity, CountryCode, Programme, Rule, Sector, Study
from tocsin.catalog.geography import places
from tocsin.catalog.library import FILES, INDICATORS, OPTIONS, ROOT
from tocsin.catalog.tables import Finding, read_rows, refuse_faults
from tocsin.catalog.yaml_files import looked_at

HERE = "development"
TABLES: dict[str, tuple[type[BaseModel], str]] = {
    f"{HERE}/sectors.csv": (Sector, "code"),
    f"{HERE}/country_codes.csv": (CountryCode, "code"),
    f"{HERE}/harm_evidence.csv": (Study, "id"),
    f"{HERE}/rules.csv": (Rule, "id"),
    f"{HERE}/capacities.csv": (Capacity, "id"),
    f"{HERE}/programmes.csv": (Programme, "id"),
}
SECTORS, COUNTRIES, STUDIES, RULES, CAPACITIES, PROGRAMMES = TABLES


@dataclass(frozen=True)
class Lens:
    """The checked files, each by its id and in the order of its file."""

    sectors: dict[str, Sector]
    countries: dict[str, str]
    studies: dict[str, Study]
    rules: dict[str, Rule]
    capacities: dict[str, Capacity]
    programmes: dict[str, Programme]

    def rules_for(self, code: str) -> list[Rule]:
        """Return the rules that a sector code falls under: by itself, or by the category it begins with."""
        return [rule for rule in self.rules.values() if code in rule.sectors or code[:3] in rule.sectors]

    def disputed_by(self, study: str) -> list[Study]:
        """Return the studies that dispute one."""
        return [s for s in self.studies.values() if s.disputes == study]

    def programmes_for(self, capacity: str) -> list[Programme]:
        """Return the types of programme that fit a missing capacity."""
        return [p for p in self.programmes.values() if capacity in p.capacities]


@cache
def lens() -> Lens:
    """Return the development lens as it ships. Raises Damaged with the first fault of its files."""
    tables, faults = _read(ROOT)
    refuse_faults(faults)

    def by(name: str) -> dict[str, Any]:
        return {getattr(row, TABLES[name][1]): row for _, row in tables[name]}

    countries = {code: row.place_id for code, row in by(COUNTRIES).items()}
    return Lens(by(SECTORS), countries, by(STUDIES), by(RULES), by(CAPACITIES), by(PROGRAMMES))


def check(root: Path = ROOT) -> list[Finding]:
    """Return the faults of the files: rows that break a rule, and names of nothing."""
    read, faults = looked_at(institutions.Book, root / institutions.FILE, institutions.FILE)
    words_faults = looked_at(incentives.Words, root / incentives.FILE, incentives.FILE)[1]
    known = {row.code for _, row in read_rows(root / SECTORS, Sector, SECTORS, "code")[0]}
    for key, kind in read.kinds.items() if read else ():
        faults += [
            Finding(institutions.FILE, 1, f"kinds.{key}.sectors", code, f"names nothing in {SECTORS}", "Correct it")
            for code in kind.sectors
            if code not in known
        ]
    return _read(root)[1] + faults + words_faults


def _read(root: Path) -> tuple[dict[str, list[tuple[int, Any]]], list[Finding]]:
    tables: dict[str, list[tuple[int, Any]]] = {}
    found: list[Finding] = []
    for name, (row, key) in TABLES.items():
        tables[name], faults = read_rows(root / name, row, name, key)
        found += faults
    sectors = {row.code for _, row in tables[SECTORS]}
    studies = {row.id for _, row in tables[STUDIES]}
    capacities = {row.id for _, row in tables[CAPACITIES]}
    indicators = {row.code for _, row in read_rows(root / INDICATORS, FILES[INDICATORS][0], INDICATORS, "code")[0]}  # type: ignore[attr-defined]
    options = {row.id for _, row in read_rows(root / OPTIONS, FILES[OPTIONS][0], OPTIONS, "id")[0]}  # type: ignore[attr-defined]
    for file, column, known, where in (
        (COUNTRIES, "place_id", {*places().by_id, *places().territories}, "geography/places.csv"),
        (STUDIES, "disputes", studies | {""}, STUDIES),
        (RULES, "sectors", sectors, SECTORS),
        (RULES, "evidence", studies, STUDIES),
        (RULES, "flows", set(incentives.words().flows), incentives.FILE),
        (CAPACITIES, "indicators", indicators, INDICATORS),
        (PROGRAMMES, "capacities", capacities, CAPACITIES),
        (PROGRAMMES, "options", options, OPTIONS),
        (PROGRAMMES, "sectors", sectors, SECTORS),
        (PROGRAMMES, "evidence", studies, STUDIES),
    ):
        found += _unresolved(tables[file], file, column, known, where)
    fitted = {name for _, row in tables[PROGRAMMES] for name in row.capacities}
    found += [
        Finding(CAPACITIES, line, "id", row.id, "has no type of programme that fits it", f"Add one to {PROGRAMMES}")
        for line, row in tables[CAPACITIES]
        if row.id not in fitted
    ]
    found += [
        Finding(CAPACITIES, line, "indicators", code, f"is no indicator of {row.factor}", "Correct the factor")
        for line, row in tables[CAPACITIES]
        for code in row.indicators
        if f"RF{code.partition('.')[0]}" != row.factor
    ]
    return tables, found


def _unresolved(rows: Iterable[tuple[int, Any]], file: str, column: str, known: set[str], where: str) -> list[Finding]:
    """Return what a column names that stands nowhere."""
    found = []
    for line, row in rows:
        value = getattr(row, column)
        for name in value if isinstance(value, tuple) else (value,):
            if name not in known:
                rule, todo = f"names nothing in {where}", f"Correct it, or add it to {where}"
                found.append(Finding(file, line, column, name, rule, todo))
    return found
