"""Too many reports of one source in one neighbourhood: beyond a number they are listed, and not compared.

Every two reports of a neighbourhood are compared, so that a source which sends thousands of much the same would cost
their square. What is not compared is in no event but its own, and its page and the load's record say so.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping

from tocsin.evidence.events.blocks import Key, buckets, stands_in
from tocsin.evidence.events.report import Report

MOST = 1_000
MOST_SAID = 200
"""Of a source that gathers several people's reports: those may be of one event with one another too."""


def crowded(db: sqlite3.Connection, reports: Mapping[int, Report]) -> set[int]:
    """Return those of new reports that find a block of theirs full of reports of their source."""
    at = {i: [(b, key) for b in buckets(r) for key in stands_in(r)] for i, r in reports.items()}
    coming = Counter(block for blocks in at.values() for block in blocks)
    held: dict[tuple[int, Key], Counter[str]] = {}
    for block, many in coming.items():
        asked = "SELECT count(*) FROM (SELECT 1 FROM block WHERE bucket = ? AND key = ? LIMIT ?)"
        there = db.execute(asked, (*block, MOST_SAID)).fetchone()[0]
        if there + many > MOST_SAID:
            held[block] = _by_source(db, block)
    if not held:
        return set()
    full = set()
    for i, r in sorted(reports.items()):
        source, _, said = r.voice.partition("/")
        mine = [held[block] for block in at[i] if block in held]
        if any(here[source] >= (MOST_SAID if said else MOST) for here in mine):
            full.add(i)
            continue
        for here in mine:
            here[source] += 1
    return full


def compared(db: sqlite3.Connection, one: int, report: Report) -> bool:
    """Tell whether a report in force was compared with others at all."""
    asked = "SELECT 1 FROM block WHERE bucket = ? AND key = ? AND report = ?"
    every = ((b, key, one) for b in buckets(report) for key in stands_in(report))
    return any(db.execute(asked, block).fetchone() for block in every)


def _by_source(db: sqlite3.Connection, block: tuple[int, Key]) -> Counter[str]:
    asked = (
        "SELECT v.said, count(*) FROM block b JOIN voice v ON v.id = b.voice "
        "WHERE b.bucket = ? AND b.key = ? GROUP BY v.said"
    )
    found: Counter[str] = Counter()
    for voice, many in db.execute(asked, block):
        found[voice.partition("/")[0]] += many
    return found
