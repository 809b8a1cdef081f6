"""One event with its reports and why they are one; and the pairs that wait for a person, most dead first.

An event may have any number of reports: of many, a page of them is shown, and why each is in the event by the pair that
agrees best. What is said of the whole, the dead and the differences, is of all of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import combinations
from typing import Any

from tocsin.catalog.fusion import known_actor, propose, rules
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.evidence.events import codes, keep, summary
from tocsin.evidence.events.blocks import buckets, stands_in
from tocsin.evidence.events.compare import Compared, compare
from tocsin.evidence.events.crowd import compared
from tocsin.evidence.events.dropped import drops
from tocsin.evidence.events.listing import Event, told, until
from tocsin.evidence.events.lookup import events_at, members_at
from tocsin.evidence.events.report import voice_of
from tocsin.evidence.events.rows import as_report, chunks, fetch, marks, members

QUEUE = 20
REPORTS = 20
"""Reports of one event on a page; up to so many, every two are shown beside one another when they are ``FEW``."""
FEW = 7
EARLIER = 100
LONGEST = 40
LAST = "9999"
"""After every moment, as text."""


@dataclass(frozen=True)
class Beside:
    """Two reports beside one another, by their ``ref``, and how far they agree."""

    one: str
    other: str
    compared: Compared
    rule_version: int


@dataclass
class Shown:
    """An event, its reports as rows of ``EVENTS`` with their ``ref``, and what stands behind it."""

    event: Event
    rows: list[dict[str, Any]]
    differences: list[summary.Difference]
    why: list[Beside]
    reports: int = 0
    """How many it has; ``rows`` are a page of them, from ``start`` on."""
    voices: int = 0
    start: int = 0
    pairs: int = 0
    """How many two of them there are; ``why`` may be a part."""
    earlier: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)


@dataclass
class Waiting:
    """A pair to be judged: the two events it lies between, and the two reports beside one another."""

    key: str
    first: Event
    second: Event
    rows: list[dict[str, Any]]
    beside: Beside
    place_id: str
    deaths: int | None


def event(ctx: Context, ref: str, *, start: int = 0, as_of: date | None = None) -> Shown | None:
    """Return the event that a report is in, by the report's ``ref``; None when there is no such report.

    ``start``: the report its page begins at. ``as_of``: the event as it was known at the end of a day; pairs that wait
    are those of now alone. Raises Misuse for a ``ref`` that is none.
    """
    key, at = _ref(ref), until(as_of)
    with keep.reading(ctx) as db:
        number = db and _event_of(db, key, at)
        if not db or not number:
            return None
        ids = members_at(db, [number], at)[number]
        rows = fetch(db, ids)
        gone = drops(db, ids, at)
        every = _ordered(rows.values())
        whole = every[start : start + REPORTS] or every[:REPORTS]
        for row in whole:
            row["gone"] = gone.get(row["id"])
            row["alone"] = _alone(db, row) if at is None else ""
        shown = Shown(
            told(every, _flags(db, number, at), gone), whole, summary.differences(every), _why(db, rows, whole)
        )
        shown.reports, shown.start = len(every), start if start < len(every) else 0
        shown.voices, shown.pairs = len(summary.voices(every)), len(every) * (len(every) - 1) // 2
        shown.earlier = _earlier(db, whole, at)
        if at is None:
            shown.waiting = _each_once(_waiting(db, _pairs(db, ids)), shown.event.ref)
    return shown


def _each_once(waiting: list[Waiting], ref: str) -> list[Waiting]:
    """Return pairs with other events, of each event the one with most points."""
    best: dict[str, Waiting] = {}
    for pair_ in sorted(waiting, key=lambda w: -w.beside.compared.score):
        best.setdefault(pair_.second.ref if pair_.first.ref == ref else pair_.first.ref, pair_)
    return list(best.values())


def _event_of(db: sqlite3.Connection, ref: bytes, at: int | None) -> int | None:
    """Return the number of the event that a report is in, or was in at a moment."""
    forms = [i for (i,) in db.execute("SELECT id FROM report WHERE ref = ?", (ref,))]
    return next(iter(events_at(db, forms, at).values()), None)


def _flags(db: sqlite3.Connection, number: int, at: int | None) -> int:
    asked = "SELECT max(flags) FROM listed WHERE event = ?"
    values: tuple[int, ...] = (number,)
    if at is not None:
        asked = (
            "SELECT max(flags) FROM (SELECT flags FROM listed WHERE event = ? AND since <= ? UNION ALL "
            "SELECT flags FROM listed_once WHERE event = ? AND since <= ? AND until > ?)"
        )
        values = (number, at, number, at, at)
    return db.execute(asked, values).fetchone()[0] or 0


def _why(db: sqlite3.Connection, rows: Mapping[int, dict[str, Any]], shown: list[dict[str, Any]]) -> list[Beside]:
    """Return why reports are one: every two of a few; of many, each beside the one that it agrees with best."""
    if len(rows) <= FEW:
        return [_beside(a, b) for a, b in combinations(shown, 2)]
    found: dict[tuple[int, int], Beside] = {}
    for row in shown:
        best = "SELECT b FROM pair WHERE a = ? ORDER BY score DESC, b"
        other = next((b for (b,) in db.execute(best, (row["id"],)) if b in rows), None)
        if other is not None:
            one, two = sorted((row["id"], other))
            found.setdefault((one, two), _beside(rows[one], rows[two]))
    return list(found.values())


def _alone(db: sqlite3.Connection, row: dict[str, Any]) -> str:
    """Return why a report was compared with no other; empty when it was."""
    one = as_report(row)
    if not buckets(one):
        return "It is dated to the year only, and compared with no other"
    if not stands_in(one):
        return "It says neither where inside the state nor five dead and more, and is found by no other"
    if compared(db, row["id"], one):
        return ""
    return "Its source sent too many reports of this neighbourhood and week: it is listed, and compared with no other"


def _earlier(db: sqlite3.Connection, rows: list[dict[str, Any]], at: int | None) -> list[dict[str, Any]]:
    """Return what these reports said before, as far as it was known."""
    old: list[int] = []
    now = {row["id"] for row in rows}
    by = LAST if at is None else iso(datetime.fromtimestamp(at, UTC)) or LAST
    for row in rows:
        asked = "SELECT r.id FROM report r JOIN taking t ON t.id = r.taking WHERE r.ref = ? AND t.at <= ?"
        found = db.execute(asked, (bytes.fromhex(row["ref"]), by))
        old += [i for (i,) in found if i not in now]
    return _ordered(fetch(db, old[:EARLIER]).values())


def _pairs(db: sqlite3.Connection, ids: list[int]) -> list[tuple[int, int, int, int]]:
    """Return pairs of these reports that wait, as many as a page shows."""
    found: set[tuple[int, int, int, int]] = set()
    for part in chunks(ids):
        for side in ("a", "b"):
            asked = f"SELECT a, b, place, deaths FROM ask WHERE {side} IN ({marks(part)}) LIMIT {QUEUE}"  # noqa: S608
            found |= set(db.execute(asked, part))
    return sorted(found, key=lambda p: (-p[3], p[0], p[1]))[:QUEUE]


def queue(ctx: Context, place_id: str = "", after: str = "", size: int = QUEUE) -> tuple[list[Waiting], str, int]:
    """Return pairs to be judged, most dead first, the key after which they go on ("" at the end), and how many wait.

    Raises Misuse for a key that is none.
    """
    low = _after(after)
    with keep.reading(ctx) as db:
        if db is None:
            return [], "", 0
        there = "place = ?" if place_id else "1"
        values: list[Any] = [codes.place_code(place_id)] if place_id else []
        many = db.execute(f"SELECT count(*) FROM ask WHERE {there}", values).fetchone()[0]  # noqa: S608
        pairs = db.execute(
            f"SELECT a, b, place, deaths FROM ask WHERE {there} AND (-deaths, a, b) > (?, ?, ?) "  # noqa: S608
            "ORDER BY deaths DESC, a, b LIMIT ?",
            (*values, *low, size + 1),
        ).fetchall()
        found = _waiting(db, pairs[:size])
        return found, found[-1].key if len(pairs) > size else "", many


def pair(ctx: Context, one: str, other: str) -> Beside | None:
    """Return two reports in force beside one another; None when one of them is not there."""
    with keep.reading(ctx) as db:
        if db is None:
            return None
        asked = "SELECT id FROM report WHERE ref = ? AND replaced_by IS NULL"
        ids = [db.execute(asked, (_ref(ref),)).fetchone() for ref in (one, other)]
        if not all(ids):
            return None
        rows = fetch(db, [i for (i,) in ids])
        return _beside(*(rows[i] for (i,) in ids))


def others(ctx: Context, ref: str) -> tuple[list[str], list[Beside]]:
    """Return the other reports of a report's event, by their ``ref``, and how far it agrees with each."""
    with keep.reading(ctx) as db:
        number = db and _event_of(db, _ref(ref), None)
        if not db or not number:
            return [], []
        rows = _ordered(fetch(db, members_at(db, [number], None)[number]).values())
    mine = next(row for row in rows if row["ref"] == ref)
    rest = [row for row in rows if row["ref"] != ref]
    return [row["ref"] for row in rest], [_beside(mine, row) for row in rest]


