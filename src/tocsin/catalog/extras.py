"""What stands beside the options' own file, joined by id: how each is meant to work, and the studies it cites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tocsin.catalog.rows import Cited, Mechanism, Option, OptionRow
from tocsin.catalog.tables import Finding

MECHANISMS, CITED = "options/mechanisms.csv", "options/cited.csv"
HOME_LETTER = "X"
"""The first letter of options that a home adds; what ships never begins with it."""

Rows = list[tuple[int, Any]]


def joined(options: Iterable[OptionRow], mechanisms: Rows, cited: Rows) -> dict[str, Option]:
    """Return the options as they are used, in the order of their file."""
    how: Mapping[str, Mechanism] = {row.id: row for _, row in mechanisms}
    studies: dict[str, list[Cited]] = {}
    for _, row in cited:
        studies.setdefault(row.option, []).append(row)
    found = {}
    for option in options:
        beside: dict[str, Any] = {}
        if option.id in how:
            beside = how[option.id].model_dump(exclude={"id", "basis"}) | {"mechanism_basis": how[option.id].basis}
        beside |= {"cited": tuple(studies.get(option.id, ())), "stated_grade": option.evidence_grade}
        found[option.id] = Option.model_validate({**option.model_dump(), **beside})
    return found


def faults(options: Rows, mechanisms: Rows, cited: Rows, label: str) -> list[Finding]:
    """Return what does not fit: an option without a mechanism, one named that is none, a circle of conditions."""
    known = {row.id: line for line, row in options}
    found = [
        Finding(label, line, "id", row.id, f"{HOME_LETTER} is kept for options that a home adds", "Give it another id")
        for line, row in options
        if row.id.startswith(HOME_LETTER)
    ]
    explained = {row.id for _, row in mechanisms}
    found += [
        Finding(label, line, "id", name, f"stands nowhere in {MECHANISMS}", f"Add its row to {MECHANISMS}")
        for name, line in known.items()
        if name not in explained
    ]
    for file, column, rows in ((MECHANISMS, "id", mechanisms), (CITED, "option", cited)):
        found += [
            Finding(file, line, column, getattr(row, column), f"names no option of {label}", "Correct it")
            for line, row in rows
            if getattr(row, column) not in known
        ]
    return found + conditions(options, label)


def conditions(options: Rows, label: str) -> list[Finding]:
    """Return each precondition that names no option, and each circle of options that wait for one another."""
    needs = {row.id: row.requires for _, row in options}
    found, told = [], set()
    for line, row in options:
        for name in row.requires:
            if name not in needs:
                found.append(
                    Finding(label, line, "preconditions", f"[{name}]", "names no option", "Correct the id in brackets")
                )
        circle = _circle(row.id, needs)
        if circle and frozenset(circle) not in told:
            told.add(frozenset(circle))
            way = " needs ".join([*circle, circle[0]])
            found.append(
                Finding(
                    label, line, "preconditions", f"[{circle[1 % len(circle)]}]", f"is circular: {way}", "Take one out"
                )
            )
    return found


def _circle(start: str, needs: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the shortest way by which an option comes to need itself, beginning with it; empty when there is none."""
    ways, seen = [[start]], set()
    while ways:
        way = ways.pop(0)
        for name in needs.get(way[-1], ()):
            if name == start:
                return way
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []
