"""What people judged of reports, handed over by whoever has the register: kept here so that a load goes by it too."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable

from tocsin.catalog.fusion import rules
from tocsin.core.context import Context
from tocsin.evidence.events import keep, settle
from tocsin.evidence.events.fuse import Judgement
from tocsin.evidence.events.rows import chunks, marks


def hand_over(ctx: Context, standing: Callable[[], Iterable[Judgement]]) -> int:
    """Take all judgements that stand, in place of those handed over before; return how many reports that touched.

    Nothing is written when they are the same. Raises Refused when another process writes.
    """
    with keep.reading(ctx) as db:
        if db is None or settle.judgements(db) == _sorted(standing()):
            return 0
    with keep.writing(ctx) as db:
        # Asked for once nobody else can write: of two who hand over, the last has the judgements of both.
        return lay(db, _sorted(standing()), at=int(ctx.now().timestamp()))


def lay(db: sqlite3.Connection, said: list[Judgement], *, at: int) -> int:
    """Put judgements in the place of those that are kept, from a moment on; return how many reports that touched."""
    before = settle.judgements(db)
    moved = {ref for j in set(before) ^ set(said) for ref in j.pair}
    db.execute("DELETE FROM judgement")
    gone = {j.number for j in before} - {j.number for j in said}
    db.executemany("DELETE FROM passed WHERE number = ?", [(n,) for n in gone])
    db.executemany(
        "INSERT INTO judgement VALUES (?, ?, ?, ?)",
        [(j.number, j.word, bytes.fromhex(j.one), bytes.fromhex(j.other)) for j in said],
    )
    touched: set[int] = set()
    for part in chunks(bytes.fromhex(ref) for ref in moved):
        asked = f"SELECT id FROM report WHERE ref IN ({marks(part)}) AND replaced_by IS NULL"  # noqa: S608
        touched |= {i for (i,) in db.execute(asked, part)}
    settle.settle(db, touched, said, rules(), at=at)
    return len(touched)


def _sorted(judgements: Iterable[Judgement]) -> list[Judgement]:
    return sorted(judgements, key=lambda j: j.number)


def passed_over(ctx: Context) -> dict[int, tuple[int, ...]]:
    """Return the judgements that others make impossible, by number, with the later ones that are why."""
    with keep.reading(ctx) as db:
        if db is None:
            return {}
        told = db.execute("SELECT number, against FROM passed ORDER BY number")
        return {number: tuple(map(int, against.split())) for number, against in told}
