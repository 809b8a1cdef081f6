"""Stops the ledger, loudly, when it is not the continuation of what it was: before every entry, in constant time.

Two things are looked at. The newest checkpoint this home signed is kept outside the database, in ``keys/last.note``: a
register with fewer entries than it covers was restored from an older copy, or cut. And the newest entry's own time: a
clock that stands earlier by more than a minute was moved backwards, unless the log says that it was moved ahead by hand
before. Then nothing is written, every command and page says so, and a letter lies in the mailbox of operator and
overseer, which is not in the database.

A restored register goes on by ``accept`` alone, under a new name and key: whoever holds a checkpoint of the old log can
still show what it covered, and two logs of one name never stand against each other.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Damaged
from tocsin.core.files import write_whole
from tocsin.ledger import keys, note
from tocsin.response.register import drill
from tocsin.response.register.models import LedgerCheckpoint, LedgerEntry

LAST = "last.note"
RETIRED = "retired"
RESTORED = "ledger.restored"
TOLD = ("operator", "overseer")
"""The posts that are told of a stop: who can mend it, and who must know."""
_read: dict[Path, tuple[tuple[int, int], note.Checkpoint | None]] = {}


def next_entry(ctx: Context) -> tuple[int, datetime]:
    """Return number and time of the next entry. Raises Damaged, after ringing, when nothing may be written.

    The time is now, or that of the newest entry where now is up to a minute earlier: two machines a little apart must
    not let the log's time creep backwards a minute an entry.
    """
    newest = LedgerEntry.objects.order_by("-seq").values_list("seq", "time").first()
    size, time = (0, None) if newest is None else (newest[0] + 1, newest[1])
    if stop := _stopped(ctx, size, time):
        ring(ctx, stop)
        raise stop
    now = ctx.now()
    return size, time if time is not None and now < time <= now + drill.SLACK else now


def stopped(ctx: Context) -> Damaged | None:
    """Return why nothing may be written now; None when it may. Rings nothing: for pages and the doctor."""
    newest = LedgerEntry.objects.order_by("-seq").values_list("seq", "time").first()
    return _stopped(ctx, 0, None) if newest is None else _stopped(ctx, newest[0] + 1, newest[1])


def _stopped(ctx: Context, size: int, time: datetime | None) -> Damaged | None:
    held = kept(ctx)
    if held is not None and size < held.size:
        return Damaged(
            f"The register holds {size} ledger entries and this home signed {held.size}: an older state was restored, "
            "or the end was cut off. Nothing is written",
            where=str(ctx.settings.keys / LAST),
            todo="Restore the newest copy; if what is missing is lost for good: "
            "tocsin ledger accept-restore --because WHY --by operator",
        )
    now = ctx.now()
    if time is not None and now < time - drill.SLACK and not _moved_by_hand(time):
        return Damaged(
            f"The clock stands at {iso(now)} and the newest ledger entry is of {iso(time)}: "
            "it was moved backwards. Nothing is written",
            todo="Set the machine's clock right",
        )
    return None


def _moved_by_hand(newest: datetime) -> bool:
    """Tell whether the log itself says that its clock was put ahead by hand: a try-out, and no fault of a machine."""
    return LedgerEntry.objects.filter(kind=drill.MOVED, time__lte=newest).exists()


def kept(ctx: Context) -> note.Checkpoint | None:
    """Return the newest checkpoint this home signed, by its file; read again only when the file has changed."""
    path = ctx.settings.keys / LAST
    try:
        state = path.stat()
    except OSError:
        return None
    stamp = state.st_mtime_ns, state.st_ino
    if path not in _read or _read[path][0] != stamp:
        try:
            held = note.open_checkpoint(path.read_text(encoding="utf-8"), keys.load(_key(ctx)).verifier)
        except (Damaged, OSError, UnicodeDecodeError) as error:
            raise Damaged(
                f"The last checkpoint of this home is not what was signed: {error}",
                where=str(path),
                todo="Restore the keys folder from a copy",
            ) from None
        _read[path] = stamp, held
    return _read[path][1]


def keep(ctx: Context, text: str) -> None:
    """Keep a checkpoint that was committed as the newest, unless a newer one is kept already."""
    size = int(text.split("\n")[1])
    held = kept(ctx)
    if held is None or held.size < size:
        write_whole(ctx.settings.keys / LAST, text.encode(), mode=0o600)


def compare(ctx: Context) -> str | None:
    """Return one sentence on how the register contradicts the newest checkpoint signed here; None if it does not."""
    held = kept(ctx)
    if held is None:
        return None
    row = LedgerCheckpoint.objects.filter(size=held.size).first()
    if row is None:
        return f"This home signed a checkpoint of {held.size} entries the register lacks: it was rolled back"
    if row.root != held.root.hex():
        return f"This home signed another root for {held.size} entries: the register was rewritten"
    return None


def verifier_of(ctx: Context, row: LedgerCheckpoint, current: note.Verifier) -> note.Verifier:
    """Return whose signature a checkpoint must bear: this log's, or that of the log it continues since a restore."""
    name = row.note.split("\n")[0]
    if name != current.name:
        for path in sorted((ctx.settings.keys / RETIRED).glob("*.vkey")):
            verifier = note.Verifier.parse(path.read_text(encoding="utf-8"))
            if verifier.name == name:
                return verifier
    return current


def ring(ctx: Context, stop: Damaged) -> None:
    """Lay a letter in the mailboxes of operator and overseer; one for each cause, however often it is met."""
    letter = EmailMessage()
    letter["Subject"] = "EMERGENCY: the record has stopped"
    letter["From"] = "tocsin@localhost"
    letter["Date"] = format_datetime(ctx.now().astimezone(UTC))
    letter.set_content(
        f"{stop.sentence()}\n\nUntil this is mended no act can be recorded, and the clocks run on.\n", cte="8bit"
    )
    for post in TOLD:
        folder = ctx.settings.mailbox / post
        path = folder / f"record-stopped-{_number(stop.what):08x}.eml"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists():
                write_whole(path, letter.as_bytes())
        except OSError as error:
            ctx.progress(f"The letter to {post} could not be written: {error.strerror}.")


def _number(text: str) -> int:
    """Return a number that is the same for the same cause: the sentence without the times and counts in it."""
    return zlib.crc32("".join(c for c in text if not c.isdigit()).encode())


def _key(ctx: Context) -> Path:
    return ctx.settings.keys / drill.KEY_FILE
