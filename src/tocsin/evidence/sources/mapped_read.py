"""Read a table of the home by its mapping: columns found by title or HXL tag, popped and audited like any other."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice

import polars as pl

from tocsin.core import archives
from tocsin.evidence.indicators.popping import EARLIEST, by_iso2, by_iso3, month_of
from tocsin.evidence.indicators.schema import DEFAULTS, KEY, table
from tocsin.evidence.sources import Reading, carriers, hxl
from tocsin.evidence.sources.cells import Cell, lay
from tocsin.evidence.sources.fields import Fields, by_cow, by_gw, by_name
from tocsin.evidence.sources.issues import FileRefused
from tocsin.evidence.sources.mapped import Mapping, declared
from tocsin.evidence.sources.parts import Part, open_parts
from tocsin.evidence.sources.raw import RawTable
from tocsin.evidence.sources.spec import SourceSpec

FINDERS: dict[str, Callable[[str, int | None], str | None]] = {
    "iso3": by_iso3, "iso2": by_iso2, "name": by_name, "gw": by_gw, "cow": by_cow,
}  # fmt: skip
YEAR = re.compile(r"^([0-9]{4})(?:\.0+)?$")
FIRST_BYTES = 200_000


def read(
    mapping: Mapping, parts: Sequence[Part], now: datetime, cells: Sequence[Cell] = (), opened: RawTable | None = None
) -> Reading:
    """Read a file by its mapping, with the ``cells`` that people mended. Raises FileRefused when it cannot be read.

    ``opened`` is the table of these parts, when they are open already: it is not changed.
    """
    found, spec = opened_as(mapping, parts)
    raw = lay(opened.copy() if opened else open_parts(spec, parts), cells)
    fields = Fields(raw, spec, now)
    reading = _figures(mapping, found, fields)
    fields.skip("*")  # a mapping names what is read of a table, and the rest is nobody's to miss
    fields.audit()
    reading.rows_in, reading.bad, reading.issues = raw.rows_in, fields.bad, fields.issues
    reading.shape_id, reading.release = raw.shape_id, spec.release
    reading.columns = tuple(raw.columns)
    return reading


def opened_as(mapping: Mapping, parts: Sequence[Part]) -> tuple[dict[str, str], SourceSpec]:
    """Return the titles of the mapped columns in this file, and the declaration that it is opened by.

    Raises FileRefused when the mapping does not fit it.
    """
    found = columns_of(mapping, first_records(parts[0]))
    if column := mapping.twice(found):
        raise FileRefused("columns", f"the mapping names the column {column} twice, once by a tag", column=column)
    return found, declared(mapping, list(dict.fromkeys(found.values())))


def first_records(part: Part) -> list[list[object]]:
    """Return the first records of a table, as they stand, for finding its tag row; none when it has no text rows."""
    data = part.head(FIRST_BYTES)
    if data[:4] == carriers.PARQUET:
        return []
    if data[:4] == carriers.ZIP:
        try:
            with part.open() as file:
                return [list(r) for r in archives.sheet_rows(file, hxl.WITHIN)]
        except Exception:  # noqa: BLE001 - the reader proper says what is wrong with the workbook
            return []
    text = data.decode("utf-8-sig", "replace")
    best: list[list[object]] = []
    for delimiter in (",", ";", "\t", "|"):
        try:
            rows = list(islice(csv.reader(io.StringIO(text), delimiter=delimiter), hxl.WITHIN))
        except csv.Error:
            continue
        if rows and len(rows[0]) > len(best[0] if best else []):
            best = [list(r) for r in rows]
    return best


def columns_of(mapping: Mapping, records: Sequence[Sequence[object]]) -> dict[str, str]:
    """Return, for every column the mapping names, its title in the file.

    Raises FileRefused when a tag is on no column or on more than one.
    """
    tags = hxl.tags(records)
    return {named: _title(named, tags) for named in mapping.named}


def _title(named: str, tags: dict[str, hxl.Tag]) -> str:
    pattern = hxl.parse(named)
    if pattern is None:
        return named
    fits = [title for title, tag in tags.items() if tag.has(pattern)]
    exact = [title for title in fits if tags[title] == pattern]
    if len(exact) == 1 or len(fits) == 1:
        return (exact or fits)[0]
    if not fits:
        there = ", ".join(map(str, tags.values())) or "the file has no row of tags"
        raise FileRefused("columns", f"no column is tagged {named}; found: {there}"[:300], column=named)
    raise FileRefused("columns", f"{named} fits {len(fits)} columns: {', '.join(fits)}; add attributes", column=named)


def period_of(text: str | None) -> str | None:
    """Return ``2024`` or ``2024-05``: from a year, a month, a day or ``May 2024``, none before 1789."""
    said = (text or "").strip()
    year = YEAR.match(said)
    found = year[1] if year else said if re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", said) else month_of(said)
    return found if found and found >= EARLIEST else None


def _figures(mapping: Mapping, found: dict[str, str], fields: Fields) -> Reading:
    """Return the table ``indicators``; rows that break a rule are quarantined."""
    columns, popped = mapping.columns, {}

    def pop(column: str) -> pl.Series:
        # One column may say two things (a period that is also shown as detail): it is taken once.
        title = found[column]
        if title not in popped:
            # As text where it names places: there NA is Namibia, and nothing else that is written means "missing".
            places = title == found[columns.place]
            popped[title] = fields.text(title).replace({"": None}) if places else fields.pop(title)
        return popped[title]

    empty = pl.Series([None] * fields.raw.height, dtype=pl.String)
    period = (
        _periods(fields, pop(columns.period), found[columns.period])
        if columns.period
        else empty.fill_null(mapping.period or "")
    )
    year = period.str.slice(0, 4).cast(pl.Int32, strict=False)
    place = fields.place(found[columns.place], FINDERS[mapping.places], year, pop(columns.place))
    fields.flag(pop(columns.place).is_null(), found[columns.place], empty, "missing", "a place is required")
    until = _periods(fields, pop(columns.until), found[columns.until], needed=False) if columns.until else empty
    before = pl.Series([bool(p and u and u[: len(p)] < p[: len(u)]) for p, u in zip(period, until, strict=True)])
    fields.flag(before, found.get(columns.until or "", "until"), until, "span", "the period ends before it begins")
    ahead = period.str.slice(0, 7) > f"{fields.now:%Y-%m}"
    if columns.status is None:
        fields.flag(ahead.fill_null(False), found.get(columns.period or "", "period"), period, "future",
                    f"after {fields.now:%Y-%m}; a table with projections maps a column status")  # fmt: skip
    told = {
        "place_id": place,
        "period": period,
        "published": fields.day(found[columns.published]) if columns.published else pl.Series([None] * len(place)),
        "until": until,
        **{c: pop(n) if (n := getattr(columns, c)) else empty for c in ("area", "status", "detail")},
    }
    base = pl.DataFrame(told, schema_overrides={"published": pl.Date}).with_columns(
        [pl.col(c).fill_null(v) for c, v in DEFAULTS.items() if c in told]
    )
    rows = _by_row(mapping, found, fields, pop, base) if columns.indicator else _by_column(mapping, found, fields, base)
    return Reading({"indicators": table(rows)})


def _periods(fields: Fields, raw: pl.Series, column: str, *, needed: bool = True) -> pl.Series:
    value = pl.Series([period_of(v) for v in raw], dtype=pl.String)
    wrong = value.is_null() if needed else value.is_null() & raw.is_not_null()
    fields.flag(wrong, column, raw, "not-a-period", "a year, month or day is expected, as 2024, 2024-05, 2024-05-17")
    return value


def _by_column(mapping: Mapping, found: dict[str, str], fields: Fields, base: pl.DataFrame) -> pl.DataFrame:
    """Return one row a figure from a table with a column a figure."""
    keys = [c for c in KEY if c in base.columns]
    twice = base.select(keys).is_duplicated() & base["place_id"].is_not_null()
    fields.flag(twice, found[mapping.columns.place], base["place_id"], "duplicate", "the same place and period twice")
    values = {f.indicator: fields.number(found[f.column], low=f.min, high=f.max) for f in mapping.figures}
    wide = fields.keep(base.with_columns([s.alias(n) for n, s in values.items()]))
    long = wide.unpivot(list(values), index=base.columns, variable_name="indicator", value_name="value")
    of = {f.indicator: f for f in mapping.figures}
    return long.with_columns(
        label=pl.col("indicator").replace_strict({n: f.label for n, f in of.items()}, return_dtype=pl.String),
        unit=pl.col("indicator").replace_strict({n: f.unit for n, f in of.items()}, return_dtype=pl.String),
    )


def _by_row(
    mapping: Mapping, found: dict[str, str], fields: Fields, pop: Callable[[str], pl.Series], base: pl.DataFrame
) -> pl.DataFrame:
    """Return one row a figure from a table that has one figure a row."""
    columns = mapping.columns
    label = pop(columns.indicator or "")
    code = pl.Series([_code(v or "") for v in label], dtype=pl.String)
    fields.flag(code == "", found[columns.indicator or ""], label, "missing", "a name of the figure is required")
    value = fields.number(found[columns.value or ""], low=None)
    unit = pop(columns.unit) if columns.unit else pl.Series([""] * len(label), dtype=pl.String)
    frame = base.with_columns(indicator=code, label=label, unit=unit, value=value)
    twice = frame.select(KEY).is_duplicated() & base["place_id"].is_not_null()
    fields.flag(twice, found[columns.place], base["place_id"], "duplicate", "the same figure, place and period twice")
    return fields.keep(frame)


def _code(name: str) -> str:
    """Return the short name of a figure: letters of any script with the marks on them, digits, _ between words."""
    plain = unicodedata.normalize("NFC", name.casefold())
    kept = (c if c.isalnum() or unicodedata.category(c).startswith("M") else " " for c in plain)
    return "_".join("".join(kept).split())
