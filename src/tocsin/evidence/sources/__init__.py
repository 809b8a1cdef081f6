"""One folder a publisher: ``source.yml`` (origin, licence, cadence, shapes, checks) and ``read.py``.

Takes in bytes, gives out a ``Reading``: tables in the project's own columns, and every row that did not fit with the
rule it broke. A folder is found by walking; adding one touches nothing else. Readers do no I/O.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import polars as pl

from tocsin.evidence.sources.cells import Cell, lay
from tocsin.evidence.sources.fields import Fields
from tocsin.evidence.sources.issues import FileRefused, Issue
from tocsin.evidence.sources.parts import Part, open_parts
from tocsin.evidence.sources.raw import RawTable
from tocsin.evidence.sources.spec import SourceSpec, live_ids, loadable, source_ids, spec

__all__ = [
    "Cell",
    "Fields",
    "FileRefused",
    "Issue",
    "Part",
    "Reading",
    "SourceSpec",
    "live_ids",
    "loadable",
    "read",
    "source_ids",
    "spec",
]


@dataclass
class Reading:
    """What one file says: tables by name, rows counted, findings, and what the file covers."""

    tables: dict[str, pl.DataFrame]
    rows_in: int = 0
    bad: set[int] = field(default_factory=set)
    issues: list[Issue] = field(default_factory=list)
    shape_id: str = ""
    release: str = ""
    published: str = ""
    """The day (ISO 8601) the publisher says these figures came out; empty where the file does not say."""
    whole_months: frozenset[str] = frozenset()
    """Months, as 2026-01, of which the file has every event worldwide that its publisher stands by."""
    set_aside: frozenset[str] = frozenset()
    """Publisher's numbers of the events in rows that are quarantined: named, and not read."""
    columns: tuple[str, ...] = ()
    """Every column that the file has, by the publisher's name, also those that nobody reads."""


def read(
    source_id: str,
    data: bytes | Sequence[Part],
    now: datetime,
    name: str = "",
    cells: Sequence[Cell] = (),
    *,
    opened: RawTable | None = None,
) -> Reading:
    """Read a file of a source, or the pages that are one file. Raises FileRefused when it cannot be read at all.

    ``name`` is the file's name: some releases say their version nowhere else. Pages carry it themselves. ``cells`` are
    values that people put in the place of the publisher's (``sources.cells``). ``opened`` is the table of these parts,
    when they are open already: it is not changed.
    """
    declared = spec(source_id)
    parts = [Part(name, data)] if isinstance(data, bytes) else list(data)
    name = name or (parts[0].name if parts else "")
    raw = lay(opened.copy() if opened else open_parts(declared, parts), cells)
    module = importlib.import_module(f"tocsin.evidence.sources.{source_id}.read")
    if hasattr(module, "mend"):  # a known, declared damage of one carrier, undone and said
        raw = module.mend(raw)
    fields = Fields(raw, declared, now)
    reading: Reading = module.read(fields, name)
    fields.audit()
    reading.rows_in = raw.rows_in
    reading.bad = fields.bad
    reading.issues = [replace(i, column=raw.names.get(i.column or "", i.column)) for i in fields.issues]
    reading.shape_id = raw.shape_id
    reading.columns = (*raw.columns, *raw.beside)
    reading.release = reading.release or declared.release
    reading.published = _out_by(reading.published or raw.published, now)
    return reading


def _out_by(day: str, now: datetime) -> str:
    """Return a stated day of publication; none where it has not come: a clock that is wrong proves nothing."""
    return day if day and day <= now.date().isoformat() else ""
