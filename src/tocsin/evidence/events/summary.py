"""One event from its reports: what they say together, and where they disagree. Nothing is averaged or chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.catalog.fusion import actor
from tocsin.evidence.events.report import voice_of

Row = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """One thing on which reports differ: ``said`` pairs each value with those who say it, in order of the value."""

    what: str
    said: tuple[tuple[str, tuple[str, ...]], ...]


def deaths(row: Row) -> int | None:
    """Return the dead that a report counts: its best figure, else the high, else the low; None when it counts none."""
    return next((row[c] for c in ("deaths_best", "deaths_high", "deaths_low") if row[c] is not None), None)


def span(rows: Sequence[Row]) -> tuple[int, int] | None:
    """Return the least and the most dead that any report allows for; None when none counts."""
    every = [row[c] for row in rows for c in ("deaths_low", "deaths_best", "deaths_high") if row[c] is not None]
    return (min(every), max(every)) if every else None


def voices(rows: Sequence[Row]) -> list[str]:
    """Return whose reports they are, sorted."""
    return sorted({voice_of(row["source_id"], row["said_by"]) for row in rows})


def differences(rows: Sequence[Row]) -> list[Difference]:
    """Return on what the reports of one event disagree: the dead, the day, the kind, the actors."""
    found = [
        _difference("dead", rows, lambda r: None if deaths(r) is None else f"{deaths(r):,}", numeric=True),
        _difference("day", rows, lambda r: r["date_start"].isoformat()),
        _difference("kind of violence", rows, lambda r: r["kind"] and r["kind"].replace("_", "-")),
        _difference("actors", rows, _actors),
        _difference("state", rows, lambda r: r["place_id"]),
    ]
    return [one for one in found if len(one.said) > 1]


def _actors(row: Row) -> str | None:
    named = sorted(actor(a) for a in (row["actor_a"], row["actor_b"]) if a)
    return ", ".join(named) or None


def _difference(what: str, rows: Sequence[Row], value: Any, *, numeric: bool = False) -> Difference:
    said: dict[str, set[str]] = {}
    for row in rows:
        told = value(row)
        if told is not None and told != "":
            said.setdefault(told, set()).add(voice_of(row["source_id"], row["said_by"]))
    order = sorted(said, key=lambda v: int(v.replace(",", ""))) if numeric else sorted(said)
    return Difference(what, tuple((v, tuple(sorted(said[v]))) for v in order))
