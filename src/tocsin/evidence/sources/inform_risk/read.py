"""INFORM Risk: the index and its three dimensions over the years, or every indicator of the latest edition.

The trends are what the interface of the European Commission's Joint Research Centre answers
(``countries/trends/?WorkflowId=0``: a list of records with IndicatorId, FullName, Iso3, GNAYear, IndicatorScore), read
from the collector that copies it to the Humanitarian Data Exchange (github.com/OCHA-DAP/hdx-scraper-inform,
pipeline.py and its recorded answer); the same collector's two tables are read as files.
"""

from __future__ import annotations

import re

import polars as pl

from tocsin.evidence.indicators.popping import by_iso3
from tocsin.evidence.indicators.schema import table
from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.fields import Fields
from tocsin.evidence.sources.issues import Issue

SCALE = "0 to 10"
NO_YEAR = "0"


UNREAD = ("CountryName", "MethodologyId", "ParentLevel", "Ranking", "ShortDescription", "StepNumber", "WorkflowId")
"""Columns that are declared and not read."""


def read(fields: Fields, name: str) -> Reading:
    """Return ``indicators``: from the trends one a dimension and year, from the latest edition one an indicator."""
    return _latest(fields) if fields.raw.shape_id == "latest" else _trends(fields)


def _trends(fields: Fields) -> Reading:
    """Read the four main figures by year. The publisher works past years out anew with each edition, and says so."""
    place = fields.place("Iso3", by_iso3)
    year = _year(fields, "GNAYear")
    indicator, label = fields.pop("IndicatorId"), fields.pop("FullName")
    value = fields.number("IndicatorScore", required=True, high=10)
    fields.flag(indicator.is_null(), "IndicatorId", indicator, "missing", "a value is required")
    keys = pl.DataFrame({"p": place, "y": year, "i": indicator})
    fields.flag(
        keys.is_duplicated() & place.is_not_null() & year.is_not_null(),
        "Iso3", place, "duplicate", "this place stands in the file twice for the same year and indicator",
    )  # fmt: skip
    fields.skip(*UNREAD)
    frame = pl.DataFrame({"place_id": place, "period": year, "indicator": indicator, "label": label, "value": value})
    rows = fields.keep(frame).filter(pl.col("period").is_not_null())
    return Reading({"indicators": table(rows.with_columns(unit=pl.lit(SCALE), status=pl.lit("worked out anew")))})


def _latest(fields: Fields) -> Reading:
    """Read the latest edition's indicators. The table has their names and not their codes, and some have no name.

    A name that stands more than once for a place, year and unit could mean any of several figures: all of them are left
    out, and so are the rows without a name; how many is said.
    """
    place = fields.place("Iso3", by_iso3)
    year = _year(fields, "ValidityYear")
    label, unit = fields.pop("IndicatorName"), fields.pop("Unit").fill_null("")
    value = fields.number("IndicatorScore", low=None)
    fields.skip(*UNREAD)
    frame = fields.keep(pl.DataFrame({"place_id": place, "period": year, "label": label, "unit": unit, "value": value}))
    named = frame.filter(pl.col("label").is_not_null())
    clear = named.filter(pl.struct("place_id", "period", "label", "unit").is_unique())
    for left, why in (
        (frame.height - named.height, "without a name"),
        (named.height - clear.height, "whose name, year and unit stand more than once for the place"),
    ):
        if left:
            said = f"{left:,} rows {why}: which figure each is cannot be told, and they are left out"
            fields.issues.append(Issue("unnamed", said, None, "IndicatorName", None, "note"))
    words = pl.concat_str("label", pl.lit(" "), "unit")  # one name stands with two units
    rows = clear.filter(pl.col("period").is_not_null()).with_columns(
        indicator=words.map_elements(_code, return_dtype=pl.String)
    )
    return Reading({"indicators": table(rows)})


def _year(fields: Fields, column: str) -> pl.Series:
    """Take the year a figure is valid for, as text. An edition is of the year after it; 0 stands for none."""
    raw = fields.pop(column)
    none = raw.is_null() | (raw == NO_YEAR)
    value = raw.cast(pl.Int32, strict=False)
    wrong = ~none & ~value.is_between(2000, fields.now.year + 1).fill_null(False)
    fields.flag(wrong, column, raw, "not-a-year", f"a year from 2000 to {fields.now.year + 1} is expected")
    if none.sum():
        said = f"{int(none.sum()):,} rows have no year: left out"
        fields.issues.append(Issue("no-year", said, None, column, None, "note"))
    return pl.select(pl.when(none | wrong).then(None).otherwise(value.cast(pl.String))).to_series()


def _code(label: str) -> str:
    """Return a name as a code: small letters and single underscores."""
    return re.sub(r"[^a-z0-9]+", "_", label.casefold()).strip("_")
