"""Invented reports of invented events, for tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import strategies as st

from tocsin.core.context import Context
from tocsin.evidence.events.schema import EVENTS
from tocsin.evidence.events.take import Taken, take

FASHER: dict[str, Any] = {
    "place_id": "SDN",
    "date_start": date(2024, 5, 3),
    "date_precision": "day",
    "latitude": 13.63,
    "longitude": 25.35,
    "geo_precision": "point",
    "where_text": "El Fasher town",
    "kind": "one_sided",
    "actor_a": "RSF",
    "actor_b": "Civilians",
    "deaths_best": 12,
    "title": "Shelling of a market",
}


def row(source_id: str, event_id: str = "1", **changed: Any) -> dict[str, Any]:
    """Return one report in the columns of EVENTS; absent ones are null."""
    told = {**dict.fromkeys(EVENTS), **FASHER, "release": "r1", **changed}
    return told | {"source_id": source_id, "event_id": event_id}


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    """Return reports as a reader gives them."""
    return pl.DataFrame(list(rows), schema_overrides=EVENTS)


def took(ctx: Context, *rows: dict[str, Any], release: str = "r1") -> Taken:
    """Take reports of one source into the store."""
    return take(ctx, table(*rows), source_id=rows[0]["source_id"], release=release, sha256="0" * 64)


@st.composite
def worlds(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to a dozen reports of few places and days, so that many are near one another."""
    found = []
    for n in range(draw(st.integers(2, 12))):
        placed = draw(st.booleans())
        found.append(
            row(
                draw(st.sampled_from("abc")),
                str(n),
                date_start=date(2024, 5, 1) + timedelta(days=draw(st.integers(0, 9))),
                date_precision=draw(st.sampled_from(["day", "week", "month"])),
                latitude=13.6 + draw(st.integers(0, 8)) / 20 if placed else None,
                longitude=25.3 + draw(st.integers(0, 4)) / 5 if placed else None,
                geo_precision=draw(st.sampled_from(["point", "near", "admin2", "country"])),
                where_text=draw(st.sampled_from(["El Fasher", "الفاشر", "Kutum", None])),
                kind=draw(st.sampled_from(["one_sided", "state_based", None])),
                deaths_best=draw(st.sampled_from([None, 0, 5, 12, 70])),
                actor_a=draw(st.sampled_from(["RSF", "Government of Sudan", None])),
            )
        )
    return found
