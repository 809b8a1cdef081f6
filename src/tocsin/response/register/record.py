"""The record: every act and every lapse is entered here, in the transaction of the act itself.

Cost, with n entries in all and m since the last checkpoint: ``enter`` takes the same time whatever n is (one
look at the end of an index, two rows written); ``head`` and ``checkpoint`` read m rows and hash m + log2(n)
times, because each checkpoint keeps the frontier of its tree; ``export``, ``examine`` and a proof read all n.
benchmarks/ledger.py measures it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import Coalesce
from django.db.transaction import TransactionManagementError

from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Refused
from tocsin.core.words import SHORT, said
from tocsin.ledger import export as text
from tocsin.ledger import keys, leaf, note, tree
from tocsin.ledger.redaction import Redaction, Rule
from tocsin.response.append_only import ERASURE_KIND
from tocsin.response.bulk import insert_values
from tocsin.response.register import chain, examination, exported, guard, tiles, witnesses
from tocsin.response.register.chain import RESTORE
from tocsin.response.register.drill import KEY_FILE
from tocsin.response.register.examination import Examination
from tocsin.response.register.models import LedgerBody, LedgerCheckpoint, LedgerEntry

_TURN = 0x746F_6373_696E  # "tocsin": the number of PostgreSQL's advisory lock on the end of the log
BATCH = 2000
"""How many entries are written, and held in memory, at once."""


class Act(NamedTuple):
    """What is entered of one act: its kind, its body and the number of its docket item, if it has one."""

    kind: str
    body: dict[str, Any]
    item: int | None = None


def enter(ctx: Context, *, kind: str, body: dict[str, Any], item: int | None = None) -> LedgerEntry:
    """Enter an act in the ledger and return its entry.

    ``kind`` is dotted lower-case words (``decision.made``); ``body`` is an object without floats; ``item`` is the
    number of a docket item. No name of a reporter or bell-ringer may stand in ``kind``. Raises
    TransactionManagementError outside ``transaction.atomic``: an act and its entry stand or fall together.
    """
    return _append_one(Act(kind, body, item), *_end(ctx))


def enter_many(ctx: Context, acts: Iterable[Act]) -> range:
    """Enter acts in this order, as ``enter`` does one by one, and return the numbers of their entries.

    All are of the context's present moment. The acts are read as they are written, BATCH at a time, so they may
    come from a generator. Raises as ``enter`` does, and then the transaction of the acts must not be committed.
    """
    first, now = _end(ctx)
    seq, left = first, iter(acts)
    while batch := list(islice(left, BATCH)):
        _append(batch, seq, now)
        seq += len(batch)
    return range(first, seq)


def enter_after_restore(ctx: Context, *, kind: str, body: dict[str, Any]) -> LedgerEntry:
    """Enter what ends a stop of the record, the one entry not refused because of it. See ``restored.accept``."""
    return _append_one(Act(kind, body), *_end(ctx, stopped=True))


def _end(ctx: Context, *, stopped: bool = False) -> tuple[int, datetime]:
    """Wait for the turn at the end of the log and return number and time of the next entry.

    Raises Damaged when the record has stopped (see ``guard``), unless that is known.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("a ledger entry is made inside the transaction of the act it records")
    _take_turn()
    if not stopped:
        return guard.next_entry(ctx)
    return int(LedgerEntry.objects.aggregate(last=Coalesce(Max("seq"), -1))["last"]) + 1, ctx.now()


def _append_one(act: Act, seq: int, now: datetime) -> LedgerEntry:
    """Write the rows of one act as number ``seq`` and return its entry."""
    (row,) = _append([act], seq, now)
    return LedgerEntry(*row)


def _append(acts: list[Act], seq: int, now: datetime) -> list[tuple[Any, ...]]:
    """Write the rows of acts from number ``seq`` on, and return those of their entries, in the order of the columns."""
    whole = now - timedelta(microseconds=now.microsecond)
    entries, bodies = [], []
    for number, act in enumerate(acts, seq):
        sealed = leaf.seal(seq=number, time=now, kind=act.kind, item=act.item, body=act.body, salt=leaf.new_salt())
        made, data = sealed.leaf, sealed.leaf.encode().decode()
        entries.append((number, whole, made.kind, made.item, made.schema, made.commitment, data))
        bodies.append((number, sealed.salt, sealed.body.decode()))
    insert_values(LedgerEntry, entries)
    insert_values(LedgerBody, bodies)
    return entries


def head(ctx: Context) -> tuple[int, str]:
    """Return the number of entries and the root over them, in hex.

    Raises Damaged when the entries since the last checkpoint are not what was entered.
    """
    frontier, _ = chain.grow()
    return frontier.size, frontier.root().hex()


def checkpoint(ctx: Context) -> LedgerCheckpoint:
    """Sign the ledger as it stands and send the checkpoint to every witness once the transaction is committed.

    With nothing entered since the last checkpoint that one is returned, and witnesses are brought up to date.
    Raises Damaged, with nothing signed, when the log contradicts its last checkpoint or what a witness holds.
    """
    with transaction.atomic():
        _take_turn()
        key = signer(ctx)
        frontier, last = chain.grow()
        if last is not None:
            signed = note.open_checkpoint(last.note, guard.verifier_of(ctx, last, key.verifier))
            if (signed.size, signed.root.hex()) != (last.size, last.root):
                raise Damaged("The last checkpoint differs from the note that was signed", todo=RESTORE)
        if contradiction := guard.compare(ctx):
            raise Damaged(contradiction, todo=RESTORE)
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
            tiles.fill(frontier.size)
        # After the commit: a witness must never hold a checkpoint that the register took back.
        signed_note = last.note
        transaction.on_commit(lambda: _deliver(ctx, key.verifier, signed_note))
    return last


