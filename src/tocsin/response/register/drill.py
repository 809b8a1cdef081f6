"""Drills: a copy of a home with a log of its own, on which the clock may be moved; and who may move a clock at all.

A drill signs with its own key under a name that says so (``tocsin.drill/…``), delivers to no witness outside itself
and marks every message. So nothing made up in a drill can ever stand against the real record.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db.models import Max

from tocsin.catalog import directive
from tocsin.core.clock import Clock, FixedClock, iso
from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Refused
from tocsin.core.files import write_whole
from tocsin.core.settings import Settings
from tocsin.ledger import keys
from tocsin.response.register.models import LedgerEntry

MARK = "drill.json"
LOG = "tocsin.drill/"
EXERCISE = "Exercise"
MOVED = "clock.moved"
KEY_FILE = "ledger.ed25519"
COPIED = ("runs", "store")
LEFT_BEHIND = (
    "DELETE FROM register_ledgercheckpoint",
    "DELETE FROM django_session",
    "DELETE FROM register_loginticket",
)
# Two machines a few seconds apart do not mean that anybody moved a clock.
SLACK = timedelta(minutes=1)


@dataclass(frozen=True)
class Made:
    """A drill that was made: where, the name of its log, and how many entries it took over."""

    folder: Path
    log: str
    entries: int


def is_drill(settings: Settings) -> bool:
    """Tell whether a home is a drill: it bears the mark, and its own key signs under a drill's name.

    The mark alone is not enough: laid into a real home it would keep checkpoints from the witnesses.
    """
    if settings.database_url or not (settings.home / MARK).is_file():
        return False
    try:
        return keys.load(settings.keys / KEY_FILE).name.startswith(LOG)
    except (Damaged, Refused):
        return False


def mark_of(settings: Settings) -> str:
    """Return the word that every page and message of a home bears: ``EXERCISE``, ``DRILL``, or none for a real one."""
    if not is_drill(settings):
        return ""
    try:
        status = json.loads((settings.home / MARK).read_text(encoding="utf-8")).get("status")
    except (OSError, ValueError, AttributeError):
        status = None
    return "EXERCISE" if status == EXERCISE else "DRILL"


def make_exercise(settings: Settings) -> None:
    """Mark a drill as an exercise, by the status that the Common Alerting Protocol has for one, whole or not at all.

    Raises Refused on a home that is no drill: made-up warnings never stand in a real register.
    """
    if not is_drill(settings):
        raise Refused(
            "An exercise runs on a copy of a home, and this is no copy",
            where=str(settings.home),
            todo="Run: tocsin drill DIR, then the same command with --home DIR",
        )
    mark = settings.home / MARK
    said = json.loads(mark.read_text(encoding="utf-8"))
    write_whole(mark, (json.dumps({**said, "status": EXERCISE}, indent=2) + "\n").encode())


def clock_of(settings: Settings, clock: Clock) -> Clock:
    """Return the clock of a home: the one given, but in a drill never earlier than the newest entry of its ledger."""
    if is_drill(settings):
        newest = LedgerEntry.objects.aggregate(at=Max("time"))["at"]
        if newest is not None and newest > clock.now():
            return FixedClock(newest)
    return clock


def outside(ctx: Context) -> list[Path]:
    """Return the witness folders of the directive that lie outside the home."""
    home = ctx.settings.home.resolve()
    folders = [(home / witness.path).resolve() for witness in directive.current().witnesses]
    return [folder for folder in folders if not folder.is_relative_to(home)]


def make(ctx: Context, folder: Path) -> Made:
    """Copy the home to ``folder`` for a drill; the home itself is only read.

    The register is copied by SQLite's backup, so a desk may be writing meanwhile. Old checkpoints, sessions and
    messages stay behind. The folder appears whole or not at all. Raises Refused when it exists and is not empty, lies
    in the home or around it, when there is no register, or when the register is not a file.
    """
    home = ctx.settings.home.resolve()
    target = folder.resolve()
    if ctx.settings.database_url:
        raise Refused(
            "A drill copies a register that is a file, and this one is in the database of TOCSIN_DATABASE_URL",
            todo="Restore a backup of that database beside it and drill there",
        )
    if not ctx.settings.register_path.exists():
        raise Refused("There is no register to copy", where=str(home), todo="Run: tocsin start")
    if target.is_relative_to(home) or home.is_relative_to(target):
        raise Refused("A drill lies apart from the home it copies", where=str(target), todo="Name another folder")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Refused("There is something in this folder already", where=str(target), todo="Name a new folder")
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        draft.mkdir(parents=True, mode=0o700)
        for name in COPIED:
            if (home / name).is_dir():
                shutil.copytree(home / name, draft / name)
        entries = _copy_register(ctx.settings.register_path, draft / ctx.settings.register_path.name)
        log = f"{LOG}{secrets.token_hex(8)}"
        keys.make(draft / "keys" / KEY_FILE, log)
        mark = {"drill_of": str(home), "made_at": iso(ctx.now()), "log": log, "entries": entries}
        (draft / MARK).write_text(json.dumps(mark, indent=2) + "\n", encoding="utf-8")
        if target.exists():
            target.rmdir()
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Made(target, log, entries)


def _copy_register(source: Path, target: Path) -> int:
    """Copy the register as it stands, without what another key signed and without ways in; return its entries."""
    target.touch(mode=0o600)
    read, write = sqlite3.connect(f"file:{source}?mode=ro", uri=True), sqlite3.connect(target, isolation_level=None)
    try:
        read.backup(write)
        # The checkpoints were signed by the real log. Rows of a copy are dropped here and nowhere else.
        guards = write.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'register_ledgercheckpoint'"
        ).fetchall()
        write.execute("BEGIN")
        for name, _ in guards:
            write.execute(f'DROP TRIGGER "{name}"')
        for statement in LEFT_BEHIND:
            write.execute(statement)
        for _, sql in guards:
            write.execute(sql)
        write.execute("COMMIT")
        (count,) = write.execute("SELECT count(*) FROM register_ledgerentry").fetchone()
        return int(count)
    finally:
        read.close()
        write.close()
