"""From an IATI activity file to one table of text: a row an activity, its cells as ``catalog.iati`` names them.

The parser is the catalogue's, so that a file says the same here and in the register.
"""

from __future__ import annotations

from collections import Counter
from typing import BinaryIO

import polars as pl

from tocsin.catalog import iati
from tocsin.core.errors import Refused
from tocsin.evidence.sources.issues import FileRefused, Issue
from tocsin.evidence.sources.pieces import Pieces
from tocsin.evidence.sources.raw import ROW, Declared, RawTable

AT_A_TIME = 2000
"""Activities that are lists of text at once."""
MOST_NAMES = 20
"""Elements outside the standard that are named one by one."""


def open_activities(spec: Declared, file: BinaryIO) -> RawTable:
    """Read an IATI activity file. An activity that cannot be read is a row with its faults, quarantined by the reader.

    Raises FileRefused when it is a page, is cut off, or carries a document type.
    """
    shape_id, shape = next(((i, s) for i, s in spec.shapes.items() if s.iati), ("", None))
    begin = file.read(4000)
    file.seek(0)
    head = begin.lower()
    if shape is None or b"<html" in head or b"<iati-activities" not in head:
        raise FileRefused("html", "this is a web page, not a table", value=begin[:60].decode("ascii", "replace"))
    names = list(dict.fromkeys([*shape.columns, *shape.optional]))
    kinds = {**dict.fromkeys(names, pl.String), ROW: pl.Int64}
    lines: list[list[str | int]] = []
    pieces = Pieces([pl.DataFrame(schema=kinds)])
    issues: list[Issue] = []
    unknown: Counter[str] = Counter()
    count = 0
    try:
        for one in iati.activities(file):
            count = one.number
            unknown.update(name[:60] for name in one.unknown)
            lines.append([*(one.cells.get(name, "") for name in names), count])
            if len(lines) == AT_A_TIME:
                pieces.add(pl.DataFrame(lines, schema=kinds, orient="row"))
                lines = []
            issues += [
                Issue(
                    "iati",
                    f"near line {one.near_line}: {f['rule']}. {f['todo']}",
                    count,
                    f["column"] or None,
                    f["value"],
                )
                for f in one.faults
            ]
    except Refused as refused:
        rule = "entities" if "document type" in refused.what else "truncated"
        raise FileRefused(rule, refused.sentence()) from None
    if lines:
        pieces.add(pl.DataFrame(lines, schema=kinds, orient="row"))
    issues += [_new(name, many, count) for name, many in unknown.most_common(MOST_NAMES)]
    return RawTable(shape_id, shape, pieces, count, issues)


def _new(name: str, many: int, of: int) -> Issue:
    """Warn of an element that no version of the standard has: it is new, or another one by a new name."""
    said = f"{many:,} of {of:,} activities have an element {name}, which is not in the standard: nothing of it is read"
    return Issue("columns", said, None, name, None, "warn")
