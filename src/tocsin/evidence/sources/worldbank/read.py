"""World Development Indicators: long with several indicators, wide with one as the bank's bulk files, or by its API.

The records of the interface (``indicator.id``, ``countryiso3code``, ``date``, ``value``) are those of the Indicators
API, version 2: https://datahelpdesk.worldbank.org/knowledgebase/articles/898581 and articles/1886674; the latter has
"the date (YYYY-mm-dd) of the source's most recent update", ``lastupdated``: the day these figures came out.
"""

from __future__ import annotations

import re

import polars as pl

from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.common import LONG, long
from tocsin.evidence.sources.fields import YEAR, Fields, by_iso3
from tocsin.evidence.sources.issues import FileRefused, Issue
from tocsin.evidence.sources.tabular import ROW, RawTable

LONG_COLUMNS = {
    "NY.GDP.PCAP.KD": ("wdi.gdppc.new", 0, 1e7),
    "NY.GDP.PCAP.KD.ZG": ("wdi.gdppcgrow.new", -100, 1000),
    "SP.POP.TOTL": ("wdi.popsize.new", 0, 2e10),
    "SP.DYN.IMRT.IN": ("wdi.imrate.new", 0, 1000),
    "NE.TRD.GNFS.ZS": ("wdi.trade.new", 0, 2000),
}
"""World Bank series code to (column of the long file, lowest, highest possible value)."""
SERIES = tuple(LONG_COLUMNS)
"""The series that are asked for."""
MAY_BE_NEGATIVE = {"NY.GDP.PCAP.KD.ZG", "NY.GDP.MKTP.KD.ZG"}


def read(fields: Fields, name: str) -> Reading:
    """Return ``country_year`` rows, one indicator a World Bank series code; aggregates are counted, not kept."""
    return {"long": _long, "bulk": _wide, "interface": _interface}[fields.raw.shape_id](fields)


def mend(raw: RawTable) -> RawTable:
    """Rejoin names that a re-save with semicolons split at their comma (``Bahamas; The``), where nothing is ambiguous.

    Such a record is shifted to the right into columns that are empty everywhere else. It is shifted back only when the
    shifted value is a three-letter code and the columns it ran into hold nothing more.
    """
    if raw.shape_id != "bulk" or not {"Country Name", "Country Code"} <= set(raw.columns):
        return raw  # a column that is not there is refused by name
    columns = raw.columns
    spare = [c for c in columns if c.startswith("_empty")]
    name, code = columns.index("Country Name"), columns.index("Country Code")
    mended, rows = 0, []
    for record in raw.frame.select(columns).iter_rows():
        values = list(record)
        shift = next((k for k in range(len(spare) + 1) if re.fullmatch("[A-Z]{3}", values[code + k] or "")), 0)
        if shift and code == name + 1:
            joined = ", ".join(v.strip() for v in values[name : code + shift])
            values = [*values[:name], joined, *values[code + shift :], *[""] * shift]
            mended += 1
        rows.append(values)
    if not mended:
        return raw
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    spent = [c for c in spare if not (frame[c].str.strip_chars() != "").any()]
    raw.frame = frame.drop(spent).with_columns(raw.frame[ROW])
    message = f"{mended} names had been split at their comma by a re-save; rejoined"
    raw.issues.append(Issue("mended", message, None, "Country Name", None, "warn"))
    return raw


def _long(fields: Fields) -> Reading:
    """Read one row a country and year. ``iso2c`` NA is Namibia; codes are taken from ``iso3c``."""
    year = fields.year("year", earliest=1950)
    place = _place(fields, "iso3c")
    values = {code: fields.number(column, low=low, high=high) for code, (column, low, high) in LONG_COLUMNS.items()}
    _once(fields, place, year, "iso3c")
    fields.skip("ccode", "iso2c", "wdi.exports.new", "wdi.imports.new")
    frame = fields.keep(pl.DataFrame({"place_id": place, "year": year, **values}))
    return Reading({"country_year": long(frame, list(values))})


