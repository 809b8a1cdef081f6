"""Several answers that are one file: pages put under one another, and checked for what paging does wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from tocsin.evidence.sources.issues import FileRefused
from tocsin.evidence.sources.part import Part
from tocsin.evidence.sources.pieces import Pieces
from tocsin.evidence.sources.raw import ROW, Declared, RawTable, refuse_gone, usual_gone
from tocsin.evidence.sources.tabular import open_table

__all__ = ["Part", "open_parts"]


@dataclass(frozen=True)
class _Page:
    """What is remembered of a page when the next is read."""

    shape_id: str
    rows_in: int
    total: int | None
    digest: bytes


def open_parts(spec: Declared, parts: Sequence[Part]) -> RawTable:
    """Read pages, in their order, into one table; row numbers run through.

    Raises FileRefused when a page cannot be read or lacks a declared column, when two pages are of different shapes or
    hold the same records, when the publisher's total changed between pages or is not what came, and when all pages are
    empty.
    """
    if not parts:
        raise FileRefused("empty", "there is no answer to read")
    if len(parts) == 1:
        table = open_table(spec, parts[0])
        _refuse([_Page(table.shape_id, table.rows_in, table.total, b"")])
        return table
    pages: list[_Page] = []
    whole: RawTable | None = None
    for table in (open_table(spec, part) for part in parts):
        pages.append(_page(table))
        if table.rows_in:
            # Under one another a column that is gone from one page would be empty there, as if nothing had been said.
            refuse_gone(table, f" on page {len(pages)} of {len(parts)}")
            table.issues += usual_gone(table, f" on page {len(pages)} of {len(parts)}")
        if table.rows_in and whole is None:
            whole = replace(table, pieces=Pieces(), issues=[], aside={}, rows_in=0)
        if table.rows_in and whole is not None and table.shape_id == whole.shape_id:
            _put_under(whole, table)
    _refuse(pages)
    assert whole is not None
    return whole


def _page(table: RawTable) -> _Page:
    digest = hashlib.sha256()
    for frame in table.pieces.frames():
        digest.update(frame.drop(ROW).write_csv().encode())
    return _Page(table.shape_id, table.rows_in, table.total, digest.digest())


def _put_under(whole: RawTable, table: RawTable) -> None:
    """Put the records of a page under those of the pages before it."""
    before = whole.rows_in
    whole.pieces.extend(table.pieces, lambda frame: frame.with_columns(pl.col(ROW) + before))
    whole.issues += [replace(i, row=i.row + before) if i.row is not None else i for i in table.issues]
    whole.aside |= {row + before: line for row, line in table.aside.items()}
    whole.published = max(whole.published, table.published)
    whole.rows_in += table.rows_in


def _refuse(pages: list[_Page]) -> None:
    """Refuse pages that do not make one file."""
    shapes = sorted({p.shape_id for p in pages if p.rows_in} or {p.shape_id for p in pages})
    if len(shapes) > 1:
        raise FileRefused("shape", f"the pages are of different shapes: {', '.join(shapes)}")
    _refuse_repeated(pages)
    _refuse_total(pages)
    if not any(p.rows_in for p in pages):
        raise FileRefused("empty", "the answer holds no record")


def _refuse_repeated(pages: list[_Page]) -> None:
    """Refuse the same records on two pages: one page came twice, and another perhaps not at all."""
    seen: dict[bytes, int] = {}
    for number, page in enumerate(pages, start=1):
        first = seen.setdefault(page.digest, number) if page.rows_in else number
        if first != number:
            raise FileRefused("repeated-page", f"page {number} holds the same records as page {first}")


def _refuse_total(pages: list[_Page]) -> None:
    """Refuse a total that moved between pages, or that is not the number of records that came."""
    totals = sorted({p.total for p in pages if p.total is not None})
    if len(totals) > 1:
        said = " and ".join(f"{t:,}" for t in totals)
        raise FileRefused("total", f"the publisher's total changed between pages: {said}")
    came = sum(p.rows_in for p in pages)
    if totals and totals[0] != came:
        raise FileRefused("total", f"{came:,} records came; the publisher says there are {totals[0]:,}")
