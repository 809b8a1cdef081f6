"""Brings the register up to date and refuses to touch one that is damaged."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from tocsin.core import database_url
from tocsin.core.errors import Damaged, Refused
from tocsin.response.register import fresh
from tocsin.response.register.drill import KEY_FILE

LEAST_FREE_BYTES = 1_000_000


_MIGRATING = 0x746F_6373_6D69  # the number of PostgreSQL's advisory lock on bringing the register up to date


def bring_up_to_date() -> None:
    """Check the register and apply migrations that are missing.

    Raises Damaged, with nothing written, when the file is not a sound database, or is gone from a home that had one;
    Refused when a database server does not answer.
    """
    where = place()
    try:
        if connection.vendor == "postgresql":
            _reach(where)
        elif not connection.is_in_memory_db():
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
        if _behind():
            with _alone():
                if fresh.is_empty(connection):
                    fresh.lay(connection)
                elif _behind():
                    call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        if _disk_is_full(error):
            raise Refused(
                "The disk is full", where=where, todo="Free some space and try again; nothing was changed"
            ) from error
        raise Damaged(
            f"The register cannot be read: {error}", where=where, todo="Restore it from a copy; nothing was changed"
        ) from error


def place() -> str:
    """Say where the register is: its file, or its name in a server; never a user or a password."""
    if connection.vendor == "postgresql":
        return database_url.parse(settings.TOCSIN.database_url).where
    return str(settings.DATABASES["default"]["NAME"])


def _behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time change the tables of a server that several use; a file locks itself."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])


def _reach(where: str) -> None:
    """Connect to the server; refuse an empty database where this home's log was in a full one."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        said = " ".join(str(error).split())
        raise Refused(
            f"The database of the register cannot be reached: {said}",
            where=where,
            todo="Start the server, make the database, or mend TOCSIN_DATABASE_URL; nothing was changed",
        ) from error
    if not connection.introspection.table_names():
        _no_traces("empty", where)


def _not_gone(register: Path) -> None:
    """Refuse a home that keeps the key of a ledger, or its checkpoints, and no register: a new one would hide the loss.

    An empty file is a sound database to SQLite, and would be filled with new tables and numbered from 1 again.
    """
    if not register.exists() or not register.stat().st_size:
        _no_traces("empty" if register.exists() else "gone", str(register))


def _no_traces(state: str, where: str) -> None:
    home = settings.TOCSIN.home
    traces = [
        path for path in (settings.TOCSIN.keys / KEY_FILE, *sorted((home / "witness").glob("*.note"))) if path.exists()
    ]
    if traces:
        raise Damaged(
            f"The register is {state}, and this data folder had one: {traces[0].relative_to(home)} stands there",
            where=where,
            todo="Restore it from a copy, or choose another folder with --home; nothing was changed",
        )


def refusal(error: DatabaseError) -> Refused | Damaged:
    """Say in one sentence why the register did not take what was to be written; nothing half done is kept of it."""
    text = str(error).lower()
    if _disk_is_full(error) or "could not extend" in text or "no space left" in text:
        return Refused("The disk of the register is full: nothing of this was saved", todo="Free some space and repeat")
    if "readonly" in text or "read-only" in text:
        return Refused(
            "The register may only be read: nothing of this was saved", todo="Let the program write it, and repeat"
        )
    if "locked" in text:
        return Refused("The register was busy for too long: nothing of this was saved", todo="Repeat it")
    first = (str(error).splitlines() or [""])[0]
    return Damaged(f"The register refused: {first}", todo="Nothing half done was kept. Run: tocsin doctor")


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
