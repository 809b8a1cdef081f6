"""Hand the events of a file that was taken in to the event store."""

from __future__ import annotations

import polars as pl

from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Refused
from tocsin.evidence.sources import Issue, Reading


def take_events(ctx: Context, source_id: str, sha256: str, reading: Reading, events: pl.DataFrame) -> list[Issue]:
    """Take a file's events into the event store; return what is to be said of it, also when it cannot be written."""
    if events.is_empty():
        return []
    # That room reads the bundled shapes, which are of this one.
    from tocsin.evidence.events.dropped import Covered
    from tocsin.evidence.events.said import found
    from tocsin.evidence.events.take import take

    covered = Covered(reading.whole_months, reading.set_aside)
    try:
        taken = take(ctx, events, source_id=source_id, release=reading.release, sha256=sha256, covered=covered)
    except (Refused, Damaged) as error:
        said = f"the events are kept with the load and not yet in the event store: {error.sentence()}"
        more = "" if "tocsin events rebuild" in said else " Run: tocsin events rebuild"
        return [Issue("events-wait", said + more, weight="warn")]
    return found(taken, reading.release)


def withdrawn_now(ctx: Context, source_id: str, reading: Reading, in_force: dict[str, pl.DataFrame]) -> list[Issue]:
    """Return what is to be said of events that are listed here and that this list is the first to have as withdrawn."""
    from tocsin.evidence.events.withdrawn import TABLE, said

    if TABLE not in reading.tables:
        return []
    known = set(in_force[TABLE]["event_id"]) if in_force[TABLE].width else set()
    return said(ctx, source_id, set(reading.tables[TABLE]["event_id"]) - known)


def covers(reading: Reading) -> dict[str, list[str]]:
    """Return what a file has whole, as its load's record keeps it for a store of events that is made again."""
    return {"months": sorted(reading.whole_months), "set_aside": sorted(reading.set_aside)}
