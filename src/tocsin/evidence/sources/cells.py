"""Values that a person put in the place of the publisher's: laid over the table as it was read, before any rule looks.

The publisher's bytes stay what they are. A mended file is those bytes and a list of cells; the same reader and the same
rules then judge all of it anew.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import polars as pl

from tocsin.core.errors import Misuse, Refused
from tocsin.evidence.sources.raw import ROW, RawTable

MOST_SHOWN = 12


@dataclass(frozen=True, order=True)
class Cell:
    """One value of one row: ``row`` counts records under the header from 1, through all pages of a file."""

    row: int
    column: str
    value: str


def lines(raw: RawTable, rows: Collection[int]) -> dict[int, dict[str, str | None]]:
    """Return rows as they came, by column; of a line that did not fit the header, what stands at each place of it.

    Raises Misuse when the table has no such row.
    """
    names = raw.columns
    found: dict[int, dict[str, str | None]] = {
        row: {**dict.fromkeys(names), **raw.aside[row]} for row in rows if row in raw.aside
    }
    there = raw.pieces.rows(ROW, [row for row in rows if row not in raw.aside])
    found |= {line[ROW]: {c: line[c] for c in names} for line in there.iter_rows(named=True)}
    if gone := sorted(set(rows) - set(found)):
        told = f"It has {raw.rows_in:,} rows, counted from 1 under the header"
        raise Misuse(f"The file has no row {gone[0]}", todo=told)
    return found


def needed(raw: RawTable, row: int) -> list[str]:
    """Return the columns of a row that the file itself leaves in doubt: whoever mends it must say every one of them.

    A line with another number of fields leaves all of them in doubt; a file cut inside its last value, that value.
    """
    names = raw.columns
    wanted: set[str] = set()
    for issue in raw.issues:
        if issue.row == row and issue.weight == "row":
            last = names[-1] if issue.rule == "truncated" else None
            column = issue.column or last
            wanted |= {column} if column in names else set(names)
    return [c for c in names if c in wanted]


def lay(raw: RawTable, cells: Sequence[Cell]) -> RawTable:
    """Return the table with cells laid over it; what the reading of the file had against those rows is lifted.

    Raises Misuse for a row or column that there is not, Refused when a column in doubt is not said.
    """
    if not cells:
        return raw
    names = raw.columns
    by_row: dict[int, dict[str, str]] = {}
    for cell in cells:
        if cell.column not in names:
            shown = ", ".join(names[:MOST_SHOWN]) + (" …" if len(names) > MOST_SHOWN else "")
            raise Misuse(f"The file has no column {cell.column[:60]!r}", todo=f"Choose one of {shown}")
        by_row.setdefault(cell.row, {})[cell.column] = cell.value
    came = lines(raw, by_row)
    for row, said in by_row.items():
        if silent := [c for c in needed(raw, row) if c not in said]:
            shown = ", ".join(silent[:MOST_SHOWN]) + (" …" if len(silent) > MOST_SHOWN else "")
            what = f"Row {row} does not fit the header or is cut: nobody knows which value belongs to which column"
            raise Refused(what, todo=f"Say every column in doubt, also those that are right: {shown}")
    changes = {
        c: {row: said[c] for row, said in by_row.items() if c in said and row not in raw.aside}
        for c in names
    }  # fmt: skip
    mended = [{ROW: row, **came[row], **said} for row, said in by_row.items() if row in raw.aside]

    def laid(piece: pl.DataFrame) -> pl.DataFrame:
        return piece.with_columns(
            pl.col(ROW).replace_strict(new, default=pl.col(c), return_dtype=pl.String).alias(c)
            for c, new in changes.items()
            if new
        )

    pieces = raw.pieces.changed(laid)
    if mended:
        added = pl.DataFrame([{c: line[c] for c in pieces.columns} for line in mended], schema=pieces.schema)
        pieces = pieces.with_rows(added, ROW)
    issues = [i for i in raw.issues if not (i.weight == "row" and i.row in by_row)]
    aside = {row: line for row, line in raw.aside.items() if row not in by_row}
    return replace(raw, pieces=pieces, issues=issues, aside=aside)