def _wide(fields: Fields) -> Reading:
    """Read one row a country and a column a year: the bulk file, with or without its preamble."""
    place = _place(fields, "Country Code")
    code = fields.pop("Indicator Code")
    fields.flag(code.is_null(), "Indicator Code", code, "missing", "a value is required")
    low = None if set(code.drop_nulls()) & MAY_BE_NEGATIVE else 0
    years = [c for c in fields.raw.columns if YEAR.match(c)]
    if not years:
        raise FileRefused("columns", "no column is a year", column="1960")
    future = [y for y in years if int(y) > fields.now.year]
    if future:
        raise FileRefused("future", f"column {future[0]} is after the present year {fields.now.year}", column=future[0])
    values = {y: fields.number(y, low=low) for y in years}
    _once(fields, place, code, "Country Code")
    fields.skip("Indicator Name")
    frame = fields.keep(pl.DataFrame({"place_id": place, "indicator": code, **values}))
    table = (
        frame.unpivot(years, index=["place_id", "indicator"], variable_name="year", value_name="value")
        .filter(pl.col("value").is_not_null(), pl.col("place_id").is_not_null())
        .select([pl.col(c).cast(t) for c, t in LONG.items()])
        .sort("indicator", "place_id", "year")
    )
    return Reading({"country_year": table})


def _interface(fields: Fields) -> Reading:
    """Read one record a series, country and year; a year without a figure is a record with a null."""
    code = fields.pop("indicator.id")
    fields.flag(~code.is_in(list(LONG_COLUMNS)).fill_null(False), "indicator.id", code, "unknown-series", "is not read")
    year = fields.year("date", earliest=1950)
    place = _place(fields, "countryiso3code")
    low = None if set(code.drop_nulls()) & MAY_BE_NEGATIVE else 0
    high = max((LONG_COLUMNS[c][2] for c in set(code.drop_nulls()) if c in LONG_COLUMNS), default=None)
    value = fields.number("value", low=low, high=high)
    keys = pl.concat_str([code.fill_null(""), year.cast(pl.String).fill_null("")], separator=" ")
    _once(fields, place, pl.select(keys).to_series(), "countryiso3code")
    fields.skip("country.id", "decimal", "indicator.value", "obs_status", "scale", "unit")
    frame = fields.keep(pl.DataFrame({"place_id": place, "year": year, "indicator": code, "value": value}))
    known = frame.filter(pl.col("value").is_not_null(), pl.col("place_id").is_not_null())
    rows = known.select([pl.col(c).cast(t) for c, t in LONG.items()]).sort("indicator", "place_id", "year")
    return Reading({"country_year": rows})


NAMED = {"iso3c": "country", "Country Code": "Country Name", "countryiso3code": "country.value"}
"""The column of names beside each column of codes."""


def _place(fields: Fields, column: str) -> pl.Series:
    """Turn ISO3 codes into places. An empty code is an aggregate when its name is a listed one."""
    code = fields.text(column)
    names = fields.text(NAMED[column])
    listed = pl.Series(
        [n if not c and n in fields.spec.non_places else c for c, n in zip(code, names, strict=True)], dtype=pl.String
    )
    place = fields.place(column, by_iso3, values=listed)
    aggregates = int(listed.is_in(list(fields.spec.non_places)).sum())
    if aggregates:
        message = f"{aggregates:,} rows are regions, income groups or territories: known, and not states"
        fields.issues.append(Issue("non-place", message, None, column, None, "note"))
    return place


def _once(fields: Fields, place: pl.Series, key: pl.Series, column: str) -> None:
    """Quarantine rows of one place that stand twice for the same year or series."""
    twice = pl.DataFrame({"p": place, "k": key}).is_duplicated() & place.is_not_null()
    fields.flag(twice, column, place, "duplicate", "this place stands in the file twice for the same key")
