"""The events of a place, newest first, page by page, narrowed and searched: what a page asks of the store.

A page begins after a key and not after a number of rows, and looks at ``LOOKED`` lines at most: where the rest of a
long list holds nothing that fits, it says how far it has looked and where to go on.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tocsin.catalog.geography import places
from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.evidence.events import codes, keep, summary
from tocsin.evidence.events.report import voice_of
from tocsin.evidence.events.rows import chunks, fetch, marks, members
from tocsin.evidence.events.schema import KINDS

SIZE = 50
LOOKED = 40_000
READ = 1_000
"""Lines whose reports are read for words, when the words are too common for the index to answer alone."""
FOUND = 2_000
LATEST = (date.max.toordinal(), 2**62)

Key = tuple[int, int]


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
        where, values = _narrowed(db, asked)
        terms = codes.words(asked.words)[:10]
        if terms:
            return _searched(db, asked, before, terms, where, values)
        lines, more, looked = _walk(db, asked, before, where, values, asked.size)
        told = Page(_events(db, lines))
        told.next = _told(lines[-1]) if more else _told(looked) if looked else ""
        told.looked_to = None if more or not looked else date.fromordinal(looked[0])
        return told


def _key(text: str) -> Key:
    """Return a key of a page. Raises Misuse when it is none."""
    if not text:
        return LATEST
    day, dot, event = text.partition(".")
    if not (dot and day.isdecimal() and event.isdecimal() and len(text) < 30 and 0 < int(day) <= LATEST[0]):
        raise Misuse(f"{text[:30]!r} is no place in the list", todo="Follow the link at the end of a page")
    return int(day), int(event)


def _told(key: Any) -> str:
    return f"{key[0]}.{key[1]}"


def _narrowed(db: sqlite3.Connection, asked: Asked) -> tuple[str, list[Any]]:
    """Return what a line must be beside its place and day."""
    tests, values = ["1"], []
    if asked.kind:
        tests.append("kinds & ?")
        values.append(codes.KIND_BITS.get(asked.kind, codes.NOT_SAID))
    if asked.source:
        bit = db.execute("SELECT bit FROM source WHERE source_id = ?", (asked.source,)).fetchone()
        tests.append("sources & ?")
        values.append(1 << bit[0] if bit else 0)
    if asked.deaths is not None:
        tests.append("deaths >= ?")
        values.append(asked.deaths)
    return " AND ".join(tests), values


def _walk(
    db: sqlite3.Connection, asked: Asked, before: Key, where: str, values: list[Any], size: int
) -> tuple[list[tuple[int, int, int]], bool, Key | None]:
    """Return up to ``size`` lines (day, event, flags), whether there are more, and how far it looked if not to the end."""
    low = asked.first.toordinal() if asked.first else 0
    high = asked.last.toordinal() if asked.last else LATEST[0]
    place = codes.place_code(asked.place_id) if asked.place_id else codes.NOWHERE
    span = "FROM listed WHERE place = ? AND (day, event) < (?, ?) AND day BETWEEN ? AND ? ORDER BY day DESC, event DESC"
    bound = (place, *before, low, high)
    rows = db.execute(
        f"SELECT day, event, flags FROM (SELECT * {span} LIMIT {LOOKED}) WHERE {where} LIMIT ?",  # noqa: S608
        (*bound, *values, size + 1),
    ).fetchall()
    if len(rows) > size:
        return rows[:size], True, None
    end = db.execute(f"SELECT day, event {span} LIMIT 1 OFFSET {LOOKED - 1}", bound).fetchone()  # noqa: S608
    return rows, False, end


def _searched(
    db: sqlite3.Connection, asked: Asked, before: Key, terms: list[str], where: str, values: list[Any]
) -> Page:
    """Return a page of events one of whose reports has every word: by the index of words, or line by line."""
    wanted = [*terms, *([codes.place_word(asked.place_id)] if asked.place_id else [])]
    match = " AND ".join(f'"{term}"' if term.startswith("¶") else f'"{term}" *' for term in reversed(wanted))
    hits = [i for (i,) in db.execute(f"SELECT rowid FROM words WHERE words MATCH ? LIMIT {FOUND + 1}", (match,))]
    if len(hits) <= FOUND:
        events = {
            event
            for part in chunks(hits)
            for (event,) in db.execute(
                f"SELECT event FROM report WHERE id IN ({marks(part)}) AND event IS NOT NULL",  # noqa: S608
                part,
            )
        }
        lines = _lines(db, events, asked, before, where, values)
        told = Page(_events(db, lines[: asked.size]))
        told.next = _told(lines[asked.size - 1]) if len(lines) > asked.size else ""
        return told
    lines, more, looked = _walk(db, asked, before, where, values, READ)
    together = members(db, [event for _, event, _ in lines])
    rows = fetch(db, [i for ids in together.values() for i in ids])
    kept = [line for line in lines if any(_has(rows[i], terms) for i in together[line[1]])]
    told = Page(_events(db, kept[: asked.size]))
    if len(kept) > asked.size:
        told.next = _told(kept[asked.size - 1])
    elif more or looked:
        end = lines[-1] if more else looked
        told.next, told.looked_to = _told(end), date.fromordinal(end[0])  # type: ignore[index]
    return told


def _lines(
    db: sqlite3.Connection, events: set[int], asked: Asked, before: Key, where: str, values: list[Any]
) -> list[tuple[int, int, int]]:
    """Return the lines of these events at the place that fit, newest first, after a key."""
    place = codes.place_code(asked.place_id) if asked.place_id else codes.NOWHERE
    low = asked.first.toordinal() if asked.first else 0
    high = asked.last.toordinal() if asked.last else LATEST[0]
    found = []
    for part in chunks(events):
        found += db.execute(
            "SELECT day, event, flags FROM listed INDEXED BY listed_event "  # noqa: S608
            f"WHERE event IN ({marks(part)}) AND place = ? AND day BETWEEN ? AND ? AND {where}",
            (*part, place, low, high, *values),
        ).fetchall()
    return sorted((line for line in found if (line[0], line[1]) < before), reverse=True)


def _has(row: dict[str, Any], terms: list[str]) -> bool:
    said = (row[c] for c in ("title", "where_text", "admin1", "actor_a", "actor_b", "event_id"))
    there = codes.words(" ".join(t for t in said if t))
    return all(any(word.startswith(term) for word in there) for term in terms)


def _events(db: sqlite3.Connection, lines: list[tuple[int, int, int]]) -> list[Event]:
    together = members(db, [event for _, event, _ in lines])
    rows = fetch(db, [i for ids in together.values() for i in ids])
    return [told([rows[i] for i in together[event]], flags) for _, event, flags in lines]


def told(rows: list[dict[str, Any]], flags: int) -> Event:
    """Return one event from its reports, in an order that does not hang on when they came."""
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
    )
