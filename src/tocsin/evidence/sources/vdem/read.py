"""V-Dem country-years under V-Dem's own tags, from the subset file or from the file of main indices."""

from __future__ import annotations

import polars as pl

from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.common import long
from tocsin.evidence.sources.fields import Fields, by_cow, by_iso3

SERVED_AS = {
    "v2csreprss_ord": "v2csreprss_ord",
    "v2pepwrsoc_ord": "v2pepwrsoc_ord",
    "v2csgender_ord": "v2csgender_ord",
    "v2mecenefm_ord": "v2mecenefm_ord",
    "v2psparban_ord": "partyban",
    "v2jureform_ord": "judicialreform",
    "v2clrelig_ord": "religiousfreedom",
    "v2xcl_disc": "freediscussion",
    "v2pepwrses": "ses_power_dist",
    "v2clkill_approved": "pol_killing_approved",
}
"""V-Dem tag (or, for the one recode, the tag and what its codebook says) to the column of the subset file."""
RANGES = {"v2xcl_disc": (0, 1), "v2pepwrses": (-5, 5), "v2jureform_ord": (0, 2), "v2clkill_approved": (0, 1)}
INDICES = ["v2x_polyarchy", "v2x_libdem", "v2x_partipdem", "v2x_delibdem", "v2x_egaldem", "v2x_api", "v2x_mpi"]
FIRST = 1934


def read(fields: Fields, name: str) -> Reading:
    """Return ``country_year`` rows from 1934, one indicator a V-Dem tag."""
    year = fields.year("year")
    if fields.raw.shape_id == "subset":
        place = fields.place("COWcode", by_cow, year)
        names = SERVED_AS
        ranges = {tag: RANGES.get(tag, (0, 4)) for tag in names}
    else:
        place = fields.place("country_text_id", by_iso3, year)
        place = _czechoslovakia(place, year)
        names = {tag: tag for tag in INDICES}
        ranges = dict.fromkeys(INDICES, (0, 1))
    values = {tag: fields.number(column, low=ranges[tag][0], high=ranges[tag][1]) for tag, column in names.items()}
    fields.skip()
    frame = fields.keep(pl.DataFrame({"place_id": place, "year": year, **values})).filter(pl.col("year") >= FIRST)
    frame = frame.unique(subset=["place_id", "year"], keep="last", maintain_order=True)
    return Reading({"country_year": long(frame, list(names))})


def _czechoslovakia(place: pl.Series, year: pl.Series) -> pl.Series:
    """Return Czechoslovakia for what V-Dem files under Czechia before 1993; the list of places keeps them apart."""
    return pl.Series(
        ["CSK" if p == "CZE" and y is not None and y < 1993 else p for p, y in zip(place, year, strict=True)],
        dtype=pl.String,
    )
