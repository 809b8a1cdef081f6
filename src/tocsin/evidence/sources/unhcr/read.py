"""Refugees, asylum seekers and internally displaced people by country and year, from origin-by-asylum stocks."""

from __future__ import annotations

import polars as pl

from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.common import LONG
from tocsin.evidence.sources.fields import Fields, by_iso3

SUMS = {
    "refugees_from": ("origin", "refugees"),
    "asylum_seekers_from": ("origin", "asylum_seekers"),
    "refugees_in": ("asylum", "refugees"),
    "idps": ("asylum", "idps"),
}
"""Our indicator to (side whose country it belongs to, column summed)."""
IDPS_COUNTED_FROM = 2009
"""Before it a zero of the displaced stands for nobody having counted; what people are shown has a gap there."""


UNREAD = ("coa", "coa_id", "coa_name", "coo", "coo_id", "coo_name")
"""Columns that are declared and not read."""


def read(fields: Fields, name: str) -> Reading:
    """Return ``country_year`` rows by the ISO3 columns: UNHCR's own codes mean other countries (AUS is Austria)."""
    year = fields.year("year", earliest=1951)
    origin = fields.place("coo_iso", by_iso3, year)
    asylum = fields.place("coa_iso", by_iso3, year)
    if fields.raw.shape_id.startswith("idmc"):
        sums = {"idps_idmc": ("asylum", "total")}
        columns = ["total"]
    else:
        sums = SUMS
        columns = [
            "refugees",
            "asylum_seekers",
            "returned_refugees",
            "idps",
            "returned_idps",
            "stateless",
            "ooc",
            "oip",
            "hst",
        ]
    values = {c: fields.number(c) for c in columns}
    if "idps" in values:
        fields.note(
            (values["idps"] == 0) & (year < IDPS_COUNTED_FROM) & asylum.is_not_null(), "idps", "not-counted",
            f"zero internally displaced before {IDPS_COUNTED_FROM}, where UNHCR counted only those of its concern",
        )  # fmt: skip
    fields.skip(*UNREAD)
    frame = fields.keep(pl.DataFrame({"year": year, "origin": origin, "asylum": asylum, **values}))
    tables = []
    for indicator, (side, column) in sums.items():
        known = frame.filter(pl.col(side).is_not_null(), pl.col(column).is_not_null())
        total = known.group_by(pl.col(side).alias("place_id"), "year").agg(pl.col(column).sum().alias("value"))
        tables.append(
            total.with_columns(indicator=pl.lit(indicator)).select([pl.col(c).cast(t) for c, t in LONG.items()])
        )
    return Reading({"country_year": pl.concat(tables).sort("indicator", "place_id", "year")})