def signer(ctx: Context) -> note.Signer:
    """Return the signing key of this ledger, made on first use.

    Raises Damaged when it is missing although checkpoints were signed with it: another key would be another log.
    """
    path = ctx.settings.keys / KEY_FILE
    if not path.exists():
        if LedgerCheckpoint.objects.exists():
            raise Damaged("The signing key of the ledger is missing", where=str(path), todo="Restore it from a copy")
        try:
            return keys.make(path)
        except Refused:  # another process made it in this moment
            pass
    return keys.load(path)


def verifier_key(ctx: Context) -> str:
    """Return the key that outsiders verify with, as ``name+hash+base64``."""
    return str(signer(ctx).verifier)


def export(
    ctx: Context,
    file: Path,
    *,
    headers_only: bool = False,
    withhold: Collection[str] = (),
    redaction: Redaction | None = None,
    replace: bool = False,
    as_found: bool = False,
) -> LedgerCheckpoint | None:
    """Write the log as text, one record a line, and return the checkpoint that covers all of it.

    The register is examined and a checkpoint made first; Damaged is raised, and nothing written, when something
    is wrong. ``as_found`` writes what is there without either, as evidence of a register that no longer agrees
    with itself, and returns the last checkpoint there is. ``headers_only`` withholds every body, ``withhold`` those of
    some kinds of entry, ``redaction`` what its rules say, and counts it. Raises Refused when the file exists and
    ``replace`` is not asked for.
    """
    last = LedgerCheckpoint.objects.order_by("-size").first() if as_found else whole_checkpoint(ctx)
    until = None if last is None or as_found else last.size
    redaction = redaction or Redaction()
    if headers_only or withhold:
        kinds = () if headers_only else tuple(withhold)
        redaction.rules = (Rule(kind=kinds, hide="all", reason="withheld by kind"), *redaction.rules)
    text.write(file, exported.lines(signer(ctx).name, until, redaction), replace=replace)
    return last


def whole_checkpoint(ctx: Context) -> LedgerCheckpoint:
    """Examine the whole register, then sign: what a person asks for by ``ledger checkpoint``.

    Raises Damaged, with nothing signed, when anything in it disagrees.
    """
    examine(ctx).enforce()
    return checkpoint(ctx)


def examine(ctx: Context) -> Examination:
    """Hold the whole register against its ledger; never signs and never makes a key."""
    known = LedgerCheckpoint.objects.exists() or (ctx.settings.keys / KEY_FILE).exists()
    return examination.examine(ctx, signer(ctx).verifier if known else None)


def proof(ctx: Context, seq: int) -> bytes:
    """Return, as one line of text, the proof that an entry stands in the log of the last checkpoint.

    Raises Refused when there is no such entry, or no checkpoint that covers it.
    """
    last = LedgerCheckpoint.objects.order_by("-size").first()
    if last is None or not 0 <= seq < last.size:
        todo = "Run: tocsin ledger checkpoint" if LedgerEntry.objects.filter(seq=seq).exists() else ""
        raise Refused(f"No checkpoint covers a ledger entry {seq}", todo=todo)
    entry = LedgerEntry.objects.select_related("opened").get(seq=seq)
    path = tiles.proof(seq, chain.frontier(last))
    if not tree.verify_inclusion(tree.leaf_hash(entry.leaf.encode()), seq, last.size, path, bytes.fromhex(last.root)):
        raise Damaged(f"No path leads from ledger entry {seq} to the root that was signed", todo=RESTORE)
    opened = getattr(entry, "opened", None)
    salt, body = (opened.salt, opened.body) if opened else (None, None)
    return text.proof_line(entry.leaf, salt, body, path, last.note)


def erase(ctx: Context, *, seq: int, because: str, actor: dict[str, Any]) -> LedgerEntry:
    """Erase the body of an entry, and enter who had it erased and why; return the entry of the erasure.

    The leaf stays and the tree with it: everybody can see that something stood there. Raises Refused when the
    reason is empty, there is no such body, or it is itself the record of an erasure.
    """
    because = said(because, SHORT)
    if not because:
        raise Refused("An erasure needs its reason", todo="Say on what ground the body must go")
    with transaction.atomic():
        body = LedgerBody.objects.select_related("entry").filter(entry_id=seq).first()
        if body is None:
            raise Refused(f"Ledger entry {seq} has no body")
        if body.entry.kind == ERASURE_KIND:
            raise Refused("The record of an erasure is not erased")
        entry = enter(ctx, kind=ERASURE_KIND, body={"seq": seq, "because": because, "by": actor})
        body.delete()
        return entry


def _take_turn() -> None:
    """Make writers take turns at the end of the log until their transactions end.

    SQLite has begun with BEGIN IMMEDIATE, so only one writer is here at a time already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def _deliver(ctx: Context, verifier: note.Verifier, newest: str) -> None:
    guard.keep(ctx, newest)
    for failure in witnesses.deliver_everywhere(ctx, verifier):
        ctx.progress(f"{failure} The checkpoint is kept and goes there with the next one.")
