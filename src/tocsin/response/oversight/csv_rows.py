"""A CSV file that somebody brings to this room: its rows by declared columns, whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection

from tocsin.core.errors import Misuse

MOST_BYTES, MOST_ROWS = 5_000_000, 5_000


def rows_of(content: bytes, needed: Collection[str], also: Collection[str] = ()) -> list[tuple[int, dict[str, str]]]:
    """Return (line, cells by column) of each row that is not empty; a column of ``also`` that is missing is empty.

    Raises Misuse, naming the line, when it is no UTF-8 or CSV, lacks a column of ``needed``, has one that nobody reads,
    has a row of another length, no rows, or more than MOST_ROWS.
    """
    if len(content) > MOST_BYTES:
        raise Misuse(f"A file of {len(content):,} bytes is too large", todo=f"Keep to {MOST_BYTES:,}, in several files")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Misuse("The file is no UTF-8", where=f"line {line}", todo="Save it as UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[tuple[int, dict[str, str]]] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        _columns(header, needed, also)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                raise Misuse(
                    f"A row has {len(cells)} cells and the header {len(header)}",
                    where=f"line {reader.line_num}",
                    todo="Quote cells that hold a comma",
                )
            found.append((reader.line_num, {**dict.fromkeys(also, ""), **dict(zip(header, cells, strict=True))}))
    except csv.Error as error:
        raise Misuse(f"The file is no CSV: {error}", where=f"line {reader.line_num}", todo="Mend the quotes") from None
    if not found:
        raise Misuse("The file holds no row", todo=f"Columns: {', '.join([*needed, *also])}")
    if len(found) > MOST_ROWS:
        raise Misuse(f"{len(found):,} rows are too many at once", todo=f"Keep to {MOST_ROWS:,} a file")
    return found


def _columns(header: list[str], needed: Collection[str], also: Collection[str]) -> None:
    missing = [name for name in needed if name not in header]
    unread = [name for name in header if name not in {*needed, *also}]
    twice = sorted({name for name in header if header.count(name) > 1})
    for names, fault in ((missing, "lacks"), (unread, "has, and nobody reads,"), (twice, "has twice")):
        if names:
            raise Misuse(
                f"The file {fault} the column{'s' if len(names) > 1 else ''} {', '.join(names)}",
                where="line 1",
                todo=f"Columns: {', '.join([*needed, *also])}",
            )
