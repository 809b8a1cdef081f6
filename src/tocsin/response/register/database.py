"""Brings the register up to date and refuses to touch one that is damaged."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from tocsin.core.errors import Damaged, Refused
from tocsin.response.register.drill import KEY_FILE

LEAST_FREE_BYTES = 1_000_000


def bring_up_to_date() -> None:
    """Check the register and apply migrations that are missing.

    Raises Damaged, with nothing written, when the file is not a sound database, or is gone from a home that had one.
    """
    where = str(settings.DATABASES["default"]["NAME"])
    try:
        if connection.vendor == "sqlite" and not connection.is_in_memory_db():
            _not_gone(Path(where))
        # The data folder is its owner's: messages and briefs in it tell of current items.
        settings.TOCSIN.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if connection.vendor == "sqlite":
            if not connection.is_in_memory_db():
                _keep_private(Path(where))
            with connection.cursor() as cursor:
                verdict = cursor.execute("PRAGMA quick_check(1)").fetchone()
            if verdict[0] != "ok":
                said = " ".join(str(verdict[0]).replace("*** in database main ***", "").split())
                raise Damaged(
                    f"The register is damaged ({said})",
                    where=where,
                    todo="Restore it from a copy; nothing was changed",
                )
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        if _disk_is_full(error):
            raise Refused(
                "The disk is full", where=where, todo="Free some space and try again; nothing was changed"
            ) from error
        raise Damaged(
            f"The register cannot be read: {error}", where=where, todo="Restore it from a copy; nothing was changed"
        ) from error


def _not_gone(register: Path) -> None:
    """Refuse a home that keeps the key of a ledger, or its checkpoints, and no register: a new one would hide the loss.

    An empty file is a sound database to SQLite, and would be filled with new tables and numbered from 1 again.
    """
    home = settings.TOCSIN.home
    if register.exists() and register.stat().st_size:
        return
    traces = [
        path for path in (settings.TOCSIN.keys / KEY_FILE, *sorted((home / "witness").glob("*.note"))) if path.exists()
    ]
    if traces:
        state = "empty" if register.exists() else "gone"
        raise Damaged(
            f"The register is {state}, and this data folder had one: {traces[0].relative_to(home)} stands there",
            where=str(register),
            todo="Restore it from a copy, or choose another folder with --home; nothing was changed",
        )


def _disk_is_full(error: DatabaseError) -> bool:
    """Tell a full disk from a damaged file: SQLite reports both as errors of reading and writing."""
    said = str(error).lower()
    return "full" in said or ("disk i/o" in said and shutil.disk_usage(settings.TOCSIN.home).free < LEAST_FREE_BYTES)


def _keep_private(register: Path) -> None:
    """Let nobody but its owner read the register: it holds sessions, and who rang the bell.

    SQLite gives the files it keeps beside it the same mode. A file of another owner is left as it is.
    """
    try:
        if not register.exists():
            register.touch(mode=0o600)
        if register.stat().st_mode & 0o077:
            register.chmod(0o600)
    except OSError:
        return
