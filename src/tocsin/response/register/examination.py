"""The whole register held against its ledger: what ``tocsin doctor``, ``ledger checkpoint`` and ``ledger export`` ask.

Reads every entry; a checkpoint alone looks only at what is new since the last (see ``record``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import connection

from tocsin.core.context import Context
from tocsin.core.errors import Damaged, TocsinError
from tocsin.ledger import note, tree
from tocsin.response import append_only
from tocsin.response.register import chain, guard, tiles, witnesses
from tocsin.response.register.chain import RESTORE
from tocsin.response.register.models import LedgerCheckpoint


@dataclass
class Examination:
    """What was found: entries, root over them (hex), bodies present and erased, and a sentence for each fault.

    Beside the faults, which stop a checkpoint, two things that do not: ``unguarded`` names triggers that are gone
    (``tocsin ledger guard`` makes them again), ``strange`` tells of files at a witness that are no checkpoints.
    """

    size: int = 0
    root: str = tree.EMPTY_ROOT.hex()
    bodies: int = 0
    erased: int = 0
    faults: list[str] = field(default_factory=list)
    unguarded: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    def enforce(self) -> None:
        """Raise Damaged with the first fault, if there is one."""
        if self.faults:
            more = f" ({len(self.faults)} faults in all)" if len(self.faults) > 1 else ""
            raise Damaged(self.faults[0].rstrip(".") + more, todo=RESTORE)


def examine(ctx: Context, verifier: note.Verifier | None) -> Examination:
    """Recompute every leaf, body, root and signature, and compare with what the witnesses hold.

    Without a verifier key (the log was never signed) signatures and witnesses are passed over. Changes nothing.
    """
    result = Examination(unguarded=append_only.missing(connection))
    signed = {row.size: row for row in LedgerCheckpoint.objects.order_by("size")}
    frontier, builder = tree.Frontier(), tiles.Builder()
    erasures = chain.erasures()
    _compare(signed.pop(0, None), frontier, result)
    for entry in chain.rows():
        if entry.seq != frontier.size:
            result.faults.append(f"Ledger entry {frontier.size} is missing")
            break
        hashed = _leaf(entry, result)
        frontier.append(hashed)
        result.faults.extend(_wrong_tile(*tile) for tile in builder.add(hashed))
        if entry.body is not None:
            result.bodies += 1
        elif entry.seq in erasures or entry.seq in (erasures := chain.erasures()):  # erased while this reads
            result.erased += 1
        else:
            result.faults.append(f"The body of ledger entry {entry.seq} is gone and no erasure of it is entered")
        _compare(signed.pop(frontier.size, None), frontier, result)
    result.faults.extend(_wrong_tile(*tile) for tile in builder.beyond())
    for size in signed:
        result.faults.append(f"A checkpoint covers {size} entries and the register holds {frontier.size}")
    result.size, result.root = frontier.size, frontier.root().hex()
    if verifier:
        result.faults.extend(_signatures(ctx, verifier))
        if contradiction := guard.compare(ctx):
            result.faults.append(contradiction)
        _witnesses(ctx, verifier, result)
    return result


def _leaf(entry: chain.Row, result: Examination) -> bytes:
    try:
        return chain.checked_leaf(entry, entry.seq)
    except TocsinError as error:
        result.faults.append(error.what)
        return tree.leaf_hash(entry.leaf.encode())


def _wrong_tile(level: int, position: int) -> str:
    return f"Tile {position} on level {level} of the ledger's tree is not what its entries give"


def _compare(row: LedgerCheckpoint | None, frontier: tree.Frontier, result: Examination) -> None:
    if row is not None and row.root != frontier.root().hex():
        result.faults.append(f"The first {row.size} ledger entries are not those of the checkpoint that covers them")


def _signatures(ctx: Context, verifier: note.Verifier) -> list[str]:
    faults = []
    for row in LedgerCheckpoint.objects.order_by("size"):
        try:
            held = note.open_checkpoint(row.note, guard.verifier_of(ctx, row, verifier))
        except TocsinError as error:
            faults.append(error.what)
            continue
        if (held.size, held.root.hex()) != (row.size, row.root):
            faults.append(f"The checkpoint of size {row.size} differs from the note that was signed")
    return faults


def _witnesses(ctx: Context, verifier: note.Verifier, result: Examination) -> None:
    for folder in witnesses.folders(ctx):
        contradiction = witnesses.compare(folder, verifier)
        if contradiction:
            result.faults.append(contradiction)
        result.strange.extend(witnesses.strange(folder, verifier))
