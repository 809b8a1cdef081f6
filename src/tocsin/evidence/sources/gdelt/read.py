"""Events of GDELT to our columns: what the news reported, where, when, and of which kind.

Columns: "The GDELT Event Database Data Format Codebook V2.0" (19 February 2015) and the publisher's own table of column
labels (GDELT_2.0_Events_Column_Labels_Header_Row_Sep2016), read in the copy that gdeltPyR carries. The export has no
header and no quoting. Where an event is, is where the action was (``ActionGeo``), not where the actors come from.

No column of GDELT counts deaths, and none of ours may: an event is a report.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

import polars as pl

from tocsin.evidence.engines.schema import MEDIA_EVENTS
from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.fields import Fields

EARLIEST = 1900
MOST_ID = 10**15
"""Beyond it two numbers of events could not be told apart on the way; GDELT's have ten digits."""
QUAD_OF_ROOT = {**dict.fromkeys(range(1, 6), 1), **dict.fromkeys(range(6, 10), 2)}
QUAD_OF_ROOT |= {**dict.fromkeys(range(10, 15), 3), **dict.fromkeys(range(15, 21), 4)}
"""The quad class of each CAMEO root, as every row of the publisher's samples has it."""


UNREAD = (
    "CAMEOCodeDescription", "FractionDate", "ActionGeo_ADM2Code", "ActionGeo_FeatureID", "ActionGeo_FullName",
    "Actor1CountryCode", "Actor1EthnicCode", "Actor1Geo_*", "Actor1KnownGroupCode", "Actor1Name",
    "Actor1Religion?Code", "Actor1Type?Code", "Actor2CountryCode", "Actor2EthnicCode", "Actor2Geo_*",
    "Actor2KnownGroupCode", "Actor2Name", "Actor2Religion?Code", "Actor2Type?Code",
)  # fmt: skip
"""Columns that are declared and not read."""


@cache
def places_of_fips() -> dict[str, str | None]:
    """Return FIPS 10-4 codes to place_id (``fips.csv``); None for a code that is no place in Tocsin's list."""
    text = (files(__package__) / "fips.csv").read_text(encoding="utf-8")
    return {row["fips"]: row["place_id"] or None for row in csv.DictReader(text.splitlines())}


def read(fields: Fields, name: str) -> Reading:
    """Return ``media_events`` in the columns of ``MEDIA_EVENTS``."""
    ident = _whole(fields, "GLOBALEVENTID", low=1, high=MOST_ID, required=True)
    fields.flag(ident.is_duplicated(), "GLOBALEVENTID", ident.cast(pl.String), "duplicate", "this event stands twice")
    day, date = _date(fields)
    added = _added(fields, date)
    code, quad, scale = _kind(fields)
    place, fips = _place(fields)
    columns = {
        "event_id": ident,
        "feed": pl.Series([_feed(fields, name)] * len(ident), dtype=pl.String),
        "date": day,
        "month": date.dt.year().cast(pl.Int32) * 12 + date.dt.month() - 1,
        "place_id": place,
        "country_code": fips,
        "admin1_code": fields.pop("ActionGeo_ADM1Code"),
        "latitude": fields.number("ActionGeo_Lat", low=-90, high=90),
        "longitude": fields.number("ActionGeo_Long", low=-180, high=180),
        "geo_type": _whole(fields, "ActionGeo_Type", high=5),
        "event_code": code,
        "quad_class": quad,
        "goldstein_tenths": scale,
        "root_event": _whole(fields, "IsRootEvent", high=1, required=True) == 1,
        "mentions": _whole(fields, "NumMentions", required=True, high=10_000_000),
        "sources": _whole(fields, "NumSources", required=True, high=10_000_000),
        "articles": _whole(fields, "NumArticles", required=True, high=10_000_000),
        "actor1_code": fields.pop("Actor1Code"),
        "actor2_code": fields.pop("Actor2Code"),
        "added": added,
        "url": fields.pop("SOURCEURL"),
    }
    fields.number("AvgTone", low=-100, high=100)
    fields.skip(*UNREAD)
    frame = pl.DataFrame({c: columns[c].cast(t, strict=False) for c, t in MEDIA_EVENTS.items()})
    kept = fields.keep(frame)
    newest = str(kept["added"].max() or "")
    return Reading({"media_events": kept}, release=f"GDELT {newest}".strip())


