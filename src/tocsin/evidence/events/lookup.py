"""Which lines of a place's list a question asks for: by a walk down the list, or by the index of words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from heapq import heappop, heappush
from itertools import islice

from tocsin.evidence.events import codes, words
from tocsin.evidence.events.rows import chunks, marks, members

LOOKED = 40_000
"""Lines that one page looks at."""
FOUND = 4_000
"""Reports that have the words, and of which a page looks up whether their event fits."""
STEP = 250
OFTEN = 40_000
"""Reports of a place with one word, up to which its list is gone through to its end beside another word's."""
LATEST = (date.max.toordinal(), 2**62)

Key = tuple[int, int]
Line = tuple[int, int, int]
"""Day as an ordinal, number of the event, flags."""
Found = tuple[list[Line], bool, Key | None]
"""Lines, whether there are more, and how far it was looked when not to the end."""
NOW = "SELECT day, event, kinds, deaths, sources, flags FROM listed WHERE place = ?"
ONCE = "SELECT day, event, kinds, deaths, sources, flags FROM listed_once WHERE place = ?"


def members_at(db: sqlite3.Connection, events: Iterable[int], at: int | None) -> dict[int, list[int]]:
    """Return the reports of each event, now or at a moment of the past (seconds of the epoch)."""
    if at is None:
        return members(db, events)
    found: dict[int, list[int]] = {event: [] for event in events}
    for part in chunks(found):
        for event, ids in members(db, part).items():
            found[event] += ids
    late = _joined_after(db, [i for ids in found.values() for i in ids], at)
    found = {event: [i for i in ids if i not in late] for event, ids in found.items()}
    for part in chunks(found):
        asked = (
            f"SELECT event, report FROM belonged WHERE event IN ({marks(part)}) "  # noqa: S608
            "AND since <= ? AND until > ?"
        )
        for event, one in db.execute(asked, (*part, at, at)):
            found[event].append(one)
    return {event: sorted(ids) for event, ids in found.items()}


def _joined_after(db: sqlite3.Connection, ids: list[int], at: int) -> set[int]:
    late: set[int] = set()
    for part in chunks(ids):
        asked = f"SELECT id FROM report WHERE id IN ({marks(part)}) AND joined > ?"  # noqa: S608
        late |= {i for (i,) in db.execute(asked, (*part, at))}
    return late


def events_at(db: sqlite3.Connection, reports: list[int], at: int | None) -> dict[int, int]:
    """Return the event that each report is in, now or at a moment; a report that is in none is left out."""
    found: dict[int, int] = {}
    for part in chunks(reports):
        asked = f"SELECT id, event, joined FROM report WHERE id IN ({marks(part)}) AND event IS NOT NULL"  # noqa: S608
        found |= {i: event for i, event, joined in db.execute(asked, part) if at is None or joined <= at}
        if at is not None:
            once = (
                f"SELECT report, event FROM belonged WHERE report IN ({marks(part)}) "  # noqa: S608
                "AND since <= ? AND until > ?"
            )
            found |= dict(db.execute(once, (*part, at, at)).fetchall())
    return found


