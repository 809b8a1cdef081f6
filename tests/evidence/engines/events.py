"""Events for tests, in the columns of the step, and the export files that would hold them. Every figure is invented."""

from __future__ import annotations

import polars as pl

from tocsin.evidence.engines.schema import MEDIA_EVENTS
from tocsin.evidence.sources import spec

PLAIN = {
    "feed": "export", "latitude": 1.0, "longitude": 2.0, "geo_type": 4, "event_code": "190", "quad_class": 4,
    "goldstein_tenths": -100, "root_event": True, "mentions": 1, "sources": 1, "articles": 1,
    "url": "https://news.example.invalid/1",
}  # fmt: skip


def frame(*rows: dict[str, object]) -> pl.DataFrame:
    """Return events in the columns of ``MEDIA_EVENTS``; what a row does not say is plain or absent."""
    whole = [{**dict.fromkeys(MEDIA_EVENTS), **PLAIN, "event_id": n, **r} for n, r in enumerate(rows, start=1)]
    return pl.DataFrame(whole, schema=MEDIA_EVENTS)


def line(ident: int, day: str, added: str, fips: str = "SU", **more: str) -> str:
    """Return one line of an export file."""
    columns = spec("gdelt").shapes["export"].columns
    row = {
        "GLOBALEVENTID": str(ident), "SQLDATE": day, "MonthYear": day[:6], "Year": day[:4], "IsRootEvent": "1",
        "EventCode": "190", "EventBaseCode": "190", "EventRootCode": "19", "QuadClass": "4", "GoldsteinScale": "-10.0",
        "NumMentions": "3", "NumSources": "1", "NumArticles": "3", "AvgTone": "-5.5", "ActionGeo_Type": "1",
        "ActionGeo_CountryCode": fips, "ActionGeo_Lat": "15", "ActionGeo_Long": "30", "DATEADDED": added,
        "SOURCEURL": "https://news.example.invalid/a", **more,
    }  # fmt: skip
    return "\t".join(row.get(c, "") for c in columns)


def export(*lines: str) -> bytes:
    """Return an export file of these lines."""
    return ("\n".join(lines) + "\n").encode()
