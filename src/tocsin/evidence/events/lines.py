"""The lines of the list: one an event and place, with what it is narrowed by, written anew as events change.

What a line was before stays, with since when and until when: a list as known on a day is read from both.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from tocsin.evidence.events import codes, summary, words
from tocsin.evidence.events.dropped import dropped_now
from tocsin.evidence.events.rows import chunks, fetch, marks, members

Line = tuple[int, int, int, int, int, int, int]
"""Place, day, event, kinds, deaths, sources, flags."""


def relist(db: sqlite3.Connection, events: set[int], asks: dict[str, list[tuple[int, int]]], at: int) -> None:
    """Write the lines of the list of these events as they are from a moment on, and the queue of pairs around them."""
    db.executemany("DELETE FROM ask WHERE a = ? AND b = ?", asks["settled"])
    together = members(db, events)
    rows = fetch(db, {i for ids in together.values() for i in ids} | {i for p in asks["waiting"] for i in p})
    db.executemany(
        "INSERT OR REPLACE INTO ask VALUES (?, ?, ?, ?)",
        [(a, b, _place(rows[a], rows[b]), _most(rows[a], rows[b])) for a, b in asks["waiting"]],
    )
    waiting = _waiting(db, {i for ids in together.values() for i in ids})
    bits = {source_id: bit for bit, source_id in db.execute("SELECT bit, source_id FROM source")}
    gone = dropped_now(db, {i for ids in together.values() for i in ids})
    lines: list[Line] = []
    for event, ids in together.items():
        if ids:
            marked = (codes.UNSURE if waiting & set(ids) else 0) | (codes.DROPPED if gone & set(ids) else 0)
            lines += listed([rows[i] for i in ids], event, bits, marked)
    _rewrite(db, together, lines, at)
    _find(db, together, rows, lines)


def _rewrite(db: sqlite3.Connection, events: Iterable[int], lines: list[Line], at: int) -> None:
    """Put lines in the place of those of their events; what was listed otherwise stays readable, with when."""
    new = {line[:3]: line for line in lines}
    old: list[tuple[int, ...]] = []
    for part in chunks(events):
        old += db.execute(
            "SELECT place, day, event, kinds, deaths, sources, flags, since FROM listed INDEXED BY listed_event "  # noqa: S608
            f"WHERE event IN ({marks(part)})",
            part,
        ).fetchall()
    same = {line[:3] for line in old if new.get(line[:3]) == line[:7]}  # type: ignore[arg-type]
    over = [line for line in old if line[:3] not in same]
    db.executemany("DELETE FROM listed WHERE place = ? AND day = ? AND event = ?", [line[:3] for line in over])
    db.executemany(
        "INSERT OR REPLACE INTO listed_once VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*line, at) for line in over if line[7] < at],
    )
    fresh = sorted((*line, at) for key, line in new.items() if key not in same)
    db.executemany("INSERT INTO listed VALUES (?, ?, ?, ?, ?, ?, ?, ?)", fresh)


def _find(
    db: sqlite3.Connection, together: Mapping[int, list[int]], rows: Mapping[int, dict[str, Any]], lines: list[Line]
) -> None:
    """Let reports be found under the day and the places of their event where those are not their own."""
    at: dict[int, tuple[int, list[str]]] = {}
    for place, day, event, *_ in lines:
        at.setdefault(event, (day, []))[1].append(codes.place_of(place) if place != codes.NOWHERE else "")
    entries, moved = [], []
    for event, (day, places) in at.items():
        for i in together[event]:
            row = rows[i]
            own = {row["place_id"]} if row["place_id"] else set(row["may"]) or {""}
            told = f"{day} {' '.join(places)}"
            if (row["date_start"].toordinal() == day and own >= set(places)) or row["sought"] == told:
                continue
            entries.append(words.entry(day, i, row, places))
            moved.append((told, i))
    words.put(db, entries)
    db.executemany("UPDATE report SET sought = ? WHERE id = ?", moved)


def _waiting(db: sqlite3.Connection, ids: set[int]) -> set[int]:
    """Return those of the reports that stand in a pair to be asked about."""
    found: set[int] = set()
    for part in chunks(ids):
        for side in ("a", "b"):
            asked_for = f"SELECT DISTINCT {side} FROM ask WHERE {side} IN ({marks(part)})"  # noqa: S608
            found |= {i for (i,) in db.execute(asked_for, part)}
    return found


def listed(rows: list[dict[str, Any]], event: int, bits: Mapping[str, int], flags: int) -> list[Line]:
    """Return an event's lines: one a place that it lies in, or may lie in. ``flags`` are those not of its reports."""
    kinds = sources = 0
    for row in rows:
        kinds |= codes.KIND_BITS.get(row["kind"] or "", codes.NOT_SAID)
        sources |= 1 << bits[row["source_id"]]
    counted = [n for n in map(summary.deaths, rows) if n is not None]
    said = {row["place_id"] for row in rows if row["place_id"]}
    places = said or {p for row in rows for p in row["may"]}
    flags |= codes.DISAGREE if len(rows) > 1 and summary.differences(rows) else 0
    flags |= 0 if len(places) == 1 else codes.PLACE_OPEN
    day = min(row["date_start"] for row in rows).toordinal()
    most = max(counted, default=-1)
    at = [codes.place_code(p) for p in sorted(places)] or [codes.NOWHERE]
    return [(place, day, event, kinds, most, sources, flags) for place in at]


def _place(a: dict[str, Any], b: dict[str, Any]) -> int:
    named = a["place_id"] or b["place_id"] or next(iter((*a["may"], *b["may"])), None)
    return codes.place_code(named) if named else codes.NOWHERE


def _most(a: dict[str, Any], b: dict[str, Any]) -> int:
    return max((n for n in (summary.deaths(a), summary.deaths(b)) if n is not None), default=-1)
