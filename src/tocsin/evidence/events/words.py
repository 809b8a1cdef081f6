"""The index of words: for each place and word the reports that have it, by the day of the event they are in.

A number in the index is a day and a report, so that the newest come first and a page reads what it shows. A report is
entered under its own day and its own places, and once more wherever its event is listed otherwise. Nothing is taken
out: an entry counts as long as the event of its report is listed under its day, at its place.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from tocsin.evidence.events import codes

SAID = ("title", "where_text", "admin1", "actor_a", "actor_b", "event_id")
"""Columns whose words find a report."""
REPORT_BITS = 32
Entry = tuple[int, str]
Hit = tuple[int, int]
"""Day and report."""


def entry(day: int, report: int, row: dict[str, Any], places: Iterable[str]) -> Entry:
    """Return what is put in for a report under a day, at these places; none: where no place is known."""
    told = dict.fromkeys(codes.words(" ".join(t for t in (row[c] for c in SAID) if t)))
    there = list(places) or [""]
    return day << REPORT_BITS | report, " ".join(codes.placed_word(p, word) for p in there for word in told)


def put(db: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Put entries in; in order, for the index writes a part of its own each time that a number falls."""
    db.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", sorted(entries))


def hits(db: sqlite3.Connection, place_id: str, terms: list[str], first: int, last: int) -> Iterator[Hit]:
    """Return the reports at a place that have every word, of the days from ``first`` to ``last``, the newest first."""
    match = " AND ".join(f'"{codes.placed_word(place_id, term)}"' for term in terms)
    found = db.execute(
        "SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC",
        (match, first << REPORT_BITS, (last << REPORT_BITS) + (1 << REPORT_BITS) - 1),
    )
    for (number,) in found:
        yield number >> REPORT_BITS, number & ((1 << REPORT_BITS) - 1)


def often(db: sqlite3.Connection, place_id: str, term: str, most: int) -> bool:
    """Tell whether more than ``most`` reports at a place have a word."""
    asked = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"
    found: int = db.execute(asked, (f'"{codes.placed_word(place_id, term)}"', most + 1)).fetchone()[0]
    return found > most
