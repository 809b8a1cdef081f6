"""Mass killings as place, first year, last year and who led: nothing more is kept."""

from __future__ import annotations

import polars as pl

from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.fields import Fields, by_cow

LED_BY = {"State-Led": "state", "Non-State-Led": "non-state"}
WINDOW = {"state": 1960, "non-state": 1989}
"""First year of forecasting by who led: before it the list is not complete enough to learn from (EWP)."""
CITE = "EWP 2025-26"


UNREAD = ("country", "ethnic_scope_code", "in_model_window")
"""Columns that are declared and not read."""


def read(fields: Fields, name: str) -> Reading:
    """Return ``mass_killings``: place_id, start_year, end_year (null = open), led_by, in_window, cite."""
    start = fields.year("start_year", earliest=1900)
    place = fields.place("location_cow", by_cow, start)
    end = fields.number("end_year", low=1900)
    fields.flag(
        end > fields.now.year,
        "end_year",
        end.cast(pl.Int64, strict=False).cast(pl.String),
        "future",
        f"after the present year {fields.now.year}",
    )
    fields.flag(
        end < start, "end_year", end.cast(pl.Int64, strict=False).cast(pl.String), "order", "it ends before it begins"
    )
    led = fields.pop("led_by")
    fields.flag(~led.is_in(list(LED_BY)), "led_by", led, "unknown-value", f"expected one of {', '.join(LED_BY)}")
    code = fields.pop("event_code")
    fields.flag(code.is_duplicated(), "event_code", code, "duplicate", "this event stands in the file twice")
    fields.skip(*UNREAD)
    frame = pl.DataFrame(
        {
            "place_id": place,
            "start_year": start,
            "end_year": end.cast(pl.Int32, strict=False),
            "led_by": led.replace(LED_BY),
        }
    )
    frame = fields.keep(frame).with_columns(
        in_window=pl.col("start_year") >= pl.col("led_by").replace_strict(WINDOW, default=None, return_dtype=pl.Int32),
        cite=pl.lit(CITE),
    )
    return Reading({"mass_killings": frame.sort("place_id", "start_year", "led_by")})
