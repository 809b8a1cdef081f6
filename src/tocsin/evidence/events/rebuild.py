"""Make the event store again from what every load kept: the file is derived, and may be lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tocsin.catalog.fusion import basis, rules
from tocsin.core.context import Context
from tocsin.evidence.events import judged, keep, settle
from tocsin.evidence.events.dropped import Covered
from tocsin.evidence.events.take import Taker, enter_source
from tocsin.evidence.sources.spec import EVENTS
from tocsin.evidence.store import good

DERIVED = (
    *("taking", "source", "report", "voice", "block", "pair", "listed", "listed_once", "belonged", "dropped"),
    *("passed", "ask", "basis", "judgement"),
)


@dataclass(frozen=True)
class Rebuilt:
    """What was read and what is there now."""

    loads: int
    reports: int


def rebuild(ctx: Context) -> Rebuilt:
    """Make the store anew from all loads, in the order in which they came; judgements that were handed over stay.

    All of it or nothing. Raises Refused when another process writes, Damaged when a load is not what was written or
    the file is no event store.
    """
    folders = [p.name for p in ctx.settings.store.iterdir() if p.is_dir()] if ctx.settings.store.is_dir() else []
    kept = [
        (record["retrieved_at"], source_id, str(record["folder"]), record)
        for source_id in sorted(folders)
        for record in good.loads(ctx.settings.store, source_id)
        if EVENTS in record["tables"]
    ]
    keep.renew(ctx)
    with keep.writing(ctx) as db:
        # What people judged is known from now on: a day of the past is not shown with it.
        said = settle.judgements(db)
        for table in DERIVED:
            db.execute(f"DELETE FROM {table}")  # noqa: S608 - names above
        db.execute("INSERT INTO words (words) VALUES ('delete-all')")
        db.execute("INSERT INTO basis VALUES (?)", (basis(),))
        for at, source_id, _, record in sorted(kept, key=lambda k: k[:3]):
            ctx.progress(f"{source_id}, {record['release']}")
            enter_source(db, source_id)
            taker = Taker(db, rules(), at)
            taker.take(good.table(record, EVENTS), source_id, record["release"], record["sha256"], covered(record))
        judged.lay(db, said, at=int(ctx.now().timestamp()))
        reports = db.execute("SELECT count(*) FROM report WHERE replaced_by IS NULL").fetchone()[0]
    return Rebuilt(len(kept), reports)


def covered(record: dict[str, Any]) -> Covered:
    """Return what a load's file has whole, as its record says; of a load from before that was kept: nothing."""
    told = record.get("covers") or {}
    return Covered(frozenset(told.get("months", ())), frozenset(told.get("set_aside", ())))
