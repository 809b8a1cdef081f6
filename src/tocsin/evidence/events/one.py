"""One event with all its reports and why they are one; and the pairs that wait for a person, most dead first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from tocsin.catalog.fusion import known_actor, propose, rules
from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.evidence.events import codes, keep, summary
from tocsin.evidence.events.compare import Compared, compare
from tocsin.evidence.events.listing import Event, told
from tocsin.evidence.events.report import voice_of
from tocsin.evidence.events.rows import as_report, fetch, members

QUEUE = 20
LONGEST = 40


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


def event(ctx: Context, ref: str) -> Shown | None:
    """Return the event that a report is in, by the report's ``ref``; None when there is no such report."""
    key = _ref(ref)
    with keep.reading(ctx) as db:
        found = db and db.execute("SELECT event FROM report WHERE ref = ? AND replaced_by IS NULL", (key,)).fetchone()
        if not db or not found:
            return None
        ids = members(db, [found[0]])[found[0]]
        rows = fetch(db, ids)
        flags = db.execute("SELECT max(flags) FROM listed WHERE event = ?", found).fetchone()[0] or 0
        refs = [bytes.fromhex(row["ref"]) for row in rows.values()]
        old = [
            i
            for one in refs
            for (i,) in db.execute("SELECT id FROM report WHERE ref = ? AND replaced_by IS NOT NULL", (one,))
        ]
        pairs = [
            pair
            for i in ids
            for pair in db.execute(
                "SELECT a, b, place, deaths FROM ask WHERE a = ? UNION SELECT a, b, place, deaths FROM ask WHERE b = ?",
                (i, i),
            )
        ]
        earlier = fetch(db, old)
        whole = _ordered(rows.values())
        why = [_beside(a, b) for a, b in combinations(whole, 2)]
        shown = Shown(told(whole, flags), whole, summary.differences(whole), why, _ordered(earlier.values()))
        shown.waiting = _waiting(db, pairs[:QUEUE])
    return shown


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
