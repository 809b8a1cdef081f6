"""Forecasts by people: one row a person and question. A pseudonym or an office stands for the person, never a name."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tocsin.catalog.outcomes import outcomes
from tocsin.evidence.hub.claims import Claims
from tocsin.evidence.hub.metadata import Metadata
from tocsin.evidence.hub.readers.hubverse import ORIGIN, with_origin
from tocsin.evidence.hub.readers.table import Form
from tocsin.evidence.hub.readers.table import read as read_table
from tocsin.evidence.sources.issues import Issue

FORM = Form(
    "human",
    "probability",
    {
        "forecaster": ("forecaster", "person", "office"),
        "place": ("place_id", "place", "location", "country"),
        "target": ("target",),
        "value": ("probability",),
        "made_at": ("made_at",),
    },
    {"origin": ORIGIN, "horizon": ("horizon",)},
    ("place_name",),
)
PSEUDONYM = r"^[A-Za-z0-9][A-Za-z0-9_ .-]{0,39}$"


def read(path: Path, meta: Metadata) -> Claims:
    """Return each row as the probability one person gives; a horizon left out is the target's only one."""
    claims = with_origin(read_table(path, FORM), meta)
    frame = claims.frame
    if "forecaster" in frame.columns:
        wrong = frame.filter(~pl.col("forecaster").str.contains(PSEUDONYM))
        claims.issues += [
            Issue("forecaster", "write a pseudonym or an office of up to 40 plain characters, no address", row,
                  claims.called("forecaster"), said or None)
            for row, said in wrong.select("_row", "forecaster").iter_rows()
        ]  # fmt: skip
    if "horizon" not in frame.columns and "target" in frame.columns:
        only = {t: str(o.target.horizons[0]) for t, o in outcomes().items() if len(o.target.horizons) == 1}
        frame = frame.with_columns(horizon=pl.col("target").replace_strict(only, default="", return_dtype=pl.String))
    claims.frame = frame.with_columns(output_type=pl.lit("pmf"), output_type_id=pl.lit("yes"))
    return claims
