"""The lines of an export of the register's log, with what its rules hide left out."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tocsin.core.errors import Damaged
from tocsin.ledger import export as text
from tocsin.ledger.redaction import Redaction
from tocsin.response.register import chain
from tocsin.response.register.models import LedgerCheckpoint, LedgerEntry


def lines(origin: str, until: int | None, redaction: Redaction) -> Iterator[bytes]:
    """Yield the log, then the entries below number ``until``, each checkpoint after the last entry it covers.

    Raises Damaged for a row that is no JSON.
    """
    signed = LedgerCheckpoint.objects.values_list("size", "note")
    # Checkpoints of a log that this one continues since a restore are evidence beside it, not lines of it.
    notes = {covered: note for covered, note in signed if note.startswith(f"{origin}\n")}
    found = LedgerEntry.objects.all() if until is None else LedgerEntry.objects.filter(seq__lt=until)
    size = found.count()
    yield text.log_line(origin, size, sum(covered <= size for covered in notes))
    if 0 in notes:
        yield text.checkpoint_line(notes[0])
    for count, row in enumerate(chain.rows(until=until), 1):
        try:
            yield _entry(row, redaction)
        except ValueError:
            raise Damaged(f"Ledger entry {row.seq} is not JSON and cannot be written") from None
        if count in notes:
            yield text.checkpoint_line(notes[count])


def _entry(row: chain.Row, redaction: Redaction) -> bytes:
    if not redaction.rules or row.body is None:
        return text.entry_line(row.leaf, row.salt, row.body)
    hidden = redaction.judge(row.kind, row.item, row.schema, json.loads(row.body))
    if hidden.whole:
        return text.entry_line(row.leaf, None, None)
    return text.entry_line(row.leaf, row.salt, row.body, masked=hidden.paths)
