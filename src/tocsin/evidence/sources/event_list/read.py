"""An organisation's own list of events: one row an event, columns as in ``evidence/events/schema.py``.

``place`` is three letters or a name that ``catalog.geography.scripts`` knows exactly; empty, the coordinates say it or
nobody does. ``id`` is the organisation's own and stays when it sends the list again. Whose report it is stands in
``reported_by``: two organisations in one file are two voices.
"""

from __future__ import annotations

import polars as pl

from tocsin.catalog.geography.scripts import named
from tocsin.evidence.events.schema import DATES, KINDS, WHERE, shaped
from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.fields import Fields

WORDS = {"kind": KINDS, "date_precision": DATES, "geo_precision": WHERE}
TEXT = ("admin1", "where_text", "actor_a", "actor_b", "title", "url")
MOST_DEAD = 1_000_000


def read(fields: Fields, name: str) -> Reading:
    """Return ``events``."""
    del name
    there = set(fields.raw.columns)
    told: dict[str, pl.Series] = {"event_id": fields.pop("id"), "said_by": fields.pop("reported_by")}
    for column, series in (("id", told["event_id"]), ("reported_by", told["said_by"])):
        fields.flag(series.is_null(), column, series, "missing", "a value is required")
    both = pl.DataFrame(told)
    fields.flag(both.is_duplicated(), "id", told["event_id"], "duplicate", "this event stands in the file twice")
    told["date_start"] = fields.day("date_start")
    if "date_end" in there:
        told["date_end"] = _last(fields, told["date_start"])
    told["place_id"] = fields.place("place", lambda text, _: named(text), may_be_empty=True)
    for column, words in WORDS.items():
        if column in there:
            said = fields.pop(column)
            fields.flag(
                said.is_not_null() & ~said.is_in(list(words)), column, said, "word", f"none of {', '.join(words)}"
            )
            told[column] = said
    for column, most in (("latitude", 90), ("longitude", 180)):
        if column in there:
            told[column] = fields.number(column, low=-most, high=most)
    for column in ("deaths_best", "deaths_low", "deaths_high"):
        if column in there:
            told[column] = fields.number(column, high=MOST_DEAD).cast(pl.Int64, strict=False)
    told |= {column: fields.pop(column) for column in TEXT if column in there}
    frame = fields.keep(pl.DataFrame(told)).with_columns(
        source_id=pl.lit("event_list"), release=pl.lit(fields.spec.release)
    )
    return Reading({"events": shaped(frame)}, release=fields.spec.release)


def _last(fields: Fields, first: pl.Series) -> pl.Series:
    """Take the last day, empty where the event is of one day."""
    raw = fields.pop("date_end")
    value = raw.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    fields.flag(raw.is_not_null() & value.is_null(), "date_end", raw, "not-a-date", "a date is expected")
    fields.flag(value > fields.now.date(), "date_end", raw, "future", f"after {fields.now.date()}")
    fields.flag(value < first, "date_end", raw, "order", "the event ends before it begins")
    return value