class Query:
    """One question to the store: which lines of which place, after which key, known when."""

    def __init__(
        self,
        db: sqlite3.Connection,
        *,
        place_id: str,
        before: Key = LATEST,
        first: date | None = None,
        last: date | None = None,
        kind: str = "",
        source: str = "",
        deaths: int | None = None,
        at: int | None = None,
    ) -> None:
        self.db = db
        self.place_id = place_id
        self.before = before
        self.at = at
        self.place = codes.place_code(place_id) if place_id else codes.NOWHERE
        self.low = first.toordinal() if first else 0
        # The bound of days carries the key: the index is entered at it, and not read down to it.
        self.high = min(last.toordinal() if last else LATEST[0], before[0])
        tests, values = ["1"], []
        if kind:
            tests.append("kinds & ?")
            values.append(codes.KIND_BITS.get(kind, codes.NOT_SAID))
        if source:
            bit = db.execute("SELECT bit FROM source WHERE source_id = ?", (source,)).fetchone()
            tests.append("sources & ?")
            values.append(1 << bit[0] if bit else 0)
        if deaths is not None:
            tests.append("deaths >= ?")
            values.append(deaths)
        self.fits, self.values = " AND ".join(tests), tuple(values)

    def walked(self, size: int) -> Found:
        """Return the next lines that fit, by looking at one after the other."""
        span, bound = self._span("(day, event) < (?, ?) AND day BETWEEN ? AND ?", (*self.before, self.low, self.high))
        span += " ORDER BY day DESC, event DESC"
        rows = self.db.execute(
            f"SELECT day, event, flags FROM (SELECT * FROM ({span}) LIMIT {LOOKED}) WHERE {self.fits} LIMIT ?",  # noqa: S608
            (*bound, *self.values, size + 1),
        ).fetchall()
        if len(rows) > size:
            return rows[:size], True, None
        return rows, False, self._end()

    def searched(self, terms: list[str], size: int) -> Found:
        """Return the next lines that fit and one of whose reports has every word.

        Reports come with the newest day first and, within a day, the largest number; an event stands under its first
        day and its smallest number, so that none is found later than at its own line: what lies above the last report
        looked at, and at it, is complete.
        """
        low, floor = self.low, None
        if len(terms) > 1 and all(words.often(self.db, self.place_id, term, OFTEN) for term in terms):
            # Two long lists that share little are not read to their end: only as far as a walk would look.
            floor = self._end()
            low = max(low, floor[0]) if floor else low
        found = words.hits(self.db, self.place_id, terms, low, self.high)
        waiting: list[tuple[int, int, int]] = []
        lines: list[Line] = []
        known: set[Key] = set()
        looked, many = 0, size + 5
        while step := list(islice(found, many)):
            for day, event, flags in self._lines(step):
                key = (day, event)
                if key < self.before and key not in known and (floor is None or key >= floor):
                    known.add(key)
                    heappush(waiting, (-day, -event, flags))
            reached = step[-1]
            while waiting and (-waiting[0][0], -waiting[0][1]) >= reached and len(lines) <= size:
                day, event, flags = heappop(waiting)
                lines.append((-day, -event, flags))
            if len(lines) > size:
                return lines[:size], True, None
            looked, many = looked + sum(hit < self.before for hit in step), STEP
            if looked >= FOUND:
                return lines, False, max(reached, floor) if floor else reached
        while waiting and len(lines) <= size:
            day, event, flags = heappop(waiting)
            lines.append((-day, -event, flags))
        if len(lines) > size:
            return lines[:size], True, None
        return lines, False, floor

    def _span(self, bounds: str, values: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
        """Return a question for the lines of the place within bounds, as they are or as they were at the moment."""
        if self.at is None:
            return f"{NOW} AND {bounds}", (self.place, *values)
        both = f"{NOW} AND {bounds} AND since <= ? UNION ALL {ONCE} AND {bounds} AND since <= ? AND until > ?"
        return both, (self.place, *values, self.at, self.place, *values, self.at, self.at)

    def _end(self) -> Key | None:
        """Return the last line that a page looks at; None when the list is over before."""
        span, bound = self._span("(day, event) < (?, ?) AND day BETWEEN ? AND ?", (*self.before, self.low, self.high))
        asked = f"{span} ORDER BY day DESC, event DESC LIMIT 1 OFFSET {LOOKED - 1}"
        found = self.db.execute(asked, bound).fetchone()
        return found[:2] if found else None

    def _lines(self, step: list[words.Hit]) -> Iterator[Line]:
        """Yield the lines of the events of reports found that fit and stand under the day they were found by."""
        events = events_at(self.db, [report for _, report in step], self.at)
        for day, event in {(day, events[report]) for day, report in step if report in events}:
            span, bound = self._span("day = ? AND event = ?", (day, event))
            asked = f"SELECT day, event, flags FROM ({span}) WHERE {self.fits}"  # noqa: S608
            yield from self.db.execute(asked, (*bound, *self.values))