def unlisted_actors(ctx: Context, place_id: str, most: int = 200) -> list[dict[str, Any]]:
    """Return actors of a place's reports that the table does not have, the most named first, with proposals."""
    with keep.reading(ctx) as db:
        if db is None:
            return []
        rows = db.execute(
            "SELECT name, count(*) AS n FROM (SELECT actor_a AS name FROM report WHERE place_id = ? UNION ALL "
            "SELECT actor_b FROM report WHERE place_id = ?) WHERE name IS NOT NULL GROUP BY name ORDER BY n DESC, name",
            (place_id, place_id),
        )
        unknown = [(name, n) for name, n in rows if not known_actor(name)][:most]
    return [{"name": name, "reports": n, "proposed": propose(name)} for name, n in unknown]


def _ref(text: str) -> bytes:
    """Return a ref as the store keeps it. Raises Misuse when it is none."""
    if len(text) != 2 * 10 or not all(c in "0123456789abcdef" for c in text):
        raise Misuse(f"{text[:LONGEST]!r} is no event", todo="Take the twenty figures from tocsin events list")
    return bytes.fromhex(text)


def _after(text: str) -> tuple[int, int, int]:
    if not text:
        return (-(2**62), 0, 0)
    parts = text.split(".")
    if len(parts) != 3 or not all(p.removeprefix("-").isdecimal() and len(p) < 19 for p in parts):
        raise Misuse(f"{text[:LONGEST]!r} is no place in the queue", todo="Follow the link at the end of a page")
    deaths, a, b = map(int, parts)
    return (-deaths, a, b)


def _ordered(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(
        ({**row, "voice": voice_of(row["source_id"], row["said_by"])} for row in rows),
        key=lambda r: (r["voice"], r["event_id"], r["id"]),
    )


def _beside(a: dict[str, Any], b: dict[str, Any]) -> Beside:
    rule = rules()
    return Beside(a["ref"], b["ref"], compare(as_report(a), as_report(b), rule), rule.version)


def _waiting(db: Any, pairs: list[tuple[int, int, int, int]]) -> list[Waiting]:
    rows = fetch(db, {i for a, b, *_ in pairs for i in (a, b)})
    together = members(db, {row["event"] for row in rows.values()})
    whole = fetch(db, {i for ids in together.values() for i in ids})
    found = []
    for a, b, place, deaths in pairs:
        first, second = (told([whole[i] for i in together[rows[one]["event"]]], 0) for one in (a, b))
        found.append(
            Waiting(
                f"{deaths}.{a}.{b}",
                first,
                second,
                _ordered([rows[a], rows[b]]),
                _beside(rows[a], rows[b]),
                codes.place_of(place) if place != codes.NOWHERE else "",
                deaths if deaths >= 0 else None,
            )
        )
    return found
