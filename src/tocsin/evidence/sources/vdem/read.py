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
ORDINAL_KILL = "v2clkill_ord"
"""Political killings as the coders' middle answer, 0 (systematic, approved by top leaders) to 4 (none)."""
INDICES = ["v2x_polyarchy", "v2x_libdem", "v2x_partipdem", "v2x_delibdem", "v2x_egaldem", "v2x_api", "v2x_mpi"]
FIRST = 1934


UNREAD = {
    "subset": (
        "country_name", "e_cow_*", "even_civilrights", "minorityrule", "partyban.new.*", "pol_killing_approved",
        "repress_civilsoc", "sftgcode", "social_inequality", "social_power_dist", "*_binary", "vdem_popsize*",
    ),
    "indices": (
        "GWn", "in_GW_system", "cown", "coding*", "gap*", "country_id", "extended_country_name", "hist*", "project",
        "vdem_*", "v2x_*_codehigh", "v2x_*_codelow", "v2x_*_sd",
    ),
    "dataset": ("country_id", "country_name", "historical_date"),
}  # fmt: skip
"""Columns of each shape that are declared and not read."""


def read(fields: Fields, name: str) -> Reading:
    """Return ``country_year`` rows from 1934, one indicator a V-Dem tag."""
    year = fields.year("year")
    if fields.raw.shape_id == "subset":
        place = fields.place("COWcode", by_cow, year)
        names = SERVED_AS
        ranges = {tag: RANGES.get(tag, (0, 4)) for tag in names}
    elif fields.raw.shape_id == "dataset":
        return _dataset(fields, year)
    else:
        place = fields.place("country_text_id", by_iso3, year)
        place = _czechoslovakia(place, year)
        names = {tag: tag for tag in INDICES}
        ranges = dict.fromkeys(INDICES, (0, 1))
    values = {tag: fields.number(column, low=ranges[tag][0], high=ranges[tag][1]) for tag, column in names.items()}
    fields.skip(*UNREAD[fields.raw.shape_id])
    frame = fields.keep(pl.DataFrame({"place_id": place, "year": year, **values})).filter(pl.col("year") >= FIRST)
    frame = frame.unique(subset=["place_id", "year"], keep="last", maintain_order=True)
    return Reading({"country_year": long(frame, list(names))})


def _dataset(fields: Fields, year: pl.Series) -> Reading:
    """Read V-Dem's own country-year file by its own tags; the one recode is made as its codebook lets.

    Codebook, v2clkill: answer 0 is "practiced systematically and typically incited and approved by top leaders".
    """
    place = _czechoslovakia(fields.place("country_text_id", by_iso3, year), year)
    there = fields.raw.columns
    wanted = [*(t for t in SERVED_AS if t != "v2clkill_approved"), *INDICES]
    ranges = {tag: RANGES.get(tag, (0, 1) if tag in INDICES else (0, 4)) for tag in wanted}
    values = {tag: fields.number(tag, low=ranges[tag][0], high=ranges[tag][1]) for tag in wanted if tag in there}
    if ORDINAL_KILL in there:
        answer = fields.number(ORDINAL_KILL, high=4)
        values["v2clkill_approved"] = pl.select(
            pl.when(answer.is_null()).then(None).otherwise((answer == 0).cast(pl.Float64))
        ).to_series()
    fields.skip(*UNREAD[fields.raw.shape_id])
    frame = fields.keep(pl.DataFrame({"place_id": place, "year": year, **values})).filter(pl.col("year") >= FIRST)
    frame = frame.unique(subset=["place_id", "year"], keep="last", maintain_order=True)
    return Reading({"country_year": long(frame, list(values))})


def _czechoslovakia(place: pl.Series, year: pl.Series) -> pl.Series:
    """Return Czechoslovakia for what V-Dem files under Czechia before 1993; the list of places keeps them apart."""
    return pl.Series(
        ["CSK" if p == "CZE" and y is not None and y < 1993 else p for p, y in zip(place, year, strict=True)],
        dtype=pl.String,
    )
