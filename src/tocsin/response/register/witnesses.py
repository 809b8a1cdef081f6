"""Witnesses: folders outside the register that every checkpoint is copied to.

A witness folder holds ``<log>.vkey`` and one ``<log>-<size>.note`` a checkpoint; nothing in it is ever
overwritten. What a witness holds is compared with the register before anything new is signed, so a register
that was rolled back or rewritten stops there.
"""

from __future__ import annotations

from pathlib import Path

from tocsin.catalog import directive
from tocsin.core.context import Context
from tocsin.core.errors import Damaged
from tocsin.core.files import write_whole
from tocsin.ledger import note
from tocsin.response.register import drill
from tocsin.response.register.models import LedgerCheckpoint


def folders(ctx: Context) -> list[Path]:
    """Return the folders of the directive's witnesses; a path that is not absolute is inside the home.

    A drill has only those inside its own home: what is made up there is no witness's business.
    """
    found = [ctx.settings.home / witness.path for witness in directive.current().witnesses]
    if not drill.is_drill(ctx.settings):
        return found
    apart = set(drill.outside(ctx))
    return [folder for folder in found if folder.resolve() not in apart]


def compare(folder: Path, verifier: note.Verifier) -> str | None:
    """Return one sentence on how the newest checkpoint in a folder contradicts the register; None when it does not.

    Only what the log's own key signed is evidence: somebody who can write to a share must not be able to stop the
    log by leaving a file there. Such files are told by ``strange``. A folder that cannot be read says nothing.
    """
    held = _newest(folder, verifier)
    if held is None:
        return None
    row = LedgerCheckpoint.objects.filter(size=held.size).first()
    if row is None:
        return f"The witness {folder} holds a checkpoint of {held.size} entries the register lacks: it was rolled back"
    if row.root != held.root.hex():
        return f"The witness {folder} holds another root for {held.size} entries: the register was rewritten"
    return None


def strange(folder: Path, verifier: note.Verifier) -> list[str]:
    """Return one sentence for each file that bears a checkpoint's name and is not one of this log."""
    return [
        f"The witness holds {path}, which is not a checkpoint of this log"
        for path in _named(folder, verifier)
        if _opened(path, verifier) is None
    ]


def deliver(folder: Path, verifier: note.Verifier) -> int:
    """Copy to a folder every checkpoint it lacks, and the verifier key; return how many were written.

    Raises Damaged when the folder holds something else under such a name, OSError when it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    held = _newest(folder, verifier)
    _put(folder / f"{_log(verifier)}.vkey", f"{verifier}\n")
    rows = LedgerCheckpoint.objects.filter(size__gte=held.size if held else 0).order_by("size")
    own = [row for row in rows if row.note.startswith(f"{verifier.name}\n")]
    return sum(_put(folder / f"{_log(verifier)}-{row.size:012d}.note", row.note) for row in own)


def deliver_everywhere(ctx: Context, verifier: note.Verifier) -> list[str]:
    """Deliver to every witness; return one sentence for each that could not be reached.

    A witness out of reach does not undo the act it would have witnessed: the next checkpoint brings it all of them.
    """
    failures = []
    for folder in folders(ctx):
        try:
            deliver(folder, verifier)
        except OSError as error:
            failures.append(f"The witness {folder} could not be reached: {error.strerror or error}.")
        except Damaged as error:
            failures.append(error.sentence())
    return failures


def _named(folder: Path, verifier: note.Verifier) -> list[Path]:
    """Return the files named as checkpoints of this log, the largest first."""
    try:
        found = list(folder.glob(f"{_log(verifier)}-{'[0-9]' * 12}.note"))
    except OSError:
        return []
    return sorted(found, key=lambda path: path.name, reverse=True)


def _opened(path: Path, verifier: note.Verifier) -> note.Checkpoint | None:
    """Return the checkpoint in a file when it is signed by this log."""
    try:
        return note.open_checkpoint(path.read_text(encoding="utf-8"), verifier)
    except (Damaged, OSError, UnicodeDecodeError):
        return None


def _newest(folder: Path, verifier: note.Verifier) -> note.Checkpoint | None:
    """Return the largest checkpoint of this log in a folder. Lists the folder: linear in what it holds."""
    opened = (_opened(path, verifier) for path in _named(folder, verifier))
    return next((checkpoint for checkpoint in opened if checkpoint is not None), None)


def _log(verifier: note.Verifier) -> str:
    """Return the log's name as part of a file name."""
    return "".join(c if c.isalnum() else "-" for c in verifier.name.rpartition("/")[2])


def _put(path: Path, text: str) -> int:
    """Write a file that is never overwritten; return 1 when it is new, 0 when the same text stands there."""
    if path.exists():
        if path.read_text(encoding="utf-8") != text:
            raise Damaged("A witness holds something else under this name; nothing was overwritten", where=str(path))
        return 0
    write_whole(path, text.encode())
    return 1
