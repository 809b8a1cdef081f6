"""Who does what where, and who can offer what: sectors, capabilities and rules, read and checked."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tocsin.catalog.cooperation.schema import Capability, Rules, Sector
from tocsin.catalog.library import FILES, INDICATORS, OPTIONS, ROOT
from tocsin.catalog.tables import Finding, read_rows, refuse_faults
from tocsin.catalog.yaml_files import faultless, looked_at

__all__ = ["Capability", "Rules", "Sector", "capabilities", "check", "rules", "sectors"]

RULES, SECTORS, CAPABILITIES = (f"cooperation/{name}" for name in ("rules.yml", "sectors.csv", "capabilities.csv"))


@cache
def rules() -> Rules:
    """Return the rules. Raises Damaged with the first fault."""
    return faultless(Rules, ROOT / RULES, RULES, [f for f in check() if f.file == RULES])


@cache
def sectors() -> dict[str, Sector]:
    """Return the sectors by code. Raises Damaged with the first fault."""
    refuse_faults(check())
    return {row.code: row for _, row in read_rows(ROOT / SECTORS, Sector, SECTORS, "code")[0]}


@cache
def capabilities() -> dict[str, Capability]:
    """Return the capabilities by id. Raises Damaged with the first fault."""
    refuse_faults(check())
    return {row.id: row for _, row in read_rows(ROOT / CAPABILITIES, Capability, CAPABILITIES, "id")[0]}


def check(root: Path = ROOT) -> list[Finding]:
    """Return the faults of the three files, and what they name that there is not."""
    read, found = looked_at(Rules, root / RULES, RULES)
    found += read_rows(root / SECTORS, Sector, SECTORS, "code")[1]
    rows, faults = read_rows(root / CAPABILITIES, Capability, CAPABILITIES, "id")
    found += faults
    codes, options = (
        {getattr(row, FILES[name][1]) for _, row in read_rows(root / name, *_kind(name))[0]}
        for name in (INDICATORS, OPTIONS)
    )
    for code in read.repression_indicators if read else ():
        if code not in codes:
            found.append(
                Finding(RULES, 1, "repression_indicators", code, f"names nothing in {INDICATORS}", "Correct it")
            )
    known = {row.id for _, row in rows}
    for line, row in rows:
        found += [
            Finding(CAPABILITIES, line, column, value, f"names nothing in {where}", "Correct it")
            for column, values, there, where in (
                ("near", row.near, known, CAPABILITIES),
                ("options", row.options, options, OPTIONS),
            )
            for value in values
            if value not in there
        ]
    return found


def _kind(name: str) -> tuple[type, str, str]:
    row, key = FILES[name]
    return row, name, key
