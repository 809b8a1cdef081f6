"""The table ``activities`` of a reading: one row an activity and a place it is in."""

from __future__ import annotations

import polars as pl

ACTIVITIES: dict[str, pl.DataType | type[pl.DataType]] = {
    "source_id": pl.String,
    "activity_id": pl.String,
    "place_id": pl.String,
    "share_pct": pl.Float64,
    "reporting_org": pl.String,
    "title": pl.String,
    "sectors": pl.List(pl.Struct({"vocabulary": pl.String, "code": pl.String, "percent": pl.String})),
    "starts": pl.Date,
    "ends": pl.Date,
    "status": pl.String,
    "money": pl.List(pl.Struct({"kind": pl.String, "currency": pl.String, "amount": pl.String, "count": pl.Int64})),
}
"""Columns and types. ``activity_id`` is the IATI identifier; ``share_pct`` null: not said; ``status`` is IATI's code.
``money`` holds sums by kind and currency as decimal text: never converted, never added over kinds."""

KEYS = ["source_id", "activity_id", "place_id"]


def shaped(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame in the columns and types of ``ACTIVITIES``, sorted by ``KEYS``."""
    return frame.select(pl.col(c).cast(t) for c, t in ACTIVITIES.items()).sort(KEYS, maintain_order=True)
