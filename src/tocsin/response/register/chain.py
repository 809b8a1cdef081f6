"""The rows of the ledger as a chain of leaves: checked one by one, and grown from the last checkpoint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from tocsin.core.clock import iso
from tocsin.core.errors import Damaged, Refused
from tocsin.ledger import leaf, tree
from tocsin.response.append_only import ERASURE_KIND
from tocsin.response.register.models import LedgerBody, LedgerCheckpoint, LedgerEntry

RESTORE = "Restore the register from a copy; nothing was signed"


class Row(NamedTuple):
    """One entry as the database holds it, with what its leaf opens to; salt and body are None when the body is gone."""

    seq: int
    time: datetime
    kind: str
    item: int | None
    schema: str
    commitment: str
    leaf: str
    salt: str | None
    body: str | None


def rows(since: int = 0, until: int | None = None) -> Iterator[Row]:
    """Yield the entries from number ``since`` on and below ``until``, in their order, some thousands at a time."""
    found = LedgerEntry.objects.filter(seq__gte=since).order_by("seq")
    if until is not None:
        found = found.filter(seq__lt=until)
    columns = found.values_list(*Row._fields[:-2], "opened__salt", "opened__body")
    yield from map(Row._make, columns.iterator(chunk_size=2000))


def checked_leaf(row: Row, seq: int) -> bytes:
    """Return the hash of an entry's leaf after checking that row, leaf and body agree.

    Raises Damaged, naming the entry, when the number is not ``seq``, a column differs from the leaf, or the body
    does not open the commitment. A body that is not there is not a fault here.
    """
    if row.seq != seq:
        raise Damaged(f"Ledger entry {seq} is missing", todo=RESTORE)
    header = leaf.Leaf(row.seq, iso(row.time) or "", row.kind, row.item, row.commitment, row.schema)
    data = row.leaf.encode()
    try:
        same = header.encode() == data
    except Refused:  # a column holds what no leaf can
        same = False
    if not same:
        raise Damaged(f"Ledger entry {seq} differs from the leaf that was hashed", todo=RESTORE)
    if row.body is not None and row.salt is not None:
        try:
            opens = leaf.commit(bytes.fromhex(row.salt), row.body.encode(), row.schema) == row.commitment
        except (ValueError, RecursionError, Refused):
            opens = False
        if not opens:
            raise Damaged(f"The body of ledger entry {seq} is not the one committed to", todo=RESTORE)
    return tree.leaf_hash(data)


def frontier(row: LedgerCheckpoint) -> tree.Frontier:
    """Return the frontier kept with a checkpoint. Raises Damaged when it does not give the checkpoint's root."""
    try:
        kept = tree.Frontier(row.size, [bytes.fromhex(peak) for peak in row.frontier.split()])
    except ValueError as error:
        raise Damaged(f"The frontier of the last checkpoint is broken: {error}", todo=RESTORE) from None
    if kept.root().hex() != row.root:
        raise Damaged("The frontier of the last checkpoint does not give its root", todo=RESTORE)
    return kept


def grow() -> tuple[tree.Frontier, LedgerCheckpoint | None]:
    """Return the frontier over all entries, grown from that of the last checkpoint, and that checkpoint.

    Raises Damaged when the last checkpoint's frontier does not give its root, the entries it covers have lost
    their end, or an entry after it is not what was entered.
    """
    last = LedgerCheckpoint.objects.order_by("-size").first()
    grown = tree.Frontier() if last is None else frontier(last)
    if last is not None and last.size and not LedgerEntry.objects.filter(seq=last.size - 1).exists():
        raise Damaged(f"The last checkpoint covers {last.size} entries and the end of them is missing", todo=RESTORE)
    for row in rows(grown.size):
        grown.append(checked_leaf(row, grown.size))
    return grown, last


def erasures() -> set[int]:
    """Return the numbers of the entries whose bodies were erased by an entered erasure."""
    entries = LedgerBody.objects.filter(entry__kind=ERASURE_KIND).values_list("body", flat=True)
    found = set()
    for body in entries:
        try:
            found.add(json.loads(body)["seq"])
        except (ValueError, KeyError, TypeError):
            continue  # a body that was tampered with names nothing; the examination tells of it
    return found
