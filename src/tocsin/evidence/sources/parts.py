"""Several answers that are one file: pages put under one another, and checked for what paging does wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from tocsin.evidence.sources.issues import FileRefused, Issue
from tocsin.evidence.sources.raw import ROW, Declared, RawTable
from tocsin.evidence.sources.tabular import open_table


@dataclass(frozen=True)
class Part:
    """One answer of a publisher, byte for byte, and the name of the file that it is, or is a page of."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """The hash that its bytes are kept under."""
        return hashlib.sha256(self.data).hexdigest()


def open_parts(spec: Declared, parts: Sequence[Part]) -> RawTable:
    """Read pages, in their order, into one table; row numbers run through.

    Raises FileRefused when a page cannot be read, when two pages are of different shapes or hold the same records, when
    the publisher's total changed between pages or is not what came, and when all pages are empty.
    """
    tables = [open_table(spec, part.data) for part in parts]
    if not tables:
        raise FileRefused("empty", "there is no answer to read")
    shapes = sorted({t.shape_id for t in tables if t.rows_in} or {t.shape_id for t in tables})
    if len(shapes) > 1:
        raise FileRefused("shape", f"the pages are of different shapes: {', '.join(shapes)}")
    _refuse_repeated(tables)
    _refuse_total(tables)
    filled = [t for t in tables if t.rows_in]
    if not filled:
        raise FileRefused("empty", "the answer holds no record")
    if len(filled) == 1:
        return filled[0]
    frames, issues, before = [], list[Issue](), 0
    aside: dict[int, dict[str, str]] = {}
    for table in filled:
        frames.append(table.frame.with_columns(pl.col(ROW) + before))
        issues += [replace(i, row=i.row + before) if i.row is not None else i for i in table.issues]
        aside |= {row + before: line for row, line in table.aside.items()}
        before += table.rows_in
    whole = pl.concat(frames, how="diagonal")
    return RawTable(shapes[0], filled[0].shape, whole, before, issues, filled[0].total, aside)


def _refuse_repeated(tables: list[RawTable]) -> None:
    """Refuse the same records on two pages: one page came twice, and another perhaps not at all."""
    seen: dict[bytes, int] = {}
    for number, table in enumerate(tables, start=1):
        if not table.rows_in:
            continue
        text = table.frame.drop(ROW).write_csv().encode()
        first = seen.setdefault(hashlib.sha256(text).digest(), number)
        if first != number:
            raise FileRefused("repeated-page", f"page {number} holds the same records as page {first}")


def _refuse_total(tables: list[RawTable]) -> None:
    """Refuse a total that moved between pages, or that is not the number of records that came."""
    totals = sorted({t.total for t in tables if t.total is not None})
    if len(totals) > 1:
        said = " and ".join(f"{t:,}" for t in totals)
        raise FileRefused("total", f"the publisher's total changed between pages: {said}")
    came = sum(t.rows_in for t in tables)
    if totals and totals[0] != came:
        raise FileRefused("total", f"{came:,} records came; the publisher says there are {totals[0]:,}")
