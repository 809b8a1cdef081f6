"""Pop each field, then audit: a reader accounts for every column and every value that does not fit.

Each method takes a column out of the table and returns it typed; a value that breaks a rule becomes an issue on its
row, and the row is left out of the reading. What is left at the end was not expected.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from fnmatch import fnmatchcase

import polars as pl

from tocsin.catalog.geography import places
from tocsin.evidence.sources.issues import Issue
from tocsin.evidence.sources.raw import ROW, YEAR, RawTable, not_declared, refuse_gone, usual_gone
from tocsin.evidence.sources.spec import SourceSpec

__all__ = ["MISSING", "YEAR", "Fields", "by_cow", "by_gw", "by_iso3", "by_name"]

MISSING = ("", "NA", "NaN", "nan", "null", "NULL", "..", "-")


class Fields:
    """The columns of one raw table, popped one by one.

    Constructed, it refuses a file that lacks a column its shape declares, and notes columns nobody declared.
    """

    def __init__(self, raw: RawTable, spec: SourceSpec, now: datetime) -> None:
        self.spec = spec
        self.now = now
        self.raw = raw
        self.rows = raw.pieces.column(ROW)
        self.issues: list[Issue] = list(raw.issues)
        self.bad: set[int] = {i.row for i in raw.issues if i.row is not None and i.weight == "row"}
        self._left = dict.fromkeys(raw.columns)
        self._check_columns()

    def _check_columns(self) -> None:
        """Refuse missing columns; warn of new ones."""
        shape = self.raw.shape
        refuse_gone(self.raw)
        self.issues += [i for i in usual_gone(self.raw) if i.column not in {o.column for o in self.issues}]
        new = not_declared(self.raw)
        if shape.others and new:
            self.issues.append(Issue("columns", f"{len(new):,} other columns are not read", weight="note"))
            self._left = {c: None for c in self._left if c not in set(new)}
            new = []
        for column in new:
            self.issues.append(
                Issue("columns", f"column {column} is new: not declared in source.yml", None, column, None, "warn")
            )
            self._left.pop(column)

    def pop(self, column: str) -> pl.Series:
        """Take a column as text: outer space gone, the publisher's marks for missing made null."""
        return self.text(column).replace(dict.fromkeys(MISSING))

    def text(self, column: str) -> pl.Series:
        """Take a column as text as it stands: here ``NA`` is a value (Namibia's ISO 3166 alpha-2)."""
        self._left.pop(column)
        return self.raw.pieces.column(column).str.strip_chars()

    def skip(self, *unread: str) -> None:
        """Account for the declared columns that a reader has no use for, each by name, or some by a pattern (``*``).

        A column that is neither read nor named here is one that somebody forgot: ``audit`` says so.
        """
        self._left = {c: None for c in self._left if not any(fnmatchcase(c, name) for name in unread)}
        if not self._left:
            self.raw.pieces.forget()

    def flag(
        self, mask: pl.Series, column: str, values: pl.Series, rule: str, message: str | Callable[[str], str]
    ) -> None:
        """Quarantine the rows where ``mask`` is true, each with its value and the rule."""
        where = mask.fill_null(False)
        for row, value in zip(self.rows.filter(where), values.filter(where), strict=True):
            shown = None if value is None else str(value)[:80]
            said = message(shown or "") if callable(message) else message
            self.issues.append(Issue(rule, said, row, column, shown))
            self.bad.add(row)

    def note(self, mask: pl.Series, column: str, rule: str, message: str) -> None:
        """Remark on rows that stay: odd, counted and said once, but the publisher's own figure."""
        count = int(mask.fill_null(False).sum())
        if count:
            first = self.rows.filter(mask.fill_null(False))[0]
            self.issues.append(
                Issue(rule, f"{count:,} rows: {message} (first in row {first})", None, column, None, "note")
            )

    def number(
        self, column: str, *, required: bool = False, low: float | None = 0, high: float | None = None
    ) -> pl.Series:
        """Take a column of numbers (Float64); quarantine text, values under ``low`` or above ``high``."""
        raw = self.pop(column)
        value = raw.cast(pl.Float64, strict=False)
        value = value.set(value.is_infinite() | value.is_nan(), None)
        self.flag(raw.is_not_null() & value.is_null(), column, raw, "not-a-number", "a number is expected")
        if required:
            self.flag(raw.is_null(), column, raw, "missing", "a value is required")
        if low is not None:
            rule = "negative" if low == 0 else "too-low"
            self.flag(value < low, column, raw, rule, f"below {low:g}")
        if high is not None:
            self.flag(value > high, column, raw, "too-high", f"above {high:g}")
        return value

    def year(self, column: str, *, earliest: int = 1789) -> pl.Series:
        """Take a column of years (Int32), none in the future."""
        value = self.number(column, required=True, low=None)
        whole = value.cast(pl.Int64, strict=False)
        raw = pl.select(pl.when(value == value.floor()).then(whole.cast(pl.String)).otherwise(value.cast(pl.String)))
        raw = raw.to_series()
        self.flag(value != value.floor(), column, raw, "not-a-year", "a whole year is expected")
        self.flag(value < earliest, column, raw, "too-early", f"before {earliest}")
        self.flag(value > self.now.year, column, raw, "future", f"after the present year {self.now.year}")
        return value.cast(pl.Int32, strict=False)

    def day(self, column: str) -> pl.Series:
        """Take a column of dates (``2023-02-01`` or with a time after it), none in the future."""
        raw = self.pop(column)
        value = raw.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
        self.flag(value.is_null(), column, raw, "not-a-date", "a date is expected")
        self.flag(value > self.now.date(), column, raw, "future", f"after {self.now.date()}")
        return value

    def place(
        self,
        column: str,
        find: Callable[[str, int | None], str | None],
        years: pl.Series | None = None,
        values: pl.Series | None = None,
        *,
        may_be_empty: bool = False,
    ) -> pl.Series:
        """Turn a column of codes or names into place_id; quarantine what is none, and an empty cell too.

        Codes listed under ``non_places`` (aggregates, territories) give null without an issue: they are known.
        """
        raw = (self.pop(column) if may_be_empty else self.text(column)) if values is None else values
        pairs = pl.DataFrame(
            {"v": raw, "y": years if years is not None else pl.Series([None] * len(raw), dtype=pl.Int32)}
        )
        cache = {(v, y): self._find(v, y, find) for v, y in pairs.unique().iter_rows()}
        found = pl.Series([cache[key] for key in pairs.iter_rows()], dtype=pl.String)
        known = raw.is_in(list(self.spec.non_places)) | (raw.is_null() & may_be_empty)
        self.flag(
            found.is_null() & ~known.fill_null(False),
            column,
            raw,
            "unknown-place",
            lambda v: f"{v!r} is not a place in the list of places",
        )
        return found

    def _find(self, value: str | None, year: int | None, find: Callable[[str, int | None], str | None]) -> str | None:
        """Answer from the source's own lookup first, then from the list of places."""
        if value is None or value in self.spec.non_places:
            return None
        looked = self.spec.lookups.get("place", {})
        return looked[value] if value in looked else find(value, year)

    def audit(self) -> None:
        """Complain of any declared column that the reader forgot. A reader ends with this."""
        if self._left:
            raise AssertionError(f"{self.spec.id} reads past columns: {sorted(self._left)}")

    def keep(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of ``frame`` (same order as the raw table) that no rule quarantined."""
        return frame.filter(~self.rows.is_in(list(self.bad))) if self.bad else frame


def by_name(name: str, _: int | None) -> str | None:
    """Find a place by its name or a listed alias."""
    return places().from_name(name)


def by_iso3(code: str, _: int | None) -> str | None:
    """Find a state by ISO 3166 alpha-3."""
    return code if code in places().by_id else None


def by_gw(code: str, year: int | None) -> str | None:
    """Find a place by Gleditsch and Ward number in a year."""
    return places().from_code("gw", code.removesuffix(".0"), year)


def by_cow(code: str, year: int | None) -> str | None:
    """Find a place by Correlates of War number in a year."""
    return places().from_code("cow", code.removesuffix(".0"), year)
