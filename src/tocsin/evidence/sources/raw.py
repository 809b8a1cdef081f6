"""A table as it stands in a file, records as text; and how a header is matched to a declared shape."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol

import polars as pl

from tocsin.evidence.sources.issues import FileRefused, Issue
from tocsin.evidence.sources.pieces import Pieces
from tocsin.evidence.sources.spec import Shape

ROW = "_row"
YEAR = re.compile(r"^(1[6-9]|20|21)\d\d$")
"""A column that is named by a year."""
NAME_SHARE = 0.6
"""A header belongs to a shape when at least this share of the shape's columns is there."""


class Declared(Protocol):
    """What is read by here: a source, or a submission to the hub. ``shapes`` are the forms it may have, by name."""

    @property
    def id(self) -> str:
        """Its name, as the findings say it."""
        ...

    @property
    def shapes(self) -> dict[str, Shape]:
        """The declared forms."""
        ...


@dataclass
class RawTable:
    """Records as text with their number (``_row``, from 1), the shape they match and what was odd."""

    shape_id: str
    shape: Shape
    pieces: Pieces
    rows_in: int
    issues: list[Issue] = field(default_factory=list)
    total: int | None = None
    """How many records all pages together should have, when the publisher says so."""
    published: str = ""
    """The day (ISO 8601) that the answer says its records came out; of several pages the latest."""
    aside: dict[int, dict[str, str]] = field(default_factory=dict)
    """Rows that are not in ``pieces`` since their line does not fit the header: what stands at each place of it."""
    names: dict[str, str] = field(default_factory=dict)
    """The publisher's own name of a column to which a reader gave a plain one: findings say that one."""
    beside: tuple[str, ...] = ()
    """Columns that are not in ``pieces``: of a shape with very many others, those that nobody reads."""

    def copy(self) -> RawTable:
        """Return it for a reader, which may mend a known damage in place."""
        return replace(self, pieces=self.pieces.copy(), issues=[*self.issues])

    @property
    def columns(self) -> list[str]:
        """The columns, as the publisher names them."""
        return [c for c in self.pieces.columns if c != ROW]

    @property
    def height(self) -> int:
        """How many records fit the header."""
        return self.pieces.height

    @property
    def frame(self) -> pl.DataFrame:
        """All records at once: for small tables, and for tests."""
        return self.pieces.frame()

    @frame.setter
    def frame(self, frame: pl.DataFrame) -> None:
        self.pieces = Pieces([frame])


def shape_of(spec: Declared, header: Iterable[str | None]) -> tuple[str, Shape | None]:
    """Return the declared shape whose columns the header holds most fully; None under the share required.

    A shape of JSON is asked only where no other fits: a column that is gone from a table must not be optional there.
    """
    found = {str(h).strip() for h in header}
    for of_json in (False, True):
        best: tuple[str, Shape | None] = ("", None)
        best_key = (0, 0.0)
        for shape_id, shape in spec.shapes.items():
            if shape.headerless or (shape.json_ is not None) != of_json:
                continue
            required = sum(c in found for c in shape.columns)
            hits = required + sum(c in found for c in shape.optional)
            share = required / len(shape.columns)
            if share >= NAME_SHARE and (hits, share) > best_key:
                best, best_key = (shape_id, shape), (hits, share)
        if best[1] is not None:
            return best
    return "", None


def not_declared(raw: RawTable) -> list[str]:
    """Return the columns of a table that its shape does not declare."""
    declared = {*raw.shape.columns, *raw.shape.optional}
    by_year = raw.shape.year_columns
    return [c for c in raw.columns if c not in declared and not (by_year and YEAR.match(c))]


def refuse_gone(raw: RawTable, where: str = "") -> None:
    """Refuse a table, or the page of one that ``where`` names, without a column that its shape declares."""
    there = set(raw.columns)
    gone = [c for c in raw.shape.columns if c not in there]
    if gone:
        new = not_declared(raw)
        hint = f"; new in their place: {', '.join(new)}" if new and not raw.shape.others else ""
        said = f"column {', '.join(gone)} is missing or renamed{where}{hint}"
        raise FileRefused("columns", said, column=gone[0], value=new[0] if new else None)


def usual_gone(raw: RawTable, where: str = "") -> list[Issue]:
    """Warn of optional columns of a table, or of a page, that are not there though they usually are."""
    there = set(raw.columns)
    return [
        Issue(
            "columns",
            f"column {c}, which is usually there, is gone{where}: nothing is read of it",
            None,
            c,
            None,
            "warn",
        )
        for c in raw.shape.usual
        if c not in there
    ]


def refuse_own(names: Iterable[str]) -> None:
    """Refuse a column that has the name under which the records are counted here."""
    if ROW in names:
        raise FileRefused("columns", f"a column is named {ROW}, which is kept for the number of a row", column=ROW)


def no_shape(spec: Declared, header: Iterable[str | None]) -> FileRefused:
    """Say which columns stood where known ones were expected."""
    seen = ", ".join(str(h) for h in list(header)[:6])[:120]
    return FileRefused(
        "shape", f"the columns are none of the shapes {spec.id} knows ({', '.join(spec.shapes)}); found: {seen}"
    )