def _whole(
    fields: Fields, column: str, *, low: float = 0, high: float | None = None, required: bool = False
) -> pl.Series:
    """Take a column of whole numbers (Int64)."""
    value = fields.number(column, required=required, low=low, high=high)
    fields.flag(value != value.floor(), column, value.cast(pl.String), "not-whole", "a whole number is expected")
    return value.cast(pl.Int64, strict=False)


def _date(fields: Fields) -> tuple[pl.Series, pl.Series]:
    """Return the day an event is dated, as YYYYMMDD and as a date, checked against the publisher's other two forms."""
    raw = fields.pop("SQLDATE").str.replace_all("-", "")
    date = raw.str.to_date("%Y%m%d", strict=False)
    date = date.set(raw.str.len_chars() != 8, None)
    fields.flag(date.is_null(), "SQLDATE", raw, "not-a-date", "a day as YYYYMMDD is expected")
    fields.flag(date.dt.year() < EARLIEST, "SQLDATE", raw, "too-early", f"before {EARLIEST}")
    fields.flag(date > fields.now.date(), "SQLDATE", raw, "future", f"after {fields.now.date()}")
    for column, length in (("MonthYear", 6), ("Year", 4)):
        other = fields.pop(column)
        differs = date.is_not_null() & (other.fill_null("") != raw.str.slice(0, length))
        fields.flag(differs, column, other, "date", "it is not of the day of the event")
    return raw.cast(pl.Int32, strict=False), date


def _added(fields: Fields, date: pl.Series) -> pl.Series:
    """Return when the publisher added an event, as YYYYMMDDHHMMSS (version 1 knows the day alone)."""
    raw = fields.pop("DATEADDED")
    text = pl.select(pl.when(raw.str.len_chars() == 8).then(raw + "000000").otherwise(raw)).to_series()
    moment = text.str.to_datetime("%Y%m%d%H%M%S", strict=False)
    moment = moment.set(text.str.len_chars() != 14, None)
    fields.flag(moment.is_null(), "DATEADDED", raw, "not-a-date", "a moment as YYYYMMDDHHMMSS is expected")
    now = fields.now.replace(tzinfo=None)
    fields.flag(moment > now, "DATEADDED", raw, "future", f"after {now:%Y-%m-%d %H:%M} UTC")
    fields.flag(moment.dt.date() < date, "DATEADDED", raw, "order", "the event is dated after it was added")
    return text.cast(pl.Int64, strict=False)


def _kind(fields: Fields) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Return CAMEO code, quad class and Goldstein's scale times ten."""
    code = fields.pop("EventCode")
    fields.flag(~code.str.contains(r"^[0-9]{2,4}[A-Z]?$").fill_null(False), "EventCode", code, "code", "no CAMEO code")
    for column in ("EventBaseCode", "EventRootCode"):
        part = fields.pop(column)
        both = pl.DataFrame({"code": code, "part": part})
        differs = both.select(~pl.col("code").str.starts_with(pl.col("part").fill_null("?"))).to_series()
        fields.flag(differs, column, part, "code", "it is not the beginning of the code of the event")
    quad = _whole(fields, "QuadClass", low=1, high=4, required=True)
    expected = code.str.slice(0, 2).cast(pl.Int64, strict=False).replace_strict(QUAD_OF_ROOT, default=None)
    fields.note(quad != expected, "QuadClass", "quad-class", "the quad class is not the one usual for the code")
    scale = fields.number("GoldsteinScale", low=-10, high=10)
    tenths = (scale * 10).round()
    fields.flag(
        (tenths / 10 - scale).abs() > 1e-6, "GoldsteinScale", scale.cast(pl.String), "scale", "not a step of the scale"
    )
    return code, quad, tenths.cast(pl.Int64, strict=False)


def _place(fields: Fields) -> tuple[pl.Series, pl.Series]:
    """Return place_id and the code itself; a code that is in no list is quarantined, no code at all is no place."""
    fips = fields.pop("ActionGeo_CountryCode")
    known = places_of_fips()
    unknown = fips.is_not_null() & ~fips.is_in(list(known)).fill_null(False)
    fields.flag(unknown, "ActionGeo_CountryCode", fips, "unknown-place", "not a code of FIPS 10-4")
    return fips.replace_strict(known, default=None, return_dtype=pl.String), fips


def _feed(fields: Fields, name: str) -> str:
    """Return which feed a file is of: each has moments of its own."""
    if fields.raw.shape_id.endswith("_v1"):
        return "daily"
    return "translation" if re.search(r"trans", name, re.IGNORECASE) else "export"
