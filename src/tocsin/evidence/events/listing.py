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
READ = 200
"""Lines whose reports are read for words, when the words are too common for the index to answer alone."""
FOUND = 1_000
LATEST = (date.max.toordinal(), 2**62)

Key = tuple[int, int]
Line = tuple[int, int, int]
"""Day as an ordinal, number of the event, flags."""


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
        query = _Query(db, asked, before)
        terms = codes.words(asked.words)[:10]
        return query.searched(terms) if terms else query.plain()


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


class _Query:
    """One question to the store: which lines of which place, after which key."""

    def __init__(self, db: sqlite3.Connection, asked: Asked, before: Key) -> None:
        self.db = db
        self.size = asked.size
        self.place_id = asked.place_id
        self.before = before
        self.place = codes.place_code(asked.place_id) if asked.place_id else codes.NOWHERE
        self.low = asked.first.toordinal() if asked.first else 0
        # The bound of days carries the key: the index is entered at it, and not read down to it.
        self.high = min(asked.last.toordinal() if asked.last else LATEST[0], before[0])
        tests, self.values = ["1"], []
        if asked.kind:
            tests.append("kinds & ?")
            self.values.append(codes.KIND_BITS.get(asked.kind, codes.NOT_SAID))
        if asked.source:
            bit = db.execute("SELECT bit FROM source WHERE source_id = ?", (asked.source,)).fetchone()
            tests.append("sources & ?")
            self.values.append(1 << bit[0] if bit else 0)
        if asked.deaths is not None:
            tests.append("deaths >= ?")
            self.values.append(asked.deaths)
        self.where = " AND ".join(tests)

    def plain(self) -> Page:
        """Return the next page of lines that fit."""
        lines, more, looked = self._walk(self.size)
        told = Page(_events(self.db, lines))
        told.next = _told(lines[-1]) if more else _told(looked) if looked else ""
        told.looked_to = None if more or not looked else date.fromordinal(looked[0])
        return told

    def searched(self, terms: list[str]) -> Page:
        """Return a page of events one of whose reports has every word: by the index of words, or line by line."""
        there = [f'"{codes.place_word(self.place_id)}"'] if self.place_id else []
        match = " AND ".join([*there, *(f'"{term}"' for term in terms)])
        hits = [
            i for (i,) in self.db.execute("SELECT rowid FROM words WHERE words MATCH ? LIMIT ?", (match, FOUND + 1))
        ]
        if len(hits) <= FOUND:
            lines = self._of(self._events_of(hits))
            told = Page(_events(self.db, lines[: self.size]))
            told.next = _told(lines[self.size - 1]) if len(lines) > self.size else ""
            return told
        lines, more, looked = self._walk(READ)
        together = members(self.db, [event for _, event, _ in lines])
        rows = fetch(self.db, [i for ids in together.values() for i in ids])
        kept = [line for line in lines if any(_has(rows[i], terms) for i in together[line[1]])]
        told = Page(_events(self.db, kept[: self.size]))
        end = lines[-1] if more else looked
        if len(kept) > self.size:
            told.next = _told(kept[self.size - 1])
        elif end:
            told.next, told.looked_to = _told(end), date.fromordinal(end[0])
        return told

    def _walk(self, size: int) -> tuple[list[Line], bool, Key | None]:
        """Return up to ``size`` lines, whether there are more, and how far it looked when not to the end."""
        span = (
            "FROM listed WHERE place = ? AND (day, event) < (?, ?) AND day BETWEEN ? AND ? "
            "ORDER BY day DESC, event DESC"
        )
        bound = (self.place, *self.before, self.low, self.high)
        rows = self.db.execute(
            f"SELECT day, event, flags FROM (SELECT * {span} LIMIT {LOOKED}) WHERE {self.where} LIMIT ?",  # noqa: S608
            (*bound, *self.values, size + 1),
        ).fetchall()
        if len(rows) > size:
            return rows[:size], True, None
        end = self.db.execute(f"SELECT day, event {span} LIMIT 1 OFFSET {LOOKED - 1}", bound).fetchone()
        return rows, False, end

    def _events_of(self, hits: list[int]) -> set[int]:
        """Return the events that reports are in; a form that another replaced is in none."""
        found: set[int] = set()
        for part in chunks(hits):
            asked = f"SELECT event FROM report WHERE id IN ({marks(part)}) AND event IS NOT NULL"  # noqa: S608
            found |= {event for (event,) in self.db.execute(asked, part)}
        return found

    def _of(self, events: set[int]) -> list[Line]:
        """Return the lines of these events at the place that fit, newest first, after the key."""
        found: list[Line] = []
        for part in chunks(events):
            asked = (
                "SELECT day, event, flags FROM listed INDEXED BY listed_event "  # noqa: S608
                f"WHERE event IN ({marks(part)}) AND place = ? AND day BETWEEN ? AND ? AND {self.where}"
            )
            found += self.db.execute(asked, (*part, self.place, self.low, self.high, *self.values)).fetchall()
        return sorted((line for line in found if (line[0], line[1]) < self.before), reverse=True)


def _has(row: dict[str, Any], terms: list[str]) -> bool:
    said = (row[c] for c in ("title", "where_text", "admin1", "actor_a", "actor_b", "event_id"))
    return set(terms) <= set(codes.words(" ".join(t for t in said if t)))


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
