"""A hubverse model-output file: one row a number, task columns, output type, value."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tocsin.evidence.hub.claims import Claims
from tocsin.evidence.hub.metadata import Metadata
from tocsin.evidence.hub.readers.table import Form
from tocsin.evidence.hub.readers.table import read as read_table
from tocsin.evidence.sources.issues import Issue

ORIGIN = ("origin", "origin_date", "reference_date", "forecast_date", "round_id")
FORM = Form(
    "hubverse",
    "value",
    {
        "target": ("target",),
        "place": ("place_id", "location", "place", "country"),
        "horizon": ("horizon",),
        "output_type": ("output_type",),
        "output_type_id": ("output_type_id",),
        "value": ("value",),
    },
    {"origin": ORIGIN, "model_id": ("model_id",)},
    ("place_name", "location_name", "unit", "target_end_date"),
)


def read(path: Path, meta: Metadata) -> Claims:
    """Return the rows of the file as claims; the origin comes from its column, else from the metadata."""
    claims = with_origin(read_table(path, FORM), meta)
    if "model_id" in claims.frame.columns and meta.team_abbr and meta.model_abbr:
        # A form of last year with the name of another model is the commonest slip: two models would become one.
        other = claims.frame.filter(pl.col("model_id") != meta.model_id)
        if len(other):
            said = f"{len(other):,} rows are of another model than the metadata's {meta.model_id}"
            claims.issues.append(Issue("model", said, other["_row"][0], "model_id", other["model_id"][0]))
    return claims


def with_origin(claims: Claims, meta: Metadata) -> Claims:
    """Give every row the metadata's origin where the file has no column of it; a finding when neither says one."""
    if "origin" in claims.frame.columns or not claims.frame.width > 1:
        return claims
    if meta.origin:
        claims.frame = claims.frame.with_columns(origin=pl.lit(meta.origin))
        return claims
    said = "there is no column origin, and the metadata name none"
    claims.issues.append(Issue("columns", said, None, "origin", None, "file"))
    return claims
