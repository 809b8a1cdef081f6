"""Reports of ReliefWeb, a page of JSON at a time, to documents: what was published, where about, by whom, its address.

https://apidoc.reliefweb.int/result-structure and fields-tables. The text of a report is its publisher's and is not
asked for. A list of countries, sources, languages or formats comes as JSON text.
"""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import urlsplit

import polars as pl

from tocsin.catalog.geography import places
from tocsin.evidence.documents.schema import shaped
from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.fields import Fields

LONGEST = 1000
HOSTS = ("reliefweb.int", "www.reliefweb.int")


UNREAD = ("fields.date.changed", "fields.id", "fields.primary_country.*", "href", "score")
"""Columns that are declared and not read."""


def read(fields: Fields, name: str) -> Reading:
    """Return ``documents``: one row a report, the last of those that came twice."""
    report = fields.pop("id")
    fields.flag(report.is_null() | ~report.str.contains(r"^\d{1,12}$"), "id", report, "id", "a number is expected")
    title = fields.pop("fields.title")
    fields.flag(title.is_null(), "fields.title", title, "missing", "a value is required")
    created = fields.day("fields.date.created")
    url = fields.pop("fields.url")
    fields.flag(_elsewhere(url), "fields.url", url, "address", "not an address of ReliefWeb")
    original = _optional(fields, "fields.date.original").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    original = original.set(original > created, None)  # a day of publication after its own record is a slip
    frame = pl.DataFrame(
        {
            "source_id": pl.Series([fields.spec.id] * len(report), dtype=pl.String),
            "document_id": report,
            "published": original.fill_null(created),
            "places": _places(fields),
            "title": title.str.slice(0, LONGEST),
            "url": url,
            "publisher": _names(fields, "fields.source", ("shortname", "name")),
            "language": _names(fields, "fields.language", ("code",)),
            "kind": _names(fields, "fields.format", ("name",)),
        }
    )
    fields.skip(*UNREAD)
    kept = fields.keep(frame.with_columns(created=created))
    newest = kept["created"].max()  # the last report of the file was out on the day of its record
    documents = shaped(kept.drop("created").unique("document_id", keep="last"))
    return Reading({"documents": documents}, published=newest.isoformat() if isinstance(newest, date) else "")


def _optional(fields: Fields, column: str) -> pl.Series:
    """Take a column that no record may have."""
    if column in fields.raw.columns:
        return fields.pop(column)
    return pl.Series([None] * len(fields.rows), dtype=pl.String)


def _elsewhere(url: pl.Series) -> pl.Series:
    """Say where an address is none of ReliefWeb's: it is shown as a link, and a link must lead where it says."""
    bad = []
    for one in url:
        try:
            parts = urlsplit(one or "")
            bad.append(parts.scheme not in {"https", "http"} or parts.hostname not in HOSTS)
        except ValueError:  # brackets that hold no address
            bad.append(True)
    return pl.Series(bad, dtype=pl.Boolean)


def _lists(fields: Fields, column: str) -> list[list[dict[str, object]]]:
    """Return the objects of a column of JSON lists; what is no list of objects is quarantined."""
    raw = _optional(fields, column)
    found: list[list[dict[str, object]]] = []
    odd = []
    for text in raw:
        try:
            value = json.loads(text) if text else []
        except (ValueError, RecursionError):
            value = None
        good = isinstance(value, list) and all(isinstance(one, dict) for one in value)
        found.append(value if good and isinstance(value, list) else [])
        odd.append(not good)
    fields.flag(pl.Series(odd, dtype=pl.Boolean), column, raw, "list", "a list of objects is expected")
    return found


def _names(fields: Fields, column: str, keys: tuple[str, ...]) -> pl.Series:
    """Return the names in a list, joined: the first of the keys that an object has."""
    rows = []
    for objects in _lists(fields, column):
        names = [next((str(o[k]) for k in keys if o.get(k)), "") for o in objects]
        rows.append("; ".join(filter(None, names))[:LONGEST] or None)
    return pl.Series(rows, dtype=pl.String)


def _places(fields: Fields) -> pl.Series:
    """Return the places each report is about. ReliefWeb's ``World`` (wld) and unknown codes are none, and said."""
    known = {*places().by_id, *places().territories}
    rows, unknown = [], []
    for objects in _lists(fields, "fields.country"):
        codes = [str(o.get("iso3") or "").upper() for o in objects]
        rows.append(sorted({c for c in codes if c in known}))
        unknown.append(any(c not in known and c != "WLD" for c in codes))
    said = "about a place that is in no list here: shown without it"
    fields.note(pl.Series(unknown, dtype=pl.Boolean), "fields.country", "no-place", said)
    return pl.Series(rows, dtype=pl.List(pl.String))
