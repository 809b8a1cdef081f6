"""The columns of the one step that sees every event: what goes in, what comes out.

``media_events`` is one row an event as a machine read it in the news: what was reported, not what happened, and never a
number of the dead. ``month`` is the number of the month (``core.months``): whole numbers count gaps and sort the same
on every engine. ``goldstein_tenths`` is Goldstein's scale times ten, so that its sum is exact in any order.
"""

from __future__ import annotations

import polars as pl

MEDIA_EVENTS: dict[str, type[pl.DataType]] = {
    "event_id": pl.Int64,
    "feed": pl.String,
    "date": pl.Int32,
    "month": pl.Int32,
    "place_id": pl.String,
    "country_code": pl.String,
    "admin1_code": pl.String,
    "latitude": pl.Float64,
    "longitude": pl.Float64,
    "geo_type": pl.Int8,
    "event_code": pl.String,
    "quad_class": pl.Int8,
    "goldstein_tenths": pl.Int16,
    "root_event": pl.Boolean,
    "mentions": pl.Int32,
    "sources": pl.Int32,
    "articles": pl.Int32,
    "actor1_code": pl.String,
    "actor2_code": pl.String,
    "added": pl.Int64,
    "url": pl.String,
}
"""``date`` is YYYYMMDD and ``added`` YYYYMMDDHHMMSS (UTC), as the publisher writes them. ``place_id`` is null where the
report names no place that Tocsin knows."""

COUNTS: dict[str, type[pl.DataType]] = {
    "place_id": pl.String,
    "month": pl.Int32,
    "events": pl.Int64,
    "material_events": pl.Int64,
    "goldstein_known": pl.Int64,
    "goldstein_tenths": pl.Int64,
}
"""Sums by place and month: whole numbers, which add up the same in any order."""

PLACE_MONTHS: dict[str, type[pl.DataType]] = {
    **COUNTS,
    "material_share": pl.Float64,
    "goldstein_mean": pl.Float64,
    "events_before": pl.Int64,
    "material_share_before": pl.Float64,
    "goldstein_mean_before": pl.Float64,
}
"""Shares and means of them, and the same of the calendar month before: null where nothing was reported then."""

MATERIAL_CONFLICT = 4
"""CAMEO's fourth quad class: force used, not words (GDELT codebook, ``QuadClass``)."""
