"""The events of a place, newest first, page by page, narrowed and searched: what a page asks of the store.

A page begins after a key and not after a number of rows, and looks at a bounded number of lines: where the rest of a
long list holds nothing that fits, it says how far it has looked and where to go on. As known on a day it is what the
store had by the day's end: reports taken in by then, joined as they were then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from tocsin.catalog.geography import places
from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.evidence.events import codes, keep, summary
from tocsin.evidence.events.dropped import Drop, drops
from tocsin.evidence.events.lookup import LATEST, Key, Line, Query, members_at
from tocsin.evidence.events.report import voice_of
from tocsin.evidence.events.rows import fetch
from tocsin.evidence.events.schema import KINDS

SIZE = 50


@dataclass(frozen=True)
class Asked:
    """What a list is narrowed to. ``before`` is the key after which the page begins, as ``Page.next`` gave it."""

    place_id: str = ""
    kind: str = ""
    source: str = ""
    first: date | None = None
    last: date | None = None
    deaths: int | None = None
    words: str = ""
    before: str = ""
    size: int = SIZE
    as_of: date | None = None


@dataclass
class Event:
    """One event as a list shows it."""

    ref: str
    day: date
    last_day: date
    places: list[str]
    kinds: list[str]
    where: str
    title: str
    actors: list[str]
    dead: tuple[int, int] | None
    said: list[tuple[str, int | None]]
    sources: list[str]
    differs: list[str]
    unsure: bool
    place_open: bool
    gone: list[tuple[str, str]] = field(default_factory=list)
    """Whose report is no longer in which release of its publisher, though the release covers its month."""


@dataclass
class Page:
    """Events, newest first. ``next`` is where to go on, "" at the end; ``looked_to`` is said when it is not full."""

    events: list[Event] = field(default_factory=list)
    next: str = ""
    looked_to: date | None = None
    built: bool = True


def page(ctx: Context, asked: Asked) -> Page:
    """Return one page. Raises Misuse for a kind, key or number that is none."""
    before = _key(asked.before)
    if asked.kind and asked.kind not in (*KINDS, "not_said"):
        raise Misuse(f"{asked.kind[:20]!r} is no kind of violence", todo=f"Write {', '.join(KINDS)} or not_said")
    with keep.reading(ctx) as db:
        if db is None:
            return Page(built=False)
        at = until(asked.as_of)
        query = Query(
            db,
            place_id=asked.place_id,
            first=asked.first,
            last=asked.last,
            before=before,
            kind=asked.kind,
            source=asked.source,
            deaths=asked.deaths,
            at=at,
        )
        terms = codes.words(asked.words)[:10]
        lines, more, looked = query.searched(terms, asked.size) if terms else query.walked(asked.size)
        told = Page(_events(db, lines, at))
        told.next = _told(lines[-1]) if more else _told(looked) if looked else ""
        told.looked_to = None if more or not looked else date.fromordinal(looked[0])
        return told


def until(day: date | None) -> int | None:
    """Return the last second of a day (UTC) as the store counts it; None stays None: now."""
    return None if day is None else int(datetime.combine(day, time(23, 59, 59), UTC).timestamp())


def _key(text: str) -> Key:
    """Return a key of a page. Raises Misuse when it is none."""
    if not text:
        return LATEST
    day, dot, event = text.partition(".")
    is_key = dot and day.isdecimal() and event.isdecimal() and len(text) < 30
    if not (is_key and 0 < int(day) <= LATEST[0] and int(event) <= LATEST[1]):
        raise Misuse(f"{text[:30]!r} is no place in the list", todo="Follow the link at the end of a page")
    return int(day), int(event)


def _told(key: Any) -> str:
    return f"{key[0]}.{key[1]}"


def _events(db: sqlite3.Connection, lines: list[Line], at: int | None) -> list[Event]:
    together = members_at(db, [event for _, event, _ in lines], at)
    rows = fetch(db, [i for ids in together.values() for i in ids])
    gone = drops(db, [i for _, event, flags in lines if flags & codes.DROPPED for i in together[event]], at)
    return [told([rows[i] for i in together[event]], flags, gone) for _, event, flags in lines]


def told(rows: list[dict[str, Any]], flags: int, gone: Mapping[int, Drop] | None = None) -> Event:
    """Return one event from its reports, in an order that does not hang on when they came."""
    gone = gone or {}
    rows = sorted(rows, key=lambda r: (voice_of(r["source_id"], r["said_by"]), r["event_id"]))
    named = max(rows, key=lambda r: (bool(r["where_text"]), bool(r["title"]), r["source_id"], r["event_id"]))
    first = min(r["date_start"] for r in rows)
    said = {r["place_id"] for r in rows if r["place_id"]} or {p for r in rows for p in r["may"]}
    return Event(
        ref=min(r["ref"] for r in rows),
        day=first,
        last_day=max(r["date_end"] or r["date_start"] for r in rows),
        places=sorted(p for p in said if p in places()),
        kinds=sorted({r["kind"] for r in rows if r["kind"]}),
        where=named["where_text"] or named["admin1"] or "",
        title=named["title"] or "",
        actors=sorted({a for r in rows for a in (r["actor_a"], r["actor_b"]) if a}),
        dead=summary.span(rows),
        said=[(voice_of(r["source_id"], r["said_by"]), summary.deaths(r)) for r in rows],
        sources=sorted({r["source_id"] for r in rows}),
        differs=[d.what for d in summary.differences(rows)],
        unsure=bool(flags & codes.UNSURE),
        place_open=bool(flags & codes.PLACE_OPEN),
        gone=[(voice_of(r["source_id"], r["said_by"]), gone[r["id"]].release) for r in rows if r["id"] in gone],
    )
