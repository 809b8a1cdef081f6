"""Two vintages of one figure side by side: place and period, what was said before, what is said now, the difference.

Documents, activities and withdrawals are no figures: they are compared by their own number, and a changed one names
the columns that say otherwise. Events have their forms on pages of their own. What one fetch brought in several files
is one step: where no pair is named, the newest fetch stands beside what was in force before it.

A figure that one of the two does not have is not known there: it is added or withdrawn, and has no difference. In a
month that a vintage counts worldwide a place that it does not name has zero, as everywhere here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from tocsin.core.errors import Misuse, Refused
from tocsin.evidence.store.merge import KEYS
from tocsin.evidence.store.vintages import Vintage, find, of_one_fetch, vintages

COUNTS = ("state_based_deaths", "non_state_deaths", "one_sided_deaths", "events")
COMPARED = ("country_year", "country_month", "mass_killings", "coups", "indicators", "forecasts")
"""The tables whose rows are figures of a place and period."""
LISTED = {
    "documents": ("places", "published", "title"),
    "activities": ("place_id", "starts", "title"),
    "withdrawals": ("", "withdrawn_at", "event_id"),
}
"""The tables whose rows are no figures: the columns of their places, their day, and what a person knows one by."""
KINDS = ("changed", "added", "withdrawn")
SCHEMA: dict[str, type[pl.DataType]] = {
    "place_id": pl.String,
    "period": pl.String,
    "figure": pl.String,
    "old": pl.Float64,
    "new": pl.Float64,
    "difference": pl.Float64,
    "kind": pl.String,
    "what": pl.String,
}
"""``what`` is empty for a figure; of a document or another listed thing it names the thing and what of it changed."""


@dataclass(frozen=True)
class Asked:
    """What of a comparison is wanted: places, figures and kinds (empty: all), first and last period (empty: open)."""

    places: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ("changed",)
    first: str = ""
    last: str = ""


@dataclass(frozen=True)
class Compared:
    """Two vintages side by side. ``rows`` are in the columns of ``SCHEMA``, the biggest revision first.

    ``sums`` has a line a figure: how many were changed, added and withdrawn, and what both say in all over the places
    and periods that both have.
    """

    old: Vintage
    new: Vintage
    rows: pl.DataFrame
    sums: list[dict[str, Any]]
    figures: tuple[str, ...]
    places: tuple[str, ...]
    together: int = 1
    """How many files came with the later one in the same fetch, itself among them, where the pair was not named."""


def compare(store: Path, source_id: str, old: str = "", new: str = "", asked: Asked | None = None) -> Compared:
    """Compare two vintages of a source, by name or number; when left out, the newest and the one before it.

    Raises Misuse for a source or vintage that there is not, Refused where there is only one, Damaged as the store does.
    """
    every = vintages(store, source_id)
    if not every:
        raise Misuse(f"There is no vintage of {source_id!r} here", todo="List the sources: tocsin feeds vintages")
    if len(every) == 1 and not (old and new):
        raise Refused(
            f"There is one vintage of {source_id} here, {every[0].release} ({every[0].name}): nothing to lay beside it",
            todo=f"Load another release: tocsin load {source_id} FILE",
        )
    standing = [v for v in every if v.taken_back_on is None] or every
    later = find(store, source_id, new) if new else standing[-1]
    group = [later] if old else of_one_fetch(store, source_id, standing, later)
    before = [v for v in standing if v not in group] or [v for v in every if v not in group]
    if not (old or before):
        raise Refused(
            f"One fetch of {source_id} came here, in {len(group)} files: nothing to lay beside it",
            todo=f"Fetch again when something is new, or name two of the files: tocsin feeds vintages {source_id} 1 2",
        )
    earlier = find(store, source_id, old) if old else before[-1]
    asked = asked or Asked()
    was, now = (_in_force(every, standing, v) for v in (earlier, later))
    shared = [t for t in (*COMPARED, *LISTED) if t in was and t in now]
    if not shared:
        raise Refused(
            f"{source_id} has no table of figures or documents to compare",
            todo="Events have each form that a report had on a page of their own: tocsin events list PLACE",
        )
    whole = pl.concat([between(was[t].table(t), now[t].table(t), t) for t in shared])
    figures = tuple(whole["figure"].unique().sort())
    places = tuple(whole.filter(pl.col("kind") != "same")["place_id"].unique().sort())
    chosen = _chosen(whole, asked)
    rows = chosen.filter(pl.col("kind").is_in(asked.kinds or KINDS))
    return Compared(
        earlier, later, biggest_first(rows), _sums(chosen), figures, tuple(p for p in places if p), len(group)
    )


def _in_force(every: list[Vintage], standing: list[Vintage], at: Vintage) -> dict[str, Vintage]:
    """Return by table the newest vintage that has it, of those that stood when one came: a file may bring one table."""
    came = [v for v in every[: every.index(at)] if v in standing]
    return {t: v for v in (*came, at) for t in v.tables}


def between(old: pl.DataFrame, new: pl.DataFrame, table: str) -> pl.DataFrame:
    """Return every figure of two tables, in the columns of ``SCHEMA``; ``kind`` is also ``same``."""
    if table in LISTED:
        return _listed(old, new, table)
    was, now = _long(old, table), _long(new, table)
    if table == "country_month":
        was, now = _zeros(was, now), _zeros(now, was)
    keys = ["place_id", "period", "figure"]
    # A figure without a value is not there; a killing whose end is not known is one all the same.
    there = pl.lit(True) if table == "mass_killings" else pl.col("value").is_not_null()
    was, now = was.with_columns(_was=there), now.with_columns(_now=there)
    both = was.join(now, on=keys, how="full", coalesce=True, suffix="_new").rename({"value": "old", "value_new": "new"})
    both = both.with_columns(difference=pl.col("new") - pl.col("old"))
    stood, stands = pl.col("_was").fill_null(False), pl.col("_now").fill_null(False)
    kind = (
        pl.when(~stood & ~stands)
        .then(pl.lit("same"))
        .when(~stood)
        .then(pl.lit("added"))
        .when(~stands)
        .then(pl.lit("withdrawn"))
        .when(pl.col("old").eq_missing(pl.col("new")))
        .then(pl.lit("same"))
        .otherwise(pl.lit("changed"))
    )
    return both.with_columns(kind=kind, what=pl.lit("")).select([pl.col(c).cast(t) for c, t in SCHEMA.items()])


def _long(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Return a table as place, period, figure and value: one row a figure."""
    place = pl.col("place_id")
    if table == "country_month":
        long = frame.unpivot(COUNTS, index=["place_id", "month"], variable_name="figure", value_name="value")
        return long.select(place, pl.col("month").alias("period"), "figure", pl.col("value").cast(pl.Float64))
    if table == "country_year":
        period, figure, value = pl.col("year").cast(pl.String), pl.col("indicator"), pl.col("value")
    elif table == "indicators":
        named = [pl.when(pl.col(c) != "").then(pl.col(c)) for c in ("indicator", "area", "until", "status", "detail")]
        period, figure, value = (
            pl.col("period"),
            pl.concat_str(named, separator=", ", ignore_nulls=True),
            pl.col("value"),
        )
    elif table == "forecasts":
        period, value = pl.col("origin"), pl.col("value")
        kind = pl.concat_str("output_type", "output_type_id", separator=" ").str.strip_chars()
        figure = pl.concat_str("target", pl.lit(", step "), pl.col("horizon").cast(pl.String), pl.lit(", "), kind)
    elif table == "coups":
        period, figure, value = pl.col("year").cast(pl.String), pl.lit("coup or attempt listed"), pl.lit(1.0)
    else:
        period = pl.col("start_year").cast(pl.String)
        figure = pl.lit("last year of the killing that began then, led by: ") + pl.col("led_by")
        value = pl.col("end_year").cast(pl.Float64)
    return frame.select(place, period.alias("period"), figure.alias("figure"), value.cast(pl.Float64).alias("value"))


