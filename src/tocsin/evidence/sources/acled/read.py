"""Events of ACLED, one row an event as it stands now, to reports of events in our columns.

Codebook: https://acleddata.com/ (ACLED Codebook). ``fatalities`` is one reported number: 0 may be none or none known,
and it is passed on as it stands. Which kind an event is, is our nearest word; ACLED's own two stand in the title.
"""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from tocsin.catalog.geography import places
from tocsin.evidence.events.schema import ACLED_DATES, ACLED_WHERE, WITHDRAWALS, shaped
from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.fields import Fields, by_name

STATE = "state forces"
RELEASE = "living dataset"
"""Events are revised in place: a later row of an event takes the place of the earlier one."""
FIRST_DELETED = 946_684_800
"""The first second of 2000: no list of deleted events is older, and a smaller number is no Unix time."""


UNREAD = (
    "admin2", "admin3", "assoc_actor_*", "disorder_type", "interaction", "notes", "population_*", "region",
    "source_scale", "tags",
)  # fmt: skip
"""Columns that are declared and not read."""


def read(fields: Fields, name: str) -> Reading:
    """Return ``events``: one row an event, the last of those that came twice; or ``withdrawals`` of a list of them."""
    if fields.raw.shape_id == "deleted":
        return _withdrawn(fields)
    event = fields.pop("event_id_cnty")
    fields.flag(event.is_null(), "event_id_cnty", event, "missing", "a value is required")
    day = fields.day("event_date")
    year = fields.number("year", required=True, low=1990)
    fields.flag(day.dt.year() != year, "year", year.cast(pl.String), "year", "another year than the event's date")
    deaths = fields.number("fatalities", required=True, high=1_000_000)
    fields.flag(deaths != deaths.floor(), "fatalities", deaths.cast(pl.String), "not-whole", "deaths are whole numbers")
    latitude = fields.number("latitude", low=-90, high=90)
    longitude = fields.number("longitude", low=-180, high=180)
    dated = fields.number("time_precision", low=1, high=3).cast(pl.Int64, strict=False)
    placed = fields.number("geo_precision", low=1, high=3).cast(pl.Int64, strict=False)
    kind, event_type = _kinds(fields)
    changed = fields.number("timestamp").fill_null(0)
    frame = pl.DataFrame(
        {
            "source_id": pl.Series([fields.spec.id] * len(event), dtype=pl.String),
            "event_id": event,
            "release": pl.Series([RELEASE] * len(event), dtype=pl.String),
            "place_id": _places(fields),
            "date_start": day,
            "date_precision": dated.replace_strict(ACLED_DATES, default=None, return_dtype=pl.String),
            "latitude": latitude,
            "longitude": longitude,
            "geo_precision": placed.replace_strict(ACLED_WHERE, default=None, return_dtype=pl.String),
            "admin1": fields.pop("admin1"),
            "where_text": fields.pop("location"),
            "kind": kind,
            "actor_a": fields.pop("actor1"),
            "actor_b": fields.pop("actor2"),
            "deaths_best": deaths.cast(pl.Int64, strict=False),
            "title": fields.pop("sub_event_type") + pl.Series([" ("]) + event_type + pl.Series([")"]),
            "said_by": fields.pop("source"),
            "changed": changed,
        }
    )
    fields.skip(*UNREAD)
    kept = fields.keep(frame).sort("changed", maintain_order=True).unique("event_id", keep="last")
    # ``timestamp`` is when a row was last put out: the newest is from when on the file can have been known.
    last = float(kept["changed"].max() or 0)  # type: ignore[arg-type]
    sound = FIRST_DELETED < last <= fields.now.timestamp()
    published = datetime.fromtimestamp(last, UTC).date().isoformat() if sound else ""
    return Reading({"events": shaped(kept.drop("changed"))}, release=RELEASE, published=published)


def _withdrawn(fields: Fields) -> Reading:
    """Return the events that ACLED deleted, with the moment (Unix time) that it says it did."""
    event = fields.pop("event_id_cnty")
    fields.flag(event.is_null(), "event_id_cnty", event, "missing", "a value is required")
    at = fields.number("deleted_timestamp", required=True, low=FIRST_DELETED)
    fields.flag(at > fields.now.timestamp(), "deleted_timestamp", at.cast(pl.String), "future", "after the present")
    frame = pl.DataFrame(
        {
            "source_id": pl.Series([fields.spec.id] * len(event), dtype=pl.String),
            "event_id": event,
            "withdrawn_at": pl.from_epoch(at.cast(pl.Int64, strict=False)).dt.replace_time_zone("UTC"),
        }
    )
    kept = fields.keep(frame.select([pl.col(c).cast(t) for c, t in WITHDRAWALS.items()]))
    last = kept.sort("event_id", "withdrawn_at").unique("event_id", keep="last", maintain_order=True)
    return Reading({"withdrawals": last}, release=RELEASE)


def _kinds(fields: Fields) -> tuple[pl.Series, pl.Series]:
    """Return our kind and ACLED's event type. A battle in which a state's forces stand on one side is state-based."""
    kinds = fields.spec.lookups["kind"]
    event_type = fields.pop("event_type")
    unknown = ~event_type.is_in(list(kinds)) | event_type.is_null()
    fields.flag(unknown, "event_type", event_type, "unknown-kind", "not an event type of ACLED's codebook")
    sides = [fields.pop(c).str.to_lowercase() for c in ("inter1", "inter2")]
    state = pl.select((sides[0] == STATE) | (sides[0] == "1") | (sides[1] == STATE) | (sides[1] == "1")).to_series()
    targeted = fields.pop("civilian_targeting").str.to_lowercase().str.contains("civilian").fill_null(False)
    kind = event_type.replace_strict(kinds, default=None, return_dtype=pl.String)
    battle, blast = event_type == "Battles", event_type == "Explosions/Remote violence"
    return pl.select(
        pl.when(battle & state.fill_null(False))
        .then(pl.lit("state_based"))
        .when(blast & targeted)
        .then(pl.lit("one_sided"))
        .otherwise(kind)
        .alias("kind")
    ).to_series(), event_type


def _places(fields: Fields) -> pl.Series:
    """Return the place of each event by its ISO number, else by name; none for what is in no list here."""
    listed = [*(p for p in places().by_id.values() if not p.valid_to), *places().territories.values()]
    numbers = {int(p.iso_numeric): p.place_id for p in listed if p.iso_numeric}
    iso, country = fields.pop("iso"), fields.pop("country")
    pairs = dict.fromkeys(zip(iso, country, strict=True))
    found = {(i, c): numbers.get(_code(i)) or by_name(c or "", None) or places().find(c or "") for i, c in pairs}
    where = pl.Series([found[pair] for pair in zip(iso, country, strict=True)], dtype=pl.String)
    fields.note(where.is_null(), "country", "no-place", "in no state or territory of the list of places")
    return where


def _code(text: str | None) -> int:
    """Return an ISO number; -1 for what is none: ``²`` is a digit and no number."""
    return int(text) if text and text.isdecimal() and len(text) <= 9 else -1
