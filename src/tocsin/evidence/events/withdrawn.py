"""Events that their publisher took back: a dated fact about a report, which stays as it was told.

Nothing is taken out of the event store for it. A publisher withdraws for many reasons (told twice, outside its scope,
disproved), and which one it does not say: no count falls by it in silence, and no event passes for standing either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from tocsin.core.clock import parse_time
from tocsin.core.context import Context
from tocsin.core.errors import Damaged
from tocsin.core.numbers import counted
from tocsin.evidence.events import keep
from tocsin.evidence.events.listing import Event
from tocsin.evidence.events.rows import fetch, members
from tocsin.evidence.sources import Issue, loadable, spec
from tocsin.evidence.store import good

TABLE = "withdrawals"


@dataclass(frozen=True)
class Withdrawal:
    """When the publisher says it took an event back, and when that list came here."""

    source_id: str
    event_id: str
    withdrawn_at: datetime
    known_at: datetime


def withdrawn(ctx: Context, rows: Iterable[dict[str, Any]], as_of: date | None = None) -> dict[str, Withdrawal]:
    """Return what was withdrawn among reports (rows with ``ref``, ``source_id``, ``event_id``), by their ``ref``.

    ``as_of``: as it was known at the end of that day (UTC).

    Raises Damaged when the list of a source is not what was written.
    """
    by_source: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_source.setdefault(row["source_id"], []).append(row)
    found: dict[str, Withdrawal] = {}
    for source_id, own in by_source.items():
        said = _of(ctx, source_id, [row["event_id"] for row in own], as_of)
        found |= {row["ref"]: said[row["event_id"]] for row in own if row["event_id"] in said}
    return found


def in_list(ctx: Context, events: Sequence[Event], as_of: date | None = None) -> dict[str, list[Withdrawal]]:
    """Return, by the ``ref`` of an event of a list, the reports in it that their publisher withdrew."""
    telling = {s for s in loadable() if TABLE in spec(s).tables}
    wanted = {bytes.fromhex(e.ref): e.ref for e in events if telling & set(e.sources)}
    with keep.reading(ctx) as db:
        if db is None or not wanted:
            return {}
        marks = ",".join("?" * len(wanted))
        asked = f"SELECT event, ref FROM report WHERE ref IN ({marks}) AND replaced_by IS NULL"  # noqa: S608
        number = dict(db.execute(asked, list(wanted)).fetchall())
        together = members(db, number)
        rows = fetch(db, [i for ids in together.values() for i in ids])
    gone = withdrawn(ctx, rows.values(), as_of)
    told = {wanted[number[n]]: [gone[r] for i in ids if (r := rows[i]["ref"]) in gone] for n, ids in together.items()}
    return {ref: one for ref, one in told.items() if one}


def standing(ctx: Context, source_id: str, ids: set[str]) -> tuple[int, int]:
    """Return how many reports of a source that stand here have one of these numbers, and the dead that they told of.

    It reads every report of the source once: a number alone is in no index.
    """
    asked = "SELECT event_id, deaths_best FROM report WHERE source_id = ? AND replaced_by IS NULL"
    with keep.reading(ctx) as db:
        found = [dead or 0 for own, dead in db.execute(asked, (source_id,)) if own in ids] if db else []
    return len(found), sum(found)


def said(ctx: Context, source_id: str, fresh: Iterable[str]) -> list[Issue]:
    """Return what a load says of events that were withdrawn now and stand here; what cannot be read says nothing."""
    try:
        many, dead = standing(ctx, source_id, set(fresh))
    except Damaged:
        return []
    if not many:
        return []
    told = f"Its publisher withdrew {counted(many, 'event')} of those listed here"
    told += f"; {dead:,} dead were told of them" if dead else ""
    told += ". They stay listed and say so: a withdrawal is no zero"
    return [Issue("withdrawn", told, weight="warn" if dead else "note")]


def _of(ctx: Context, source_id: str, ids: list[str], as_of: date | None) -> dict[str, Withdrawal]:
    """Return what a source withdrew among its own numbers."""
    if source_id not in loadable() or TABLE not in spec(source_id).tables:
        return {}
    until = (as_of or ctx.now().date()).isoformat()
    standing = good.loads(ctx.settings.store, source_id)
    lists = [held for held in standing if TABLE in held["tables"] and str(held["retrieved_at"])[:10] <= until]
    if not lists:
        return {}
    own = pl.col("event_id").is_in(ids)
    # Each list is laid over the one before: the newest has all, and only of what it has the first is looked for.
    now = {event: at for _, event, at in good.table(lists[-1], TABLE).filter(own).rows()}
    known: dict[str, datetime] = {}
    for held in lists if now else ():
        for event in good.table(held, TABLE).filter(own)["event_id"]:
            known.setdefault(event, parse_time(good.came_at(held)))
    return {event: Withdrawal(source_id, event, at, known[event]) for event, at in now.items()}
