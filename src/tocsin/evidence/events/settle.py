"""Which events the store's reports make, kept true as reports and judgements come: only what they touch is done again.

The answer is the one that ``fuse`` gives from all reports at once, because the answer for a report hangs on its own
neighbourhood: what is touched, what was compared with it, and what is joined with those.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from tocsin.catalog.fusion import Rules
from tocsin.evidence.events.blocks import buckets, days, looks_in, reach, stands_in, where
from tocsin.evidence.events.fuse import Asking, Judgement, Match, Pair, effective, gather, joined, match, outdated
from tocsin.evidence.events.lines import relist
from tocsin.evidence.events.report import Report, voice_of
from tocsin.evidence.events.rows import as_report, chunks, fetch, marks, members


class Neighbourhood:
    """What the store knows around some reports, read as far as it is asked for."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.near: dict[int, dict[int, Match]] = {}
        self.voice: dict[int, str] = {}
        self.ref: dict[int, str] = {}
        self.id: dict[str, int] = {}
        self.event: dict[int, int] = {}
        self.joined: dict[int, int] = {}

    def know(self, ids: Iterable[int]) -> None:
        """Read who says each report, and which event it is in now."""
        for part in chunks(i for i in set(ids) if i not in self.voice):
            told = f"SELECT id, ref, source_id, said_by, event, joined FROM report WHERE id IN ({marks(part)})"  # noqa: S608
            for one, ref, source_id, said_by, event, joined_at in self.db.execute(told, part):
                self.voice[one], self.ref[one] = voice_of(source_id, said_by), ref.hex()
                self.id[ref.hex()], self.event[one], self.joined[one] = one, event, joined_at

    def pairs(self, ids: Iterable[int]) -> None:
        """Read with what each report agrees."""
        wanted = [i for i in set(ids) if i not in self.near]
        for one in wanted:
            self.near[one] = {}
        for part in chunks(wanted):
            for a, b, score, sure in self.db.execute(
                f"SELECT a, b, score, sure FROM pair WHERE a IN ({marks(part)})",  # noqa: S608
                part,
            ):
                self.near[a][b] = Match(score, bool(sure))
        self.know({*wanted, *(b for a in wanted for b in self.near[a])})


def index(db: sqlite3.Connection, reports: Mapping[int, Report]) -> None:
    """Put reports into the blocks in which others find them."""
    number = _voices(db, reports)
    rows: list[tuple[Any, ...]] = []
    for one, r in reports.items():
        said, keys = (one, number[r.voice], *days(r), *where(r)), stands_in(r)
        rows += [(b, key, *said) for b in buckets(r) for key in keys]
    into = "INSERT OR IGNORE INTO block VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    rows.sort(key=_block)
    db.executemany(into, rows)


