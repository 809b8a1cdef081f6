"""How to read what bodies give, and in which forum a situation is seen: ``procedures/forms.csv``, ``forums.csv``.

Reading rule: the form shows the consensus reached, not the gravity of the case.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, Field

from tocsin.catalog.links import PROCEDURES, ROOT, Slug
from tocsin.catalog.rows import Procedure, Row, SomeWords, Text, Words
from tocsin.catalog.tables import Finding, read_rows, refuse_faults

FORMS, FORUMS = "procedures/forms.csv", "procedures/forums.csv"
RULE = "The form shows the consensus reached, not the gravity of the case."
Signal = Literal["highest", "high", "middle", "low", "quiet"]
Access = Literal["none", "little", "some", "serious"]
SIGNALS: tuple[str, ...] = get_args(Signal)
COSTS: tuple[str, ...] = get_args(Access)


def _rung(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


class Form(Row):
    """What a body gives: what it means, what it does not mean, whom it binds, what to do next.

    ``rung``: its place on the ladder of the Security Council, 1 the lowest; None beside the ladder.
    """

    id: Slug
    name: Text
    body: Text
    rung: Annotated[Annotated[int, Field(ge=1, le=9)] | None, BeforeValidator(_rung)]
    agreed_by: Text
    binds: Text
    means: SomeWords
    means_not: SomeWords
    next: Text
    procedures: Words


class Forum(Row):
    """A forum in which a situation is seen: how loud, at what cost to access, and by what threshold."""

    id: Annotated[str, Field(pattern=r"^F[0-9]{2}$")]
    procedure: Text
    forum: Text
    place: Text
    signal: Signal
    signal_says: Text
    access: Access
    access_says: Text
    threshold: Text


FILES: dict[str, type[BaseModel]] = {FORMS: Form, FORUMS: Forum}


def check(root: Path = ROOT) -> list[Finding]:
    """Return the faults of both files under ``root``."""
    return _read(root)[1]


def _read(root: Path) -> tuple[dict[str, list[tuple[int, Any]]], list[Finding]]:
    procedures = {p.id for _, p in read_rows(root / PROCEDURES, Procedure, PROCEDURES, "id")[0]}
    rows: dict[str, list[tuple[int, Any]]] = {}
    findings: list[Finding] = []
    for name, kind in FILES.items():
        rows[name], faults = read_rows(root / name, kind, name, "id")
        findings += faults
        for line, row in rows[name]:
            named: Iterable[str] = row.procedures if isinstance(row, Form) else [row.procedure]
            for code in named:
                if code not in procedures:
                    column = "procedures" if isinstance(row, Form) else "procedure"
                    rule = f"names nothing in {PROCEDURES}"
                    findings.append(Finding(name, line, column, code, rule, "Correct the cell"))
    return rows, findings


@cache
def _checked(root: Path) -> dict[str, dict[str, Any]]:
    rows, findings = _read(root)
    refuse_faults(findings)
    return {name: {row.id: row for _, row in found} for name, found in rows.items()}


def forms(root: Path = ROOT) -> dict[str, Form]:
    """Return the forms by id: the ladder of the Council first, from its lowest rung. Raises Damaged for a fault."""
    found: dict[str, Form] = _checked(root)[FORMS]
    return found


def forums(root: Path = ROOT) -> dict[str, Forum]:
    """Return the forums by id, in the order of the file. Raises Damaged for a fault."""
    found: dict[str, Forum] = _checked(root)[FORUMS]
    return found
