"""Years with a coup or an attempt, as place and year."""

from __future__ import annotations

import polars as pl

from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.fields import Fields, by_cow, by_gw

FIRST = 1950
CITE = "Powell and Thyne 2011, updated"


UNREAD = ("country", "pt_*", "years_since_last_pt_*")
"""Columns that are declared and not read."""


def read(fields: Fields, name: str) -> Reading:
    """Return ``coups``: place_id, year, cite; one row a place and year with at least one attempt."""
    year = fields.year("year", earliest=1900)
    if fields.raw.shape_id == "powell_thyne":
        place = fields.place("gwcode", by_gw, year)
        count = fields.number("pt_attempt_num")
    else:
        place = fields.place("ccode", by_cow, year)
        count = fields.number("cou.any", low=0, high=1)
    fields.skip(*UNREAD)
    frame = fields.keep(pl.DataFrame({"place_id": place, "year": year, "count": count}))
    # Before 1950 one shape lists coups from another compiler: left out, or the years would not be comparable.
    table = (
        frame.filter(pl.col("count") > 0, pl.col("year") >= FIRST)
        .select("place_id", "year")
        .unique()
        .with_columns(cite=pl.lit(CITE))
    )
    return Reading({"coups": table.sort("place_id", "year")})