def _listed(old: pl.DataFrame, new: pl.DataFrame, table: str) -> pl.DataFrame:
    """Return what was added, is gone or says otherwise among things known by their own number; a line a place."""
    at, day, name = LISTED[table]
    was, now = ({tuple(r[k] for k in KEYS[table]): r for r in frame.to_dicts()} for frame in (old, new))
    rows = []
    for key in sorted({*was, *now}):
        before, after = was.get(key), now.get(key)
        row = after or before or {}
        told = sorted(c for c in row if before and after and before.get(c) != after.get(c))
        if before and after and not told:
            continue
        what = f"{row[name]} ({', '.join([str(key[min(1, len(key) - 1)]), *told])})"
        places = row[at] if isinstance(row.get(at), list) else [row.get(at, "")]
        kind = "added" if before is None else "withdrawn" if after is None else "changed"
        for place in places or [""]:
            line = (place, str(row[day] or "")[:10], table, None, None, None, kind, what)
            rows.append(line)
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _zeros(mine: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Add a zero for each place that the other names in a month that this one counts."""
    keys = ["place_id", "period", "figure"]
    absent = theirs.join(mine.select("period").unique(), on="period", how="semi").join(mine, on=keys, how="anti")
    return pl.concat([mine, absent.with_columns(value=pl.lit(0.0))])


def _chosen(whole: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    """Return the rows asked for, of every kind. A year's figure is inside a span of months that touches its year."""
    tests = []
    if asked.places:
        tests.append(pl.col("place_id").is_in(asked.places))
    if asked.figures:
        tests.append(pl.col("figure").is_in(asked.figures))
    long = pl.col("period").str.len_chars()
    if asked.first:
        tests.append(pl.col("period") >= pl.lit(asked.first).str.slice(0, long))
    if asked.last:
        tests.append(pl.col("period").str.slice(0, len(asked.last)) <= asked.last)
    return whole.filter(pl.all_horizontal(tests)) if tests else whole


def biggest_first(rows: pl.DataFrame) -> pl.DataFrame:
    """Return revisions by size, then what was added or withdrawn by the size of its figure."""
    size = pl.coalesce(pl.col("difference"), pl.col("new"), pl.col("old")).abs()
    order = rows.with_columns(_kind=pl.col("kind") != "changed", _size=size)
    by = ["_kind", "_size", "place_id", "period", "figure", "what"]
    return order.sort(by, descending=[False, True, False, False, False, False], nulls_last=True).drop("_kind", "_size")


def _sums(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Return a line a figure: numbers of rows of each kind, and the sums over what both have."""
    both = pl.col("difference").is_not_null()
    counted = [(pl.col("kind") == kind).sum().alias(kind) for kind in KINDS]
    sums = rows.group_by("figure").agg(
        *counted, pl.col("old").filter(both).sum().alias("old"), pl.col("new").filter(both).sum().alias("new")
    )
    named = sums.with_columns(difference=pl.col("new") - pl.col("old")).sort("figure")
    return [row for row in named.to_dicts() if any(row[kind] for kind in KINDS)]
