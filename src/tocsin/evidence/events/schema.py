"""The table ``events`` of a reading: one row a report of an event, as its publisher has it.

A reader fills what its publisher says and leaves the rest out; ``shaped`` adds absent columns as null, and refuses a
value that is not of the list. Null is "not said" everywhere: a death toll that is not said is not zero.
"""

from __future__ import annotations

import io

import polars as pl

EVENTS: dict[str, pl.DataType | type[pl.DataType]] = {
    "source_id": pl.String,
    "event_id": pl.String,
    "release": pl.String,
    "place_id": pl.String,
    "date_start": pl.Date,
    "date_end": pl.Date,
    "date_precision": pl.String,
    "latitude": pl.Float64,
    "longitude": pl.Float64,
    "geo_precision": pl.String,
    "admin1": pl.String,
    "where_text": pl.String,
    "kind": pl.String,
    "actor_a": pl.String,
    "actor_b": pl.String,
    "deaths_best": pl.Int64,
    "deaths_low": pl.Int64,
    "deaths_high": pl.Int64,
    "title": pl.String,
    "url": pl.String,
    "said_by": pl.String,
}
"""Columns and types. Must be there: ``source_id, event_id, release, date_start``. ``place_id`` is ISO 3166 alpha-3,
null where the publisher names no place of the list. ``date_end`` null: the day of ``date_start``. ``event_id`` is the
publisher's own and stays through its releases. ``said_by`` is whose report it is where a source gathers several
people's (an outlet, an organisation); null: the source's own publisher."""

KEYS = ["source_id", "event_id", "release"]

KINDS = ("state_based", "non_state", "one_sided", "other")
DATES = ("day", "week", "month", "year")
"""How closely the date is known: to the day; to a week; to a month; worse."""
WHERE = ("point", "near", "admin2", "admin1", "country")
"""How closely the coordinates are known: the place itself; within 25 km of it; a district; a province; the state."""

UCDP_DATES = {1: "day", 2: "week", 3: "week", 4: "month", 5: "year"}
UCDP_WHERE = {1: "point", 2: "near", 3: "admin2", 4: "admin1", 5: "admin1", 6: "country", 7: "country"}
UCDP_KINDS = {1: "state_based", 2: "non_state", 3: "one_sided"}
"""``date_prec``, ``where_prec`` and ``type_of_violence`` of UCDP GED in these words."""
ACLED_DATES = {1: "day", 2: "week", 3: "month"}
ACLED_WHERE = {1: "point", 2: "near", 3: "admin1"}
"""``time_precision`` and ``geo_precision`` of ACLED in these words (2: part of a region, near a town)."""

MANY = 50_000
"""Events from which on memory counts."""

WITHDRAWALS: dict[str, pl.DataType | type[pl.DataType]] = {
    "source_id": pl.String,
    "event_id": pl.String,
    "withdrawn_at": pl.Datetime("us", "UTC"),
}
"""Columns of the table ``withdrawals``: events that their publisher took back, and the moment that it says it did."""

REQUIRED = ("source_id", "event_id", "release", "date_start")
LISTS = {"kind": KINDS, "date_precision": DATES, "geo_precision": WHERE}


def shaped(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame in the columns and types of ``EVENTS``, absent ones null, sorted by ``KEYS``.

    Raises ValueError when a required value is null, a word is none of its list, or a column is not declared: that is
    a mistake of the reader, not of the file.
    """
    if unknown := sorted(set(frame.columns) - set(EVENTS)):
        raise ValueError(f"events have no column {', '.join(unknown)}")
    whole = frame.select(
        pl.col(c).cast(t) if c in frame.columns else pl.lit(None, dtype=t).alias(c) for c, t in EVENTS.items()
    )
    for column in REQUIRED:
        if whole[column].null_count():
            raise ValueError(f"an event without {column}")
    for column, words in LISTS.items():
        if odd := sorted(set(whole[column].drop_nulls().unique()) - set(words)):
            raise ValueError(f"{column} {odd[0]!r} is none of {', '.join(words)}")
    del frame
    return _sorted(whole)


def _sorted(whole: pl.DataFrame) -> pl.DataFrame:
    """Return the events by ``KEYS``, moved column by column: two copies of a yearly release would be a lot."""
    order = whole.select(pl.arg_sort_by(KEYS, maintain_order=True)).to_series()
    if order.is_sorted():
        return whole
    columns = whole.columns
    return pl.DataFrame([_compact(whole.drop_in_place(c).gather(order)) for c in columns])


def _compact(column: pl.Series) -> pl.Series:
    """Return a column of its own: one taken out of others holds on to all the text that those were cut from."""
    if column.dtype != pl.String or column.len() < MANY:
        return column
    out = io.BytesIO()
    column.to_frame().write_parquet(out, compression="lz4", statistics=False)
    return pl.read_parquet(out.getvalue()).to_series()
