"""Draws of state-based deaths as ViEWS and its prediction challenge exchange them: country_id, month_id, draw, outcome.

A window of a thousand draws is 2.3 million rows. They are read a slice at a time and kept as one list of draws a place
and month: eight bytes a draw, and never as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from tocsin.catalog.outcomes import outcomes
from tocsin.evidence.hub import windows
from tocsin.evidence.hub.claims import ROW, Claims, nothing
from tocsin.evidence.hub.findings import Findings
from tocsin.evidence.hub.metadata import Metadata
from tocsin.evidence.sources.issues import Issue
from tocsin.evidence.sources.ucdp_ged.read import VIEWS_FIRST, views_ids

TARGET = "state_based_deaths"
INDEX = ("country_id", "month_id", "draw")
VALUE = "outcome"
SLICE = 250_000
MOST_ROWS = 20_000_000


def read(path: Path, meta: Metadata) -> Claims:
    """Return the draws as ``Claims.draws``, with every finding; the origin must stand in the metadata."""
    try:
        scan = pl.scan_parquet(path)
        columns, rows = scan.collect_schema().names(), int(scan.select(pl.len()).collect().item())
    except Exception as error:  # noqa: BLE001 - a damaged parquet file fails in many ways
        return _refused(Issue("unreadable", f"it cannot be read as parquet: {str(error)[:160]}", weight="file"))
    issues = [
        Issue("columns", f"column {c} is missing; found: {', '.join(columns)}", None, c, None, "file")
        for c in (*INDEX, VALUE)
        if c not in columns
    ]
    if rows > MOST_ROWS:
        issues.append(Issue("too-large", f"{rows:,} rows; {MOST_ROWS:,} are read", weight="file"))
    origin = windows.origin_of(meta.origin or "", "month")
    if origin is None:
        said = "draws carry no origin: name the last month with data in the metadata, as in 2017-10"
        issues.append(Issue("wrong-origin", said, None, "origin", meta.origin, "file"))
    if any(i.rule in ("columns", "too-large") for i in issues):
        return Claims(nothing(), issues=issues, rows_in=rows)
    found = Findings(issues)
    parts = [_slice(frame, offset, origin, found) for offset, frame in _slices(scan, rows)]
    draws = _cells(pl.concat(parts), origin or "", found)
    return Claims(nothing(), issues=found.told(), rows_in=rows, draws=draws)


def _refused(issue: Issue) -> Claims:
    return Claims(nothing(), issues=[issue])


def _slices(scan: pl.LazyFrame, rows: int) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yield the file a slice at a time, with the number of rows before it."""
    for offset in range(0, rows, SLICE):
        yield offset, scan.select(*INDEX, VALUE).slice(offset, SLICE).collect()


def _slice(frame: pl.DataFrame, offset: int, origin: str | None, found: Findings) -> pl.DataFrame:
    """Return the sound rows of a slice: place, step, draw, value; flag the others."""
    numbers = frame.with_row_index(ROW, offset=offset + 1).with_columns(
        *(pl.col(c).cast(pl.Int32, strict=False) for c in INDEX), pl.col(VALUE).cast(pl.Float64, strict=False)
    )
    place = pl.col("country_id").cast(pl.String).replace_strict(views_ids(), default=None, return_dtype=pl.String)
    made = numbers.with_columns(place_id=place)
    steps = outcomes()[TARGET].target.horizons
    if origin:
        first = windows.month_of(origin) - VIEWS_FIRST + 1
        made = made.with_columns(horizon=pl.col("month_id") - first)
    else:
        made = made.with_columns(horizon=pl.lit(steps[0], dtype=pl.Int32))
    rules = (
        ("missing", "draw", "a whole number is expected", pl.col("draw").is_null()),
        ("not-a-number", VALUE, "a number is expected", ~pl.col(VALUE).is_finite().fill_null(value=False)),
        ("negative", VALUE, "below zero: no count is", pl.col(VALUE) < 0),
        ("unknown-place", "country_id", "no ViEWS country has this id", pl.col("place_id").is_null()),
        ("unknown-horizon", "month_id", f"not {steps[0]} to {steps[-1]} months after the origin {origin}",
         ~pl.col("horizon").is_in(steps).fill_null(value=False)),
    )  # fmt: skip
    for rule, column, message, wrong in rules:
        bad = made.filter(wrong)
        if len(bad):
            found.rows(bad, column, rule, message)
    sound = made.filter(~pl.any_horizontal(w.fill_null(value=True) for *_, w in rules))
    return sound.select(ROW, "place_id", "horizon", "draw", VALUE)


def _cells(rows: pl.DataFrame, origin: str, found: Findings) -> pl.DataFrame:
    """Return one row a place and step with its draws in order; flag draws given twice and uneven numbers of them."""
    key = ["place_id", "horizon"]
    cells = rows.group_by(key).agg(samples=pl.col(VALUE).sort_by("draw"), n=pl.len(), kinds=pl.col("draw").n_unique())
    doubled = cells.filter(pl.col("n") != pl.col("kinds"))
    if len(doubled):
        again = rows.join(doubled.select(key), on=key, how="semi").filter(pl.struct(*key, "draw").is_duplicated())
        found.rows(again, "draw", "duplicate", "this draw of the place and month is given twice")
    if cells["n"].n_unique() > 1:
        few, many = (int(n) for n in (cells["n"].sort()[0], cells["n"].sort()[-1]))
        found.say("draws", f"places and months have {few} to {many} draws", "draw", weight="warn")
    return cells.select(
        "place_id", origin=pl.lit(origin), target=pl.lit(TARGET), horizon=pl.col("horizon").cast(pl.Int32),
        samples="samples",
    ).sort("place_id", "horizon")  # fmt: skip
