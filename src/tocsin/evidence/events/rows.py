"""Rows of the store as reports to compare and as plain values to show."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from tocsin.evidence.events.report import Report, report
from tocsin.evidence.events.schema import EVENTS

COLUMNS = tuple(EVENTS)
MOST = 900
"""Values in one question to SQLite; some builds take 999."""
BESIDE = ("id", "ref", "event", "replaced_by", "joined", "sought", "may", "note", "taking")


def chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Cut values into parts that one question can hold."""
    every = list(values)
    for start in range(0, len(every), MOST):
        yield every[start : start + MOST]


def marks(values: Sequence[object]) -> str:
    """Return a placeholder for each value."""
    return ",".join("?" * len(values))


def fetch(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return rows by id: the columns of ``EVENTS``, and what the store keeps beside them."""
    found: dict[int, dict[str, Any]] = {}
    for part in chunks(ids):
        asked = f"SELECT {', '.join((*BESIDE, *COLUMNS))} FROM report WHERE id IN ({marks(part)})"  # noqa: S608
        for row in db.execute(asked, part):
            found[row[0]] = shown(row)
    return found


def shown(row: Sequence[Any]) -> dict[str, Any]:
    """Return one row with its days as dates."""
    told = dict(zip((*BESIDE, *COLUMNS), row, strict=True))
    told["ref"] = told["ref"].hex()
    told["date_start"] = date.fromordinal(told["date_start"])
    told["date_end"] = date.fromordinal(told["date_end"]) if told["date_end"] else None
    told["may"] = tuple((told["may"] or "").split()) or ()
    return told


def as_report(row: dict[str, Any]) -> Report:
    """Return a fetched row as a report to compare."""
    return report(row, row["may"])


def members(db: sqlite3.Connection, events: Iterable[int]) -> dict[int, list[int]]:
    """Return the reports in force of each event, by the event's number: the smallest of them."""
    found: dict[int, list[int]] = {event: [] for event in events}
    for part in chunks(found):
        asked = f"SELECT id, event FROM report WHERE event IN ({marks(part)}) AND event <> id"  # noqa: S608
        for one, event in db.execute(asked, part):
            found[event].append(one)
        own = f"SELECT id FROM report WHERE id IN ({marks(part)}) AND event = id"  # noqa: S608
        for (one,) in db.execute(own, part):
            found[one].append(one)
    return {event: sorted(ids) for event, ids in found.items()}
