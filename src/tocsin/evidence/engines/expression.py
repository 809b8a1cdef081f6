"""The one step that sees every event, written once: from events to place-months.

Plain narwhals, so DuckDB, Polars and Spark run it alike. Only what all three do the same stands here: sums of whole
numbers, one division, one window with a declared order. Nothing is rounded before it is told (``canonical``).
"""

from __future__ import annotations

from typing import Any

import narwhals as nw

from tocsin.evidence.engines.schema import MATERIAL_CONFLICT

BEFORE = ("events", "material_share", "goldstein_mean")


def counts(events: nw.LazyFrame[Any], added_to: int | None = None) -> nw.LazyFrame[Any]:
    """Return the sums by place and month (columns of ``COUNTS``), in no order.

    Events without a place count nowhere. ``added_to`` (YYYYMMDDHHMMSS) leaves out what the publisher added later.
    """
    seen = events.filter(~nw.col("place_id").is_null())
    if added_to is not None:
        seen = seen.filter(nw.col("added") <= added_to)
    return (
        seen.select("place_id", "month", "quad_class", "goldstein_tenths")
        .with_columns(
            (nw.col("quad_class") == MATERIAL_CONFLICT).cast(nw.Int64).alias("material_events"),
            nw.col("goldstein_tenths").cast(nw.Int64),
        )
        .group_by("place_id", "month")
        .agg(
            nw.len().cast(nw.Int64).alias("events"),
            nw.col("material_events").sum(),
            nw.col("goldstein_tenths").count().cast(nw.Int64).alias("goldstein_known"),
            nw.col("goldstein_tenths").sum().cast(nw.Int64).alias("goldstein_sum"),
        )
        .rename({"goldstein_sum": "goldstein_tenths"})
    )


def place_months(sums: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return shares, means and those of the month before (columns of ``PLACE_MONTHS``) from the sums.

    The month before is the one of the calendar: after a month in which nothing was reported it is null, not the last
    month in which something was.
    """
    known = nw.col("goldstein_known") > 0
    table = sums.with_columns(
        (nw.col("material_events") / nw.col("events")).alias("material_share"),
        nw.when(known).then(nw.col("goldstein_tenths") / (nw.col("goldstein_known") * 10)).alias("goldstein_mean"),
    )
    last = [nw.col(c).shift(1).over("place_id", order_by="month").alias(f"{c}_before") for c in (*BEFORE, "month")]
    adjoins = nw.col("month_before") == nw.col("month") - 1
    return (
        table.with_columns(*last)
        .with_columns(*[nw.when(adjoins).then(nw.col(f"{c}_before")).alias(f"{c}_before") for c in BEFORE])
        .drop("month_before")
    )


def whole(events: nw.LazyFrame[Any], added_to: int | None = None) -> nw.LazyFrame[Any]:
    """Return the whole step: events in, place-months out."""
    return place_months(counts(events, added_to))
