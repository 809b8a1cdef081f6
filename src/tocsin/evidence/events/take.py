"""Take a publisher's reports into the store: each form of each report once, the last one taken in force."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

import polars as pl

from tocsin.catalog.fusion import Rules, basis, rules
from tocsin.catalog.geography import places
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.evidence.events import codes, keep, settle, summary, words
from tocsin.evidence.events.crowd import crowded
from tocsin.evidence.events.dropped import Covered, drop, named_again
from tocsin.evidence.events.report import Report, ref_of
from tocsin.evidence.events.rows import COLUMNS, as_report, chunks, fetch, marks
from tocsin.evidence.events.schema import shaped
from tocsin.evidence.events.where import Found, locate

BATCH = 5_000
KNOWN_MOST = 5_000
"""Reports kept in memory in the form in which they are compared."""
WITHOUT_RELEASE = tuple(i for i, c in enumerate(COLUMNS) if c != "release")
AT = {c: i for i, c in enumerate(COLUMNS)}
INSERT = (
    "INSERT INTO report (id, ref, content, taking, may, note, event, joined, "  # noqa: S608 - names of declared columns
    f"{', '.join(COLUMNS)}) VALUES ({', '.join('?' * (8 + len(COLUMNS)))})"
)


@dataclass(frozen=True)
class Taken:
    """What became of the reports of a load: ``new``, known to the letter (``same``), or another form of a known one.

    ``fewer_dead``: of the last, those that say fewer dead than before, or no number any more. ``dropped``: reports that
    stood here and are not in a release that covers them, with ``dropped_dead`` as last told. ``crowded``: not compared.
    """

    rows: int
    new: int
    same: int
    revised: int
    fewer_dead: int = 0
    dropped: int = 0
    dropped_dead: int = 0
    crowded: int = 0


def take(
    ctx: Context, table: pl.DataFrame, *, source_id: str, release: str, sha256: str, covered: Covered | None = None
) -> Taken:
    """Take the ``events`` of one load in and make the events they belong to anew; all of it or nothing.

    Reports known to the letter (release aside) change nothing. Of several forms of one report the one taken last is in
    force, and the others stay. ``covered`` is what the release has whole: a report of that which it does not name is
    marked as no longer in it. Raises Refused when another process writes, Damaged when the store is none.
    """
    frame = shaped(table)
    with keep.writing(ctx) as db:
        enter_source(db, source_id)
        moment = iso(ctx.now()) or ""
        taker = Taker(db, rules(), moment)
        if db.execute("SELECT told FROM basis").fetchall() != [(basis(),)]:
            taker.again()
            db.execute("DELETE FROM basis")
            db.execute("INSERT INTO basis VALUES (?)", (basis(),))
        return taker.take(frame, source_id, release, sha256, covered or Covered())


def enter_source(db: sqlite3.Connection, source_id: str) -> None:
    """Give a source its bit; from the sixty-third on they share one."""
    if db.execute("SELECT 1 FROM source WHERE source_id = ?", (source_id,)).fetchone():
        return
    used = db.execute("SELECT count(*) FROM source").fetchone()[0]
    db.execute("INSERT INTO source VALUES (?, ?)", (min(used, codes.LAST_BIT), source_id))


class Taker:
    """Takes batch after batch inside one transaction, keeping reports in memory that the next batch may be near."""

    def __init__(self, db: sqlite3.Connection, rule: Rules, moment: str) -> None:
        self.db = db
        self.moment = moment
        self.at = seconds(moment)
        self.rule = rule
        self.known: dict[int, Report] = {}
        self.said = settle.judgements(db)
        self.fewer_dead = self.crowded = 0
        self.named: set[bytes] = set()
        self.next = (db.execute("SELECT max(id) FROM report").fetchone()[0] or 0) + 1

    def take(self, frame: pl.DataFrame, source_id: str, release: str, sha256: str, covered: Covered) -> Taken:
        """Take a whole table in and record that it was."""
        number = (self.db.execute("SELECT max(id) FROM taking").fetchone()[0] or 0) + 1
        new = same = revised = 0
        for batch in batches(frame.iter_rows()):
            a, b, c = self._batch(batch, number)
            new, same, revised = new + a, same + b, revised + c
        dropped, dead = drop(self.db, source_id, covered, self.named, taking=number, at=self.at)
        told = Taken(frame.height, new, same, revised, self.fewer_dead, len(dropped), dead, self.crowded)
        self.db.execute(
            "INSERT INTO taking VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, source_id, release, sha256, self.moment, told.rows, new, same, revised),
        )
        settle.settle(self.db, dropped, self.said, self.rule, at=self.at)
        return told

    def _batch(self, batch: list[tuple[Any, ...]], taking: int) -> tuple[int, int, int]:
        keyed = [(ref_bytes(row), content_of(row), row) for row in batch]
        refs = {ref for ref, _, _ in keyed}
        self.named |= refs
        forms = self._forms(refs)
        fresh: list[tuple[int, bytes, bytes, tuple[Any, ...]]] = []
        back: list[int] = []
        gone: dict[int, int] = {}
        new = same = revised = 0
        for ref, content, row in keyed:
            held = forms.setdefault(ref, {})
            current = next((i for i, (_, replaced) in held.items() if not replaced), None)
            here = next((i for i, (told, _) in held.items() if told == content), None)
            if here is not None and here == current:
                same += 1
                continue
            if here is None:
                here, self.next = self.next, self.next + 1
                fresh.append((here, ref, content, row))
            else:
                back.append(here)
                gone.pop(here, None)
            held[here] = (content, False)
            if current is None:
                new += 1
            else:
                revised += 1
                held[current] = (held[current][0], True)
                gone[current] = here
        again = named_again(self.db, {i for held in forms.values() for i in held}, self.at)
        self._write(fresh, gone, back, again, taking)
        return new, same, revised

    def _forms(self, refs: set[bytes]) -> dict[bytes, dict[int, tuple[bytes, bool]]]:
        """Return every form that is kept of reports: its content, and whether another replaced it."""
        found: dict[bytes, dict[int, tuple[bytes, bool]]] = {}
        for part in chunks(refs):
            asked = f"SELECT ref, id, content, replaced_by FROM report WHERE ref IN ({marks(part)})"  # noqa: S608
            for ref, one, content, replaced in self.db.execute(asked, part):
                found.setdefault(ref, {})[one] = (content, replaced is not None)
        return found

    def _write(
        self,
        fresh: list[tuple[int, bytes, bytes, tuple[Any, ...]]],
        gone: dict[int, int],
        back: list[int],
        again: set[int],
        taking: int,
    ) -> None:
        """Put new forms in, take replaced ones out of the comparison, and settle what both touch."""
        placed = _placed([row for *_, row in fresh])
        self.db.executemany(
            INSERT,
            [
                (one, ref, content, taking, " ".join(may) or None, note or None, one, self.at, *_stored(row))
                for (one, ref, content, row), (may, note) in zip(fresh, placed, strict=True)
            ],
        )
        words.put(self.db, [_entry(one, row, may) for (one, _, _, row), (may, _) in zip(fresh, placed, strict=True)])
        touched: set[int] = set()
        events: set[int] = set()
        if gone:
            old = fetch(self.db, gone)
            self.fewer_dead += self._fewer(old, gone)
            touched |= settle.forget(self.db, {i: as_report(row) for i, row in old.items()})
            events = {row["event"] for row in old.values()}
            settle.leave(self.db, [(row["event"], i, row["joined"]) for i, row in old.items()], self.at)
            self.db.executemany(
                "UPDATE report SET replaced_by = ?, event = NULL WHERE id = ?", [(by, i) for i, by in gone.items()]
            )
            for i in gone:
                self.known.pop(i, None)
        returned = "UPDATE report SET replaced_by = NULL, event = id, joined = ? WHERE id = ?"
        self.db.executemany(returned, [(self.at, i) for i in back])
        entering = {*(one for one, *_ in fresh if one not in gone), *(i for i in back if i not in gone)}
        self._enter(entering)
        touched |= entering | (again - gone.keys())
        # An event whose smallest report is gone is named by the next; its others are done again with it.
        touched |= self._left(events)
        settle.settle(self.db, touched, self.said, self.rule, at=self.at, gone=events)

    def _enter(self, ids: set[int]) -> None:
        """Put reports in force into the comparison."""
        reports = {i: as_report(row) for i, row in fetch(self.db, ids).items()}
        if len(self.known) > KNOWN_MOST:
            self.known.clear()
        full = crowded(self.db, reports)
        self.crowded += len(full)
        reports = {i: r for i, r in reports.items() if i not in full}
        self.known.update(reports)
        settle.index(self.db, reports)
        settle.compare_new(self.db, reports, self.known, self.rule)

    def again(self) -> int:
        """Make every event anew from the reports in force: after a change of the rule or of the tables of names."""
        for table in ("block", "pair", "ask"):
            self.db.execute(f"DELETE FROM {table}")  # noqa: S608 - names above
        for ids in self._in_force():
            self._enter(ids)
        done = 0
        for ids in self._in_force():
            settle.settle(self.db, ids, self.said, self.rule, at=self.at)
            done += len(ids)
        return done

    def _in_force(self) -> Iterator[set[int]]:
        """Yield the reports in force, batch by batch."""
        last = 0
        asked = "SELECT id FROM report WHERE id > ? AND replaced_by IS NULL ORDER BY id LIMIT ?"
        while ids := [i for (i,) in self.db.execute(asked, (last, BATCH))]:
            yield set(ids)
            last = ids[-1]

    def _fewer(self, old: dict[int, dict[str, Any]], gone: dict[int, int]) -> int:
        """Count the replaced forms that told of more dead than the form in their place."""
        now = fetch(self.db, set(gone.values()))
        both = [(summary.deaths(old[i]), summary.deaths(now[by])) for i, by in gone.items() if i in old and by in now]
        return sum(was is not None and (is_ is None or is_ < was) for was, is_ in both)

    def _left(self, events: set[int]) -> set[int]:
        """Return the reports still in events that lost one."""
        found: set[int] = set()
        for part in chunks(events):
            asked = f"SELECT id FROM report WHERE event IN ({marks(part)}) AND event <> id"  # noqa: S608
            found |= {i for (i,) in self.db.execute(asked, part)}
            own = f"SELECT id FROM report WHERE id IN ({marks(part)}) AND event = id"  # noqa: S608
            found |= {i for (i,) in self.db.execute(own, part)}
        return found


def batches(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield rows some thousand at a time."""
    batch: list[tuple[Any, ...]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def ref_bytes(row: tuple[Any, ...]) -> bytes:
    """Return by what a report is known in whatever form."""
    return bytes.fromhex(ref_of(row[AT["source_id"]], row[AT["said_by"]], row[AT["event_id"]]))


def content_of(row: tuple[Any, ...]) -> bytes:
    """Return a hash of all that a row says, its release aside: what is told again to the letter is told once."""
    return blake2b(repr([row[i] for i in WITHOUT_RELEASE]).encode(), digest_size=16).digest()


def _stored(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(v.toordinal() if isinstance(v, date) else v for v in row)


def _entry(one: int, row: tuple[Any, ...], may: tuple[str, ...]) -> words.Entry:
    """Return by what search finds a report, under its own day and places."""
    there = (row[AT["place_id"]],) if row[AT["place_id"]] else may
    return words.entry(row[AT["date_start"]].toordinal(), one, {c: row[AT[c]] for c in words.SAID}, there)


def seconds(moment: str) -> int:
    """Return a moment as the store counts it: seconds of the epoch."""
    return int(datetime.fromisoformat(moment).timestamp())


def _placed(rows: list[tuple[Any, ...]]) -> list[tuple[tuple[str, ...], str]]:
    """Return for each row where it may lie when its publisher names no place, and what is odd about its point."""
    points = [
        (row[AT["latitude"]], row[AT["longitude"]], row[AT["date_start"]].year)
        for row in rows
        if row[AT["latitude"]] is not None and row[AT["longitude"]] is not None
    ]
    found = iter(locate(points))
    return [
        _judged(row[AT["place_id"]], next(found) if None not in (row[AT["latitude"]], row[AT["longitude"]]) else None)
        for row in rows
    ]


def _judged(said: str | None, found: Found | None) -> tuple[tuple[str, ...], str]:
    if found is None:
        return (), "" if said else "no place and no coordinates are said"
    if said is None:
        if found.sure:
            return (found.sure,), f"placed by its coordinates in {places()[found.sure].name}"
        named = " or ".join(places()[p].name for p in found.may)
        return found.may, f"its coordinates lie in {named}: {found.why}" if named else "its coordinates lie in no place"
    if found.sure and found.sure != said:
        return (), f"its publisher says {places()[said].name}; its coordinates lie in {places()[found.sure].name}"
    return (), ""
