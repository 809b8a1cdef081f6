"""A copy of everything that cannot be made again, taken while the desk runs, and a new home made from it.

A backup is one tar file: ``backup.json`` (when, which database, how many entries), the register, and the folders of the
home that are written once: keys, runs, store, witness, briefs. It holds the signing key: keep it as you keep the key.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from tocsin.core import database_url
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Misuse, Refused

ABOUT = "backup.json"
SQLITE, POSTGRESQL = "register.sqlite3", "register.dump"
BEFORE = ("keys", "witness")
"""Copied before the register: a checkpoint in them that the copy lacks would say that it was rolled back."""
AFTER = ("runs", "store", "briefs", "hub", "portfolio")
"""Copied after it: what the register names is there."""
FITS = ("keys/fits.key", "store/fits")
"""Kept learners and the code that vouches for them are of one home alone: never copied, never laid down from a copy."""
FORMAT = 1


@dataclass(frozen=True)
class Made:
    """A backup that was made, or a home made from one: where, and the number of entries it held when it began."""

    path: Path
    entries: int
    database: str


def make(ctx: Context, file: Path, *, replace: bool = False) -> Made:
    """Write a backup to ``file``; a desk may be writing meanwhile. The file appears whole or not at all.

    Raises Refused when something stands there, there is no register, or PostgreSQL's ``pg_dump`` is not to be had.
    """
    if file.exists() and not replace:
        raise Refused("There is a file of this name already", where=str(file), todo="Add --force to replace it")
    if file.is_dir() or not file.parent.is_dir():
        raise Misuse("A backup is a new file in a folder that is there", where=str(file))
    home = ctx.settings.home
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".tocsin-backup-") as name:
        work = Path(name)
        draft = work / "draft.tar"
        draft.touch(mode=0o600)
        with tarfile.open(draft, "w") as tar:
            _folders(tar, home, BEFORE)
            database, entries = _copy_register(ctx, work)
            register = SQLITE if database == "sqlite" else POSTGRESQL
            tar.add(work / register, register)
            _folders(tar, home, AFTER)
            about = {"format": FORMAT, "made_at": iso(ctx.now()), "database": database, "entries": entries}
            _text(tar, ABOUT, json.dumps(about, indent=2) + "\n")
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(file)
    return Made(file, entries, database)


def restore(ctx: Context, file: Path, home: Path) -> Made:
    """Make a new home from a backup; on PostgreSQL its register goes into the empty database of TOCSIN_DATABASE_URL.

    Raises Refused when the home is not empty, Damaged when the file is not a whole backup, Misuse when it is of another
    kind of database than the one that is set.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise Refused("There is something in this folder already", where=str(home), todo="Name a new folder")
    draft = home.with_name(f".{home.name}.{os.getpid()}.part")
    try:
        draft.mkdir(parents=True, mode=0o700)
        try:
            with tarfile.open(file) as tar:
                # Written out: the filter of tarfile is missing before Python 3.11.4.
                tar.extractall(draft, members=[_within(m) for m in tar if not _of_fits(str(PurePosixPath(m.name)))])  # noqa: S202 - each looked at
            about = json.loads((draft / ABOUT).read_text(encoding="utf-8"))
            database, entries = str(about["database"]), int(about["entries"])
        except (tarfile.TarError, OSError, ValueError, KeyError, TypeError, EOFError) as error:
            raise Damaged(f"This is not a whole backup: {error}", where=str(file), todo="Take another copy") from None
        (draft / ABOUT).unlink()
        (draft / "keys").chmod(0o700)
        if database == "postgresql":
            _load(ctx, draft / POSTGRESQL)
            (draft / POSTGRESQL).unlink()
        elif ctx.settings.database_url:
            raise Misuse(
                "This backup is of a register that is a file, and TOCSIN_DATABASE_URL names a server",
                todo="Unset TOCSIN_DATABASE_URL for this command",
            )
        if home.exists():
            home.rmdir()
        draft.rename(home)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Made(home, entries, database)


def _copy_register(ctx: Context, work: Path) -> tuple[str, int]:
    """Copy the register as it stands at one moment; return the kind of database and the number of entries."""
    if ctx.settings.database_url:
        url = database_url.parse(ctx.settings.database_url)
        dump = _tool("pg_dump", "Install PostgreSQL's client programs of the server's version")
        words = ["--format=custom", "--no-owner", "--file", str(work / POSTGRESQL)]
        from tocsin.response.register.models import LedgerEntry

        entries = LedgerEntry.objects.count()
        _run([dump, *words], url, "The register could not be dumped")
        return "postgresql", entries
    if not ctx.settings.register_path.exists():
        raise Refused("There is no register to copy", where=str(ctx.settings.home), todo="Run: tocsin start")
    target = work / SQLITE
    target.touch(mode=0o600)
    read, write = sqlite3.connect(f"file:{ctx.settings.register_path}?mode=ro", uri=True), sqlite3.connect(target)
    try:
        read.backup(write)
        (count,) = write.execute("SELECT count(*) FROM register_ledgerentry").fetchone()
        write.execute("PRAGMA journal_mode=DELETE")
        return "sqlite", int(count)
    finally:
        read.close()
        write.close()


def _load(ctx: Context, dump: Path) -> None:
    if not ctx.settings.database_url:
        raise Misuse(
            "This backup is of a register in PostgreSQL",
            todo="Make an empty database and name it in TOCSIN_DATABASE_URL",
        )
    url = database_url.parse(ctx.settings.database_url)
    restore = _tool("pg_restore", "Install PostgreSQL's client programs of the server's version")
    words = ["--no-owner", "--exit-on-error", "--single-transaction", "--dbname", url.name, str(dump)]
    _run([restore, *words], url, "The register could not be restored into an empty database")


def _tool(name: str, todo: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Refused(f"PostgreSQL's {name} is not on this machine's search path", todo=todo)
    return found


def _run(command: list[str], url: database_url.DatabaseUrl, what: str) -> None:
    environment = {**os.environ, **url.environment}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = " ".join(done.stderr.split()).replace(url.password or "\0", "…")
        raise Refused(f"{what}: {said[-300:]}", where=url.where)


def _folders(tar: tarfile.TarFile, home: Path, names: tuple[str, ...]) -> None:
    for name in names:
        if (home / name).is_dir():
            tar.add(home / name, name, filter=_plain)


def _within(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Return a member of a backup as it may be laid down. Raises ValueError for one that leaves the folder."""
    path = PurePosixPath(member.name)
    if not (member.isreg() or member.isdir()) or path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{member.name!r} is not a file of a backup")
    member.mode = 0o700 if member.isdir() else 0o600
    member.uid = member.gid = os.getuid() if hasattr(os, "getuid") else 0
    member.uname = member.gname = ""
    return member


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out drafts that are being written, kept fits, and whatever is no file and no folder."""
    whole = (member.isfile() or member.isdir()) and not member.name.endswith(".part")
    return member if whole and not _of_fits(member.name) else None


def _of_fits(name: str) -> bool:
    return any(name == part or name.startswith(f"{part}/") for part in FITS)


def _text(tar: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    member: Any = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    tar.addfile(member, io.BytesIO(data))
