"""Reports that a later release of their publisher no longer has, where that release covers their month worldwide.

They stay listed as they were last told, and marked: what a publisher withdraws is a dated fact, and no zero. A release
that has them again ends the mark, and that it was there stays.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tocsin.evidence.events.rows import chunks, marks, members


@dataclass(frozen=True)
class Covered:
    """What a release covers worldwide: ``months`` as 2026-01, and own numbers it names in rows that are not counted."""

    months: frozenset[str] = frozenset()
    set_aside: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Drop:
    """That a release no longer has a report: which release, since when it is known here (seconds of the epoch)."""

    release: str
    since: int


def dropped_now(db: sqlite3.Connection, ids: Iterable[int]) -> set[int]:
    """Return those of the reports that the newest release covering them does not have."""
    found: set[int] = set()
    for part in chunks(ids):
        asked = f"SELECT report FROM dropped WHERE report IN ({marks(part)}) AND until IS NULL"  # noqa: S608
        found |= {i for (i,) in db.execute(asked, part)}
    return found


def drops(db: sqlite3.Connection, ids: Iterable[int], at: int | None = None) -> dict[int, Drop]:
    """Return by report which release no longer has it: now, or as it was known at a moment; the first that had not."""
    found: dict[int, Drop] = {}
    when = "d.until IS NULL" if at is None else "d.since <= ? AND (d.until IS NULL OR d.until > ?)"
    for part in chunks(ids):
        asked = (
            "SELECT d.report, t.release, d.since FROM dropped d JOIN taking t ON t.id = d.taking "  # noqa: S608
            f"WHERE d.report IN ({marks(part)}) AND {when} ORDER BY d.since DESC, d.taking DESC"
        )
        for one, release, since in db.execute(asked, (*part, *(() if at is None else (at, at)))):
            found[one] = Drop(release, since)
    return found


def drop(
    db: sqlite3.Connection, source_id: str, covered: Covered, named: set[bytes], *, taking: int, at: int
) -> tuple[set[int], int]:
    """Mark the reports in force of a source that a release covers and does not name; return them and their dead.

    Those marked already stay marked by the release that dropped them first. The dead are the best figures, as last
    told; a report without one adds none.
    """
    found: set[int] = set()
    for first, last in _spans(covered.months):
        ids = _candidates(db, source_id, first, last)
        for part in chunks(ids):
            asked = (
                "SELECT id, ref, event_id, date_start FROM report "  # noqa: S608
                f"WHERE id IN ({marks(part)}) AND source_id = ? AND replaced_by IS NULL"
            )
            for one, ref, own, day in db.execute(asked, (*part, source_id)):
                inside = first <= day <= last and date.fromordinal(day).isoformat()[:7] in covered.months
                if inside and ref not in named and own not in covered.set_aside:
                    found.add(one)
    fresh = found - dropped_now(db, found)
    db.executemany("INSERT OR REPLACE INTO dropped VALUES (?, ?, ?, NULL)", [(i, taking, at) for i in sorted(fresh)])
    return fresh, _dead(db, fresh)


def named_again(db: sqlite3.Connection, ids: Iterable[int], at: int) -> set[int]:
    """End the mark of reports that a release names; return those that had one."""
    back = dropped_now(db, ids)
    db.executemany("UPDATE dropped SET until = ? WHERE report = ? AND until IS NULL", [(at, i) for i in sorted(back)])
    return back


def _dead(db: sqlite3.Connection, ids: set[int]) -> int:
    total = 0
    for part in chunks(ids):
        asked = f"SELECT coalesce(sum(deaths_best), 0) FROM report WHERE id IN ({marks(part)})"  # noqa: S608
        total += db.execute(asked, part).fetchone()[0]
    return total


def _spans(months: frozenset[str]) -> list[tuple[int, int]]:
    """Return runs of months as first and last day, none longer than a year: what is looked at once is in memory."""
    spans: list[tuple[int, int]] = []
    for month in sorted(months):
        first = date.fromisoformat(f"{month}-01")
        last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        if spans and spans[-1][1] + 1 == first.toordinal() and first.month > 1:
            spans[-1] = (spans[-1][0], last.toordinal())
        else:
            spans.append((first.toordinal(), last.toordinal()))
    return spans


def _candidates(db: sqlite3.Connection, source_id: str, first: int, last: int) -> set[int]:
    """Return reports of events of a source that are listed in a span of days, and those listed on another day."""
    bit = db.execute("SELECT bit FROM source WHERE source_id = ?", (source_id,)).fetchone()
    if bit is None:
        return set()
    events: set[int] = set()
    place = -1
    # One search a place: the list is ordered by place and day, and there are some two hundred places.
    while found := db.execute("SELECT place FROM listed WHERE place > ? ORDER BY place LIMIT 1", (place,)).fetchone():
        place = found[0]
        asked = "SELECT event FROM listed WHERE place = ? AND day BETWEEN ? AND ? AND sources & ?"
        events |= {e for (e,) in db.execute(asked, (place, first, last, 1 << bit[0]))}
    ids = {i for together in members(db, events).values() for i in together}
    stray = "SELECT id FROM report WHERE sought IS NOT NULL AND date_start BETWEEN ? AND ?"
    return ids | {i for (i,) in db.execute(stray, (first, last))}
