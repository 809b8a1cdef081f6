"""Figures of the run in force about a place: each column's points in order of time, with source, release and unit."""

from __future__ import annotations

from typing import Any

from tocsin.core.context import Context
from tocsin.response.register import runs

Series = dict[str, Any]


def series_of(ctx: Context, place_id: str) -> dict[str, Series]:
    """Return the series of a place by column; empty before the first run, and where the run says nothing of it."""
    run = runs.latest(ctx.settings.home)
    if run is None or not run.covers(place_id):
        return {}
    found: dict[str, Series] = {}
    for row in run.place(place_id)["signals"]:
        one = found.setdefault(
            row["indicator"],
            {
                "column": row["indicator"],
                "label": row["label"],
                "unit": row["unit"],
                "source_id": row["source_id"],
                "release": row["release"],
                "run_id": run.run_id,
                "points": [],
            },
        )
        one["points"].append({"period": row["period"], "value": row["value"], "status": row["status"]})
    return found


def newest(series: Series) -> dict[str, Any] | None:
    """Return the newest point that has a figure; None when none has."""
    return next((p for p in reversed(series["points"]) if p["value"] is not None), None)
