"""From an IATI activity file to one table of text: a row an activity, its cells as ``catalog.iati`` names them.

The parser is the catalogue's, so that a file says the same here and in the register.
"""

from __future__ import annotations

import io

import polars as pl

from tocsin.catalog import iati
from tocsin.core.errors import Refused
from tocsin.evidence.sources.issues import FileRefused, Issue
from tocsin.evidence.sources.raw import ROW, Declared, RawTable


def open_activities(spec: Declared, data: bytes) -> RawTable:
    """Read an IATI activity file. An activity that cannot be read is a row with its faults, quarantined by the reader.

    Raises FileRefused when it is a page, is cut off, or carries a document type.
    """
    shape_id, shape = next(((i, s) for i, s in spec.shapes.items() if s.iati), ("", None))
    head = data[:4000].lower()
    if shape is None or b"<html" in head or b"<iati-activities" not in head:
        raise FileRefused("html", "this is a web page, not a table", value=data[:60].decode("ascii", "replace"))
    names = list(dict.fromkeys([*shape.columns, *shape.optional]))
    columns: dict[str, list[str]] = {name: [] for name in names}
    issues: list[Issue] = []
    count = 0
    try:
        for one in iati.activities(io.BytesIO(data)):
            count = one.number
            for name in names:
                columns[name].append(one.cells.get(name, ""))
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
    frame = pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String)).with_columns(
        pl.Series(ROW, range(1, count + 1), dtype=pl.Int64)
    )
    return RawTable(shape_id, shape, frame, count, issues)
