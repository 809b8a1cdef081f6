"""The published list of one edition as forecasts of the hub: a risk a country, origin from the names of its columns.

Columns are those of ``forecasts3Sep2025.csv`` in the project's repository of 2025: ``ewp_name``,
``risk_1or2.from2024``, ``risk_rank.from2024``. Their year is the base year: the last with data, and so the origin.
"""

from __future__ import annotations

import re

import polars as pl

from tocsin.catalog.geography import places
from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.fields import Fields
from tocsin.evidence.sources.issues import FileRefused
from tocsin.evidence.sources.raw import RawTable

RISK = re.compile(r"^risk_1or2\.from(\d{4})$")
RANK = re.compile(r"^risk_rank\.from\d{4}$")


def mend(raw: RawTable) -> RawTable:
    """Give the two columns that carry the base year plain names, and the year a column. Raises FileRefused."""
    years = [m[1] for c in raw.frame.columns if (m := RISK.match(c))]
    if len(years) != 1:
        raise FileRefused("columns", "one column risk_1or2.fromYEAR is expected", column="risk_1or2.from2024")
    names = {c: "risk" if RISK.match(c) else "rank" for c in raw.frame.columns if RISK.match(c) or RANK.match(c)}
    raw.names = {plain: own for own, plain in names.items()}
    raw.frame = raw.frame.rename(names).with_columns(base_year=pl.lit(years[0]))
    return raw


UNREAD = ("_empty0", "rank")
"""Columns that are declared and not read."""


def read(fields: Fields, name: str) -> Reading:
    """Return ``forecasts``: one probability a country, of an onset within two years of the base year."""
    base = fields.number("base_year", required=True, low=1990, high=fields.now.year - 1)
    place = fields.place("ewp_name", lambda text, _: places().from_name(text))
    value = fields.number("risk", required=True, high=1)
    twice = place.is_duplicated() & place.is_not_null()
    fields.flag(twice, "ewp_name", place, "duplicate", "this country stands in the list twice")
    fields.skip(*UNREAD)
    frame = pl.DataFrame({"place_id": place, "origin": base.cast(pl.Int32).cast(pl.String), "value": value})
    rows = fields.keep(frame).with_columns(
        target=pl.lit("mass_killing_onset"),
        horizon=pl.lit(2, dtype=pl.Int32),
        output_type=pl.lit("pmf"),
        output_type_id=pl.lit("yes"),
    )
    columns = ("origin", "target", "place_id", "horizon", "output_type", "output_type_id", "value")
    reading = Reading({"forecasts": rows.select(columns).sort("place_id")})
    reading.release = name.rpartition(".")[0] or name
    return reading