def _block(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return row[:3]


def _voices(db: sqlite3.Connection, reports: Mapping[int, Report]) -> dict[str, int]:
    """Return a number for each voice, giving new ones the next."""
    db.executemany(
        "INSERT OR IGNORE INTO voice (said) VALUES (?)", [(v,) for v in sorted({r.voice for r in reports.values()})]
    )
    return dict(db.execute("SELECT said, id FROM voice").fetchall())


def forget(db: sqlite3.Connection, reports: Mapping[int, Report]) -> set[int]:
    """Take reports that are no longer in force out of blocks and pairs; return those they were compared with."""
    touched: set[int] = set()
    for one, r in reports.items():
        blocks = [(b, key, one) for b in buckets(r) for key in stands_in(r)]
        db.executemany("DELETE FROM block WHERE bucket = ? AND key = ? AND report = ?", blocks)
        met = [b for (b,) in db.execute("SELECT b FROM pair WHERE a = ?", (one,))]
        db.executemany("DELETE FROM pair WHERE a = ? AND b = ?", [p for b in met for p in ((one, b), (b, one))])
        db.executemany("DELETE FROM ask WHERE a = ? AND b = ?", [(min(one, b), max(one, b)) for b in met])
        touched |= set(met)
    return touched - set(reports)


def compare_new(db: sqlite3.Connection, reports: Mapping[int, Report], known: dict[int, Report], rule: Rules) -> None:
    """Compare reports just put in with those around them, and keep what is worth asking about."""
    # What is too far in days or on the ground never leaves the database: dense places have thousands of those.
    db.execute(
        "CREATE TEMP TABLE IF NOT EXISTS probe "
        "(bucket INTEGER, key INTEGER, report INTEGER, voice INTEGER, first INTEGER, last INTEGER, north INTEGER, "
        "east INTEGER, place INTEGER, far REAL, shrunk REAL)"
    )
    db.execute("DELETE FROM probe")
    number, more = _voices(db, reports), rule.days_apart
    probes: list[tuple[Any, ...]] = []
    for one, r in reports.items():
        first, last = days(r)
        said = (one, number[r.voice], first - more, last + more, *where(r), *reach(r, rule))
        keys = looks_in(r, rule)
        probes += [(bucket, key, *said) for bucket in buckets(r, more) for key in keys]
    into = f"INSERT INTO probe VALUES ({marks(range(11))})"  # noqa: S608 - question marks
    probes.sort(key=_block)
    db.executemany(into, probes)
    met = db.execute(
        "SELECT DISTINCT p.report, b.report FROM probe p CROSS JOIN block b ON b.bucket = p.bucket AND b.key = p.key "
        "WHERE b.voice <> p.voice AND b.first <= p.last AND b.last >= p.first "  # whoever lists two has two events
        "AND (p.place IS NULL OR b.place IS NULL OR b.place = p.place) "
        "AND (p.north IS NULL OR b.north IS NULL OR (b.north - p.north) * (b.north - p.north) "
        "+ min(abs(b.east - p.east), 360000 - abs(b.east - p.east)) * p.shrunk "
        "* min(abs(b.east - p.east), 360000 - abs(b.east - p.east)) * p.shrunk <= p.far)",
    ).fetchall()
    unknown = {other for _, other in met if other not in known}
    known.update({i: as_report(row) for i, row in fetch(db, unknown).items()})
    rows = []
    for one, other in met:
        if other in reports and other < one:
            continue  # both are new: once is enough
        found = match(known[one], known[other], rule)
        if found:
            rows += [(one, other, found.score, found.sure), (other, one, found.score, found.sure)]
    db.executemany("INSERT OR REPLACE INTO pair VALUES (?, ?, ?, ?)", rows)


def judgements(db: sqlite3.Connection) -> list[Judgement]:
    """Return what people judged, as it was last handed over."""
    rows = db.execute("SELECT number, word, one, other FROM judgement ORDER BY number")
    return [Judgement(n, w, one.hex(), other.hex()) for n, w, one, other in rows]


def settle(
    db: sqlite3.Connection,
    touched: Iterable[int],
    said: list[Judgement],
    rule: Rules,
    *,
    at: int,
    gone: Iterable[int] = (),
) -> None:
    """Make the events of the touched reports, and of what hangs on them, anew.

    ``at`` is the moment, in seconds of the epoch, from which on they are so; ``gone``: events that lost a report.
    """
    around = Neighbourhood(db)
    start = set(touched)
    around.pairs(start)
    start |= {b for a in start for b in around.near[a]}
    judged_ids = _judged(db, said)
    whole, links = _closure(db, around, start, judged_ids, rule)
    refs = {around.ref[i] for i in whole}
    judged = effective(judged_ids.values(), refs)
    by_ref = {ref: around.voice[around.id[ref]] for ref in refs}
    near = {around.ref[a]: {around.ref[b]: m for b, m in found.items()} for a, found in around.near.items()}
    inside = {p: s for p, s in links.items() if p[0] in refs and p[1] in refs}
    events, passed = gather(refs, inside, near, by_ref, judged)
    _pass_over(db, said, refs, passed)
    old = {around.event[i] for i in whole if around.event[i] is not None}
    new = {min(around.id[ref] for ref in event): [around.id[ref] for ref in event] for event in events}
    changed = [(event, i) for event, ids in new.items() for i in ids if around.event[i] != event]
    leave(db, [(around.event[i], i, around.joined[i]) for _, i in changed], at)
    db.executemany("UPDATE report SET event = ?, joined = ? WHERE id = ?", [(event, at, i) for event, i in changed])
    for event, i in changed:
        around.event[i] = event
    asks = _asks(around, whole, judged_ids, rule)
    sides = {i for p in (*asks["waiting"], *asks["settled"]) for i in p}
    relist(db, old | set(new) | set(gone) | {around.event[i] for i in sides}, asks, at)


def leave(db: sqlite3.Connection, reports: Iterable[tuple[int | None, int, int]], at: int) -> None:
    """Keep that reports belonged to an event until now: (event, report, since when); nothing of less than a second."""
    db.executemany(
        "INSERT OR REPLACE INTO belonged VALUES (?, ?, ?, ?)",
        [(event, i, since, at) for event, i, since in reports if event is not None and since < at],
    )


def _pass_over(
    db: sqlite3.Connection, said: list[Judgement], refs: set[str], passed: Mapping[int, tuple[int, ...]]
) -> None:
    """Keep which judgements of these reports are passed over, and which later ones are why."""
    here = [j for j in said if j.one in refs and j.other in refs]
    db.executemany("DELETE FROM passed WHERE number = ?", [(j.number,) for j in here])
    told = {**passed, **outdated(here)}
    rows = [(number, " ".join(map(str, against))) for number, against in sorted(told.items())]
    db.executemany("INSERT INTO passed VALUES (?, ?)", rows)


def _judged(db: sqlite3.Connection, said: list[Judgement]) -> dict[int, Judgement]:
    """Return the judgements whose two reports are both in force, by number."""
    if not said:
        return {}
    there: set[str] = set()
    for part in chunks({bytes.fromhex(r) for j in said for r in j.pair}):
        asked_for = f"SELECT ref FROM report WHERE ref IN ({marks(part)}) AND replaced_by IS NULL"  # noqa: S608
        there |= {ref.hex() for (ref,) in db.execute(asked_for, part)}
    return {j.number: j for j in effective(said, there).values()}


def _closure(
    db: sqlite3.Connection, around: Neighbourhood, start: set[int], judged: dict[int, Judgement], rule: Rules
) -> tuple[set[int], dict[Pair, int]]:
    """Return every report whose event may change with the first ones, and the links of the rule among them."""
    by_ref: dict[str, list[Judgement]] = {}
    for j in judged.values():
        for ref in j.pair:
            by_ref.setdefault(ref, []).append(j)
    pairs = {j.pair: j for j in judged.values()}
    whole: set[int] = set()
    links: dict[Pair, int] = {}
    frontier = set(start)
    while frontier:
        around.pairs(frontier)
        around.pairs({b for a in frontier for b in around.near[a]})
        whole |= frontier
        told = {around.ref[a]: {around.ref[b]: m for b, m in near.items()} for a, near in around.near.items()}
        voices = {around.ref[i]: v for i, v in around.voice.items()}
        found = joined({around.ref[i] for i in frontier}, told, voices, pairs, rule)
        links |= found
        reached = {around.id[ref] for pair in found for ref in pair}
        same = {ref for i in frontier for j in by_ref.get(around.ref[i], ()) for ref in j.pair}
        reached |= _ids(db, around, same)
        together = members(db, {around.event[i] for i in frontier if around.event[i] is not None})
        reached |= {i for ids in together.values() for i in ids}
        around.know(reached)
        frontier = reached - whole
    return whole, links


def _ids(db: sqlite3.Connection, around: Neighbourhood, refs: set[str]) -> set[int]:
    """Return the reports in force with these identities."""
    found = {around.id[ref] for ref in refs if ref in around.id}
    for part in chunks(bytes.fromhex(ref) for ref in refs if ref not in around.id):
        asked_for = f"SELECT id FROM report WHERE ref IN ({marks(part)}) AND replaced_by IS NULL"  # noqa: S608
        found |= {i for (i,) in db.execute(asked_for, part)}
    return found


def _asks(
    around: Neighbourhood, whole: set[int], judged: dict[int, Judgement], rule: Rules
) -> dict[str, list[tuple[int, int]]]:
    """Return the pairs around the reports that are to be asked, and those that are not any more."""
    pairs = {(a, b) if a < b else (b, a) for a in whole for b in around.near.get(a, ())}
    together = members(around.db, {around.event[i] for p in pairs for i in p})
    around.know(i for ids in together.values() for i in ids)
    events = {around.ref[i]: tuple(sorted(around.ref[m] for m in ids)) for ids in together.values() for i in ids}
    voices = {around.ref[i]: v for i, v in around.voice.items()}
    near = {around.ref[a]: {around.ref[b]: m for b, m in found.items()} for a, found in around.near.items()}
    ask = Asking(events, near, voices, {j.pair: j for j in judged.values()}, rule)
    waiting: list[tuple[int, int]] = []
    settled: list[tuple[int, int]] = []
    for a, b in sorted(pairs):
        first, second = sorted((around.ref[a], around.ref[b]))
        (waiting if ask.about((first, second)) else settled).append((a, b))
    return {"waiting": waiting, "settled": settled}
