"""The Early Warning Project's files: its rolling forecasts (a row a country and target year), or one edition's list.

The publisher's figures are read where the user keeps them. The onset of either of the next two years is what the risk
is of; places go by Correlates of War number in the rolling file and by the publisher's name in the list.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tocsin.evidence.hub.claims import Claims
from tocsin.evidence.hub.metadata import Metadata
from tocsin.evidence.hub.readers.hubverse import with_origin
from tocsin.evidence.hub.readers.table import Form
from tocsin.evidence.hub.readers.table import read as read_table
from tocsin.evidence.sources.issues import Issue

ROLLING = Form(
    "ewp",
    "risk_prev",
    {"place": ("ccode",), "origin": ("prev_year",), "value": ("risk_prev",)},
    {},
    (
        "year", "ewp_name", "mk_onset", "two_years_prior", "rank_prev", "risk_two_years_prior",
        "rank_two_years_prior", "maxrisk2", "minrank2",
    ),
)  # fmt: skip
NO_FORECAST = ("", "NA")


def read(path: Path, meta: Metadata) -> Claims:
    """Return the two-year risks. Rows without one (the years before the first forecast) are no claims."""
    claims = read_table(path, ROLLING)
    codes = "cow"
    if any(i.column == "risk_prev" for i in claims.issues) and meta.origin:
        claims, codes = with_origin(read_table(path, _edition(meta.origin)), meta), "name"
    elif any(i.column == "risk_prev" for i in claims.issues):
        said = "for the list of one edition, name its base year in the metadata (origin)"
        claims.issues.append(Issue("columns", said, None, "origin", None, "file"))
    frame = claims.frame
    if "value" in frame.columns:
        frame = frame.filter(~pl.col("value").is_in(NO_FORECAST))
    constant = {"target": "mass_killing_onset", "horizon": "2", "output_type": "pmf", "output_type_id": "yes"}
    claims.frame = frame.with_columns(**{c: pl.lit(v) for c, v in constant.items()})
    claims.codes = codes
    return claims


def _edition(origin: str) -> Form:
    """Return the form of one edition's list: its columns carry the base year, which must be the one declared."""
    value = f"risk_1or2.from{origin}"
    needed = {"place": ("ewp_name",), "value": (value,)}
    return Form(f"ewp edition from {origin}", value, needed, {}, (f"risk_rank.from{origin}",))
