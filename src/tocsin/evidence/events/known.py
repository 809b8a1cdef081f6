"""Is every report of a table in force already, to the letter? Asked of what a publisher sends once more."""

from __future__ import annotations

import polars as pl

from tocsin.core.context import Context
from tocsin.evidence.events import keep
from tocsin.evidence.events.dropped import dropped_now
from tocsin.evidence.events.rows import chunks, marks
from tocsin.evidence.events.schema import shaped
from tocsin.evidence.events.take import batches, content_of, ref_bytes


def all_known(ctx: Context, table: pl.DataFrame) -> bool:
    """Whether each report of a table is in force in this very form, and no release has dropped it since.

    Raises Damaged when the store is none.
    """
    with keep.reading(ctx) as db:
        if db is None:
            return False
        for batch in batches(shaped(table).iter_rows()):
            wanted = {(ref_bytes(row), content_of(row)) for row in batch}
            held: dict[tuple[bytes, bytes], int] = {}
            for part in chunks({ref for ref, _ in wanted}):
                asked = f"SELECT ref, content, id FROM report WHERE ref IN ({marks(part)}) AND replaced_by IS NULL"  # noqa: S608
                held |= {(ref, content): one for ref, content, one in db.execute(asked, part)}
            if not wanted <= held.keys() or dropped_now(db, {held[k] for k in wanted}):
                return False
    return True
