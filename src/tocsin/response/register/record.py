"""The record: every act and every lapse is entered here, in the transaction of the act itself.

Cost, with n entries in all and m since the last checkpoint: ``enter`` takes the same time whatever n is (one
look at the end of an index, two rows written); ``head`` and ``checkpoint`` read m rows and hash m + log2(n)
times, because each checkpoint keeps the frontier of its tree; ``export``, ``examine`` and a proof read all n.
benchmarks/ledger.py measures it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.db.transaction import TransactionManagementError

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Refused
from tocsin.ledger import keys, leaf, note, tree
from tocsin.response.register import witnesses
from tocsin.response.register.models import LedgerBody, LedgerCheckpoint, LedgerEntry

KEY_FILE = "ledger.ed25519"
RESTORE = "Restore the register from a copy; nothing was signed"
_TURN = 0x746F_6373_696E  # "tocsin": the number of PostgreSQL's advisory lock on the end of the log


def enter(ctx: Context, *, kind: str, body: dict[str, Any], item: int | None = None) -> LedgerEntry:
    """Enter an act in the ledger and return its entry.

    ``kind`` is dotted lower-case words (``decision.made``); ``body`` is an object without floats; ``item`` is the
    number of a docket item. No name of a reporter or bell-ringer may stand in ``kind``. Raises
    TransactionManagementError outside ``transaction.atomic``: an act and its entry stand or fall together.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError(
            "a ledger entry is made inside the transaction of the act it records"
        )
    _take_turn()
    last = LedgerEntry.objects.aggregate(last=Max("seq"))["last"]
    seq = 0 if last is None else last + 1
    now = ctx.now()
    sealed = leaf.seal(seq, now, kind, item, body, leaf.new_salt())
    entry = LedgerEntry.objects.create(
        seq=seq,
        time=now - timedelta(microseconds=now.microsecond),
        kind=kind,
        item=item,
        schema=sealed.leaf.schema,
        commitment=sealed.leaf.commitment,
        leaf=sealed.leaf.encode().decode(),
    )
    LedgerBody.objects.create(entry=entry, salt=sealed.salt, body=sealed.body.decode())
    return entry


def head(ctx: Context) -> tuple[int, str]:
    """Return the number of entries and the root over them, in hex.

    Raises Damaged when the entries since the last checkpoint are not what was entered.
    """
    frontier, _ = _grow()
    return frontier.size, frontier.root().hex()


def checkpoint(ctx: Context) -> LedgerCheckpoint:
    """Sign the ledger as it stands and send the checkpoint to every witness once the transaction is committed.

    With nothing entered since the last checkpoint that one is returned, and witnesses are brought up to date.
    Raises Damaged, with nothing signed, when the log contradicts its last checkpoint or what a witness holds.
    """
    with transaction.atomic():
        _take_turn()
        key = signer(ctx)
        frontier, last = _grow()
        if last is not None:
            signed = note.open_checkpoint(last.note, key.verifier)
            if (signed.size, signed.root.hex()) != (last.size, last.root):
                raise Damaged("The last checkpoint differs from the note that was signed", todo=RESTORE)
        for folder in witnesses.folders(ctx):
            contradiction = witnesses.compare(folder, key.verifier)
            if contradiction:
                raise Damaged(contradiction, todo=RESTORE)
        if last is None or last.size < frontier.size:
            last = LedgerCheckpoint.objects.create(
                size=frontier.size,
                root=frontier.root().hex(),
                note=note.sign_checkpoint(key, frontier.size, frontier.root()),
                time=ctx.now(),
                frontier=" ".join(peak.hex() for peak in frontier.peaks),
            )
        # After the commit: a witness must never hold a checkpoint that the register took back.
        transaction.on_commit(lambda: _deliver(ctx, key.verifier))
    return last


def signer(ctx: Context) -> note.Signer:
    """Return the signing key of this ledger, made on first use.

    Raises Damaged when it is missing although checkpoints were signed with it: another key would be another log.
    """
    path = ctx.settings.keys / KEY_FILE
    if not path.exists():
        if LedgerCheckpoint.objects.exists():
            raise Damaged(
                "The signing key of the ledger is missing", where=str(path), todo="Restore it from a copy"
            )
        try:
            return keys.make(path)
        except Refused:  # another process made it in this moment
            pass
    return keys.load(path)


def verifier_key(ctx: Context) -> str:
    """Return the key that outsiders verify with, as ``name+hash+base64``."""
    return str(signer(ctx).verifier)


def checked_leaf(entry: LedgerEntry, seq: int) -> bytes:
    """Return the hash of an entry's leaf after checking that row, leaf and body agree.

    Raises Damaged, naming the entry, when the number is not ``seq``, a column differs from the leaf, or the body
    does not open the commitment. A body that was erased or withheld is not a fault.
    """
    if entry.seq != seq:
        raise Damaged(f"Ledger entry {seq} is missing", todo=RESTORE)
    header = leaf.Leaf(
        entry.seq, iso(entry.time) or "", entry.kind, entry.item, entry.commitment, entry.schema
    )
    data = entry.leaf.encode()
    if header.encode() != data:
        raise Damaged(f"Ledger entry {seq} differs from the leaf that was hashed", todo=RESTORE)
    opened: LedgerBody | None = getattr(entry, "opened", None)
    if opened is not None:
        try:
            opens = leaf.commit(bytes.fromhex(opened.salt), opened.body.encode()) == entry.commitment
        except (ValueError, Refused):
            opens = False
        if not opens:
            raise Damaged(f"The body of ledger entry {seq} is not the one committed to", todo=RESTORE)
    return tree.leaf_hash(data)


def _grow() -> tuple[tree.Frontier, LedgerCheckpoint | None]:
    """Return the frontier over all entries, grown from that of the last checkpoint, and that checkpoint."""
    last = LedgerCheckpoint.objects.order_by("-size").first()
    frontier = tree.Frontier()
    if last is not None:
        try:
            frontier = tree.Frontier(last.size, [bytes.fromhex(peak) for peak in last.frontier.split()])
        except ValueError as error:
            raise Damaged(f"The frontier of the last checkpoint is broken: {error}", todo=RESTORE) from None
        if frontier.root().hex() != last.root:
            raise Damaged("The frontier of the last checkpoint does not give its root", todo=RESTORE)
        if last.size and not LedgerEntry.objects.filter(seq=last.size - 1).exists():
            raise Damaged(
                f"The last checkpoint covers {last.size} entries and the end of them is missing", todo=RESTORE
            )
    new = LedgerEntry.objects.filter(seq__gte=frontier.size).select_related("opened").order_by("seq")
    for entry in new.iterator(chunk_size=2000):
        frontier.append(checked_leaf(entry, frontier.size))
    return frontier, last


def _take_turn() -> None:
    """Make writers take turns at the end of the log until their transactions end.

    SQLite has begun with BEGIN IMMEDIATE, so only one writer is here at a time already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def _deliver(ctx: Context, verifier: note.Verifier) -> None:
    for failure in witnesses.deliver_everywhere(ctx, verifier):
        ctx.progress(f"{failure} The checkpoint is kept and goes there with the next one.")
