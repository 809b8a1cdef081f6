"""The table ``indicators``: one figure a row, of a place or an area in it, for a year, a month or a span of months.

``place_id`` is the state; ``area`` a unit inside it by the publisher's own name, empty for the whole state. ``period``
is ``2024`` or ``2024-05``; ``until`` the last month of a longer span, empty otherwise. ``indicator`` is the publisher's
own code (``HA``), one per source. ``status`` is the publisher's word for what kind of figure it is
(``current``, ``first projection``), ``observed`` where there is none. ``detail`` tells apart figures that would
otherwise be one: two analyses of one place and month both stand. ``published`` is the day the publisher states; null
where it states none.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

INDICATORS: Mapping[str, type[pl.DataType]] = {
    "place_id": pl.String,
    "area": pl.String,
    "period": pl.String,
    "until": pl.String,
    "indicator": pl.String,
    "label": pl.String,
    "unit": pl.String,
    "value": pl.Float64,
    "status": pl.String,
    "detail": pl.String,
    "published": pl.Date,
}
KEY = ["indicator", "place_id", "area", "period", "until", "status", "detail"]
DEFAULTS = {"area": "", "until": "", "label": "", "unit": "", "status": "observed", "detail": ""}


def table(frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows as the table: columns that a reader has no use for filled, rows without place or value left out.

    A figure that is absent makes no row: missing is missing, and no zero stands for it.
    """
    absent = [pl.lit(v).alias(c) for c, v in DEFAULTS.items() if c not in frame.columns]
    if "published" not in frame.columns:
        absent.append(pl.lit(None, dtype=pl.Date).alias("published"))
    filled = frame.with_columns(absent).with_columns([pl.col(c).fill_null(v) for c, v in DEFAULTS.items()])
    known = filled.filter(pl.col("place_id").is_not_null(), pl.col("value").is_not_null())
    return known.select([pl.col(c).cast(t) for c, t in INDICATORS.items()]).sort(KEY, maintain_order=True)
