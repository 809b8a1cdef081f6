"""What a reader made of a mutated file, held against what it makes of the whole one.

The oracle looks at rows: every record as it stands in the file (column by column, as text), and what the reader kept of
it before anything is added up. It holds that

- a record that is in both files, to the letter, comes out the same, or is quarantined with a finding, or a new finding
  says that the records of its group do not agree with one another;
- a line that stands in both files is a record in both, or the file carries a finding;
- a record that was touched is quarantined, named in a finding, or comes out visibly different; or it holds a cell of a
  column that the reader does not keep.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from tocsin.evidence.sources import FileRefused, read
from tocsin.evidence.sources.fields import Fields
from tocsin.evidence.sources.raw import ROW, RawTable

COUNTED = ("block",)
"""Columns in which a reader numbers rows through: a line more or less moves them all, and no table holds them."""
OF_A_GROUP = ("sum: ",)
"""Findings over several records: one figure among them is wrong, and none of them says which."""
Record = tuple[tuple[str, str], ...]
"""A record's columns and their text, in the order of the columns' names."""


@dataclass
class Seen:
    """What a reader made of a file: refused with a sentence, or the kept values and the quarantined of its records."""

    refused: str = ""
    kept: dict[Record, Counter[str]] = field(default_factory=dict)
    quarantined: Counter[Record] = field(default_factory=Counter)
    records: Counter[Record] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    tables: str = ""


@contextmanager
def _watched() -> Iterator[tuple[list[pl.DataFrame], list[pl.DataFrame]]]:
    """Note what readers are given, and what they keep of it, row by row, while it lasts."""
    notes: list[pl.DataFrame] = []
    given: list[pl.DataFrame] = []
    whole, begin = Fields.keep, Fields.__init__

    def init(self: Fields, raw: RawTable, *rest: Any) -> None:
        given.append(raw.frame)
        begin(self, raw, *rest)

    def keep(self: Fields, frame: pl.DataFrame) -> pl.DataFrame:
        if frame.height == len(self.rows):
            notes.append(frame.with_columns(self.rows.alias(ROW)))
        return whole(self, frame)

    Fields.keep, Fields.__init__ = keep, init  # type: ignore[method-assign]
    try:
        yield given, notes
    finally:
        Fields.keep, Fields.__init__ = whole, begin  # type: ignore[method-assign]


def look(source_id: str, data: bytes, now: datetime, name: str) -> Seen:
    """Read a file and note what became of each record. What is no refusal and no reading is raised."""
    with _watched() as (given, notes):
        try:
            reading = read(source_id, data, now, name)
        except FileRefused as refused:
            return Seen(refused=refused.issue.message or "?")
    seen = Seen(findings=[f"{i.rule}: {i.message}" for i in reading.issues])
    seen.tables = "".join(t.write_csv() for _, t in sorted(reading.tables.items()))
    if not notes:
        return seen
    raw = given[0]
    columns = sorted(c for c in raw.columns if c != ROW)
    texts = raw.select([pl.col(c).fill_null("") for c in columns]).rows()
    records = {row: tuple(zip(columns, text, strict=True)) for row, text in zip(raw[ROW], texts, strict=True)}
    seen.records = Counter(records.values())
    values: dict[int, list[str]] = {}
    for frame in notes:
        # Columns that changed places say the same.
        named = sorted(c for c in frame.columns if c not in {ROW, *COUNTED})
        for row, *cells in frame.select(ROW, *named).iter_rows():
            values.setdefault(row, []).append(repr(cells))
    for row, record in records.items():
        if row in reading.bad:
            seen.quarantined[record] += 1
        else:
            seen.kept.setdefault(record, Counter())[" ".join(values.get(row, []))] += 1
    return seen


def wrong(whole: Seen, after: Seen, before_bytes: bytes, after_bytes: bytes) -> str:
    """Return in what a reading of a mutated file is wrong in silence; empty when it is not."""
    if after.refused:
        return "" if len(after.refused.split()) >= 3 else f"refused without a sentence: {after.refused!r}"
    disagree = any(f.startswith(OF_A_GROUP) for f in set(after.findings) - set(whole.findings))
    for record, count in after.records.items():
        known = min(whole.records[record], count)
        if not known or after.quarantined[record]:
            continue
        if whole.quarantined[record]:
            return f"a record that was quarantined is kept now, unchanged: {record[:3]}"
        if set(after.kept.get(record, ())) - set(whole.kept[record]) and not disagree:
            return f"a record that nobody touched comes out different: {record[:3]}"
    gone = whole.records - after.records
    lines = Counter(before_bytes.split(b"\n")) & Counter(after_bytes.split(b"\n"))
    if gone and not after.findings:
        still = sum(lines.values()) - sum(after.records.values())
        if still > _beside(before_bytes, whole):
            return f"{still} lines stand in both files and are no records now, and nothing is said"
    return ""


def _beside(data: bytes, whole: Seen) -> int:
    """How many lines of the whole file are no records: header, tags, the end, lines inside quotes."""
    return sum(Counter(data.split(b"\n")).values()) - sum(whole.records.values())


def touched_silently(whole: Seen, after: Seen) -> list[tuple[str, str, str]]:
    """Return the cells that changed although what was kept of their record, and the findings, are as before.

    Each as (column, before, after). They are right if the reader does not keep that column: ``keeps`` tells.
    """
    if after.refused or after.findings != whole.findings:
        return []
    gone, new = list((whole.records - after.records).elements()), list((after.records - whole.records).elements())
    if len(gone) != 1 or len(new) != 1 or after.quarantined[new[0]]:
        return []
    if whole.kept.get(gone[0]) is None or set(whole.kept[gone[0]]) != set(after.kept.get(new[0], ())):
        return []
    old, now = dict(gone[0]), dict(new[0])
    return [(c, old.get(c, ""), now[c]) for c in now if old.get(c, "") != now[c]]
