"""Reads the catalogue's CSV files row by row and says of every fault where it is and what to do."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tocsin.core.errors import Damaged

R = TypeVar("R", bound=BaseModel)
MOST_BYTES = 5_000_000
"""Bytes of a table: eighty times the longest one that people wrote here. All of it is in memory as cells."""


@dataclass(frozen=True)
class Finding:
    """A fault in a file of the catalogue: where, what stands there, which rule, and what to do."""

    file: str
    line: int
    column: str
    value: str
    rule: str
    todo: str

    def sentence(self) -> str:
        """Return the fault on one line."""
        where = f"{self.file}, line {self.line}" + (f", column {self.column}" if self.column else "")
        return f"{where}: {self.value!r}: {self.rule}. {self.todo}."

    def as_dict(self) -> dict[str, Any]:
        """Return the fault as plain values."""
        return asdict(self)


def refuse_faults(findings: list[Finding]) -> None:
    """Raise Damaged with the first fault, when there is one: what is not sound is never used."""
    if not findings:
        return
    first = findings[0]
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    raise Damaged(
        f"The catalogue has a fault{more}: {first.value!r}: {first.rule}",
        where=f"{first.file}, line {first.line}" + (f", column {first.column}" if first.column else ""),
        todo=f"{first.todo}; tocsin catalog lint lists every fault",
    )


def columns_of(row: type[BaseModel]) -> list[str]:
    """Return the column names a kind of row must have."""
    return [field.alias or name for name, field in row.model_fields.items()]


def read_rows(
    path: Path, row: type[R], label: str, key: str | tuple[str, ...]
) -> tuple[list[tuple[int, R]], list[Finding]]:
    """Read a CSV file into checked rows with their line numbers, and the faults found.

    ``label`` names the file in findings; ``key`` is the column, or the columns together, that must be unique. A row of
    hashtags (HXL) is passed over.
    """
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            said = f"the file has {size:,} bytes; {MOST_BYTES:,} are read"
            return [], [Finding(label, 1, "", "", said, "Divide it into smaller tables")]
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return [], [Finding(label, 1, "", "", "the file is missing", "Put it back")]
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return [], [Finding(label, line, "", "", "the file is not UTF-8", "Save it as UTF-8")]
    lines = csv.reader(text.splitlines(keepends=True), strict=True)
    rows: list[tuple[int, R]] = []
    findings: list[Finding] = []
    seen: dict[str, int] = {}
    keys = (key,) if isinstance(key, str) else key
    try:
        for line, cells in _records(lines, label, columns_of(row), findings):
            values = dict(cells)
            if not all(values[c].isprintable() for c in values):
                findings.append(Finding(label, line, "", "", "a cell holds a control character", "Remove it"))
                continue
            try:
                rows.append((line, row.model_validate(values)))
            except ValidationError as error:
                findings += [_finding(label, line, values, fault) for fault in error.errors()]
            name = ", ".join(values[k] for k in keys)
            if name in seen:
                findings.append(
                    Finding(label, line, keys[-1], name, f"already used on line {seen[name]}", "Give it another one")
                )
            seen.setdefault(name, line)
    except csv.Error as error:
        findings.append(
            Finding(label, lines.line_num, "", "", f"the file cannot be read as CSV: {error}", "Mend the quotes")
        )
    if not rows and not findings:
        findings.append(Finding(label, 1, "", "", "the file holds no rows", "Put its rows back"))
    return rows, findings


def _records(
    lines: Any, label: str, wanted: list[str], findings: list[Finding]
) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Yield the line number and named cells of each row whose shape is right; note the others."""
    header: list[str] = next(lines, [])
    for column in sorted(set(wanted) - set(header)):
        findings.append(Finding(label, 1, column, "", "the column is missing", f"Add the column {column}"))
    for column in sorted(set(header) - set(wanted)):
        findings.append(Finding(label, 1, column, column, "no such column is known", "Remove or rename it"))
    if findings:
        return
    for cells in lines:
        if any(cells) and all(cell.startswith("#") for cell in cells if cell):
            continue
        if len(cells) != len(header):
            value = f"{len(cells)} cells"
            rule = f"the header has {len(header)} columns"
            findings.append(Finding(label, lines.line_num, "", value, rule, "Quote cells that hold a comma"))
            continue
        yield lines.line_num, list(zip(header, cells, strict=True))


def _finding(label: str, line: int, values: dict[str, str], fault: Any) -> Finding:
    """Return a finding for one complaint of the schema."""
    message = str(fault["msg"]).removeprefix("Value error, ")
    column = str(fault["loc"][0]) if fault["loc"] else ""
    if not column and ":" in message:
        column, _, message = (part.strip() for part in message.partition(":"))
    value = values.get(column, "")
    todo = "Fill the cell" if not value.strip() else "Correct the cell"
    if fault["type"] == "literal_error":
        message = f"must be one of {fault['ctx']['expected']}"
        parts = [p.strip() for p in value.split(";")]
        if len(fault["loc"]) > 1 and isinstance(fault["loc"][1], int) and fault["loc"][1] < len(parts):
            value = parts[fault["loc"][1]]
    return Finding(label, line, column, value, message.rstrip("."), todo)
