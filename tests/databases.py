"""Which database a test's homes have: the file in each home, or a database each in the test run's own PostgreSQL.

``TOCSIN_TEST_DATABASE=postgresql`` chooses the second for the whole run (``tools/run_tests.py`` makes one pass with
each). A command started by a test gets the database of its home from ``of``; a test that copies a home with a register
in it copies the database too, by ``copy``. Forked children inherit the connection settings of their parent: they must
call ``django.db.connections.close_all()`` first, on either database.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

POSTGRES = os.environ.get("TOCSIN_TEST_DATABASE", "sqlite") == "postgresql"
_known: set[str] = set()


def begin() -> None:
    """Start the server in the process that runs the tests, before Django reads its settings; its workers inherit it."""
    if POSTGRES and "PYTEST_XDIST_WORKER" not in os.environ:
        import postgres

        os.environ["TOCSIN_DATABASE_URL"] = postgres.server().url("tocsin")
        # Its own pg_dump too: an older one refuses a newer server.
        os.environ["PATH"] = f"{postgres.server().bin}{os.pathsep}{os.environ.get('PATH', '')}"


def lay_at_once() -> None:
    """Have Django make its test database as a new register is made; Django must be set up."""
    from django.core import management
    from django.db import connections

    from tocsin.response.register import fresh

    plain = management.call_command

    def call_command(command: Any, *arguments: Any, **options: Any) -> Any:
        if command == "migrate" and options.get("run_syncdb"):  # nobody but Django's own making asks for this
            return fresh.lay(connections[options["database"]])
        return plain(command, *arguments, **options)

    management.call_command = call_command


def name(home: Path) -> str:
    """Return the name of the database of a home."""
    return f"home_{hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:24]}"


def of(home: Path) -> dict[str, str]:
    """Return the environment by which a command finds the register of a home, making its database on first use."""
    if not POSTGRES:
        return {}
    if name(home) not in _known:
        _create(name(home), "template0")
    return {"TOCSIN_DATABASE_URL": _url(name(home))}


def copy(source: Path, target: Path) -> None:
    """Give ``target`` a copy of the register of ``source``, whose database nobody uses meanwhile."""
    if POSTGRES:
        of(source)
        _create(name(target), name(source))


TABLES = """
import django
django.setup()
from tocsin.response.register.database import bring_up_to_date
bring_up_to_date()
"""


def make(home: Path) -> None:
    """Make a home with a register that has its tables and nothing in them, in a process of its own."""
    env = {**os.environ, "TOCSIN_HOME": str(home), **of(home)}
    subprocess.run([sys.executable, "-c", TABLES], env=env, check=True, capture_output=True)


def lay(made: Path, home: Path) -> Path:
    """Lay a copy of what ``make`` made into a home that has no register yet, and return the home."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if POSTGRES:
        copy(made, home)
    else:
        shutil.copy(made / "register.sqlite3", home / "register.sqlite3")
    return home


@contextmanager
def connect(home: Path) -> Iterator[Any]:
    """Open the register of a home past the program: a connection of the driver's own, committed at the end."""
    if POSTGRES:
        import psycopg

        with psycopg.connect(of(home)["TOCSIN_DATABASE_URL"]) as register:
            yield register
        return
    register = sqlite3.connect(home / "register.sqlite3")
    try:
        with register:
            yield register
    finally:
        register.close()


def drop_guards(register: Any, only: str = "") -> None:
    """Drop every trigger, or one, as only a database's owner can; over a raw connection or Django's cursor."""
    for name, table in _triggers(register):
        if only in ("", name):
            register.execute(f'DROP TRIGGER "{name}"' + (f" ON {table}" if POSTGRES else ""))


def guards(register: Any) -> list[str]:
    """Return the names of the triggers there are, sorted."""
    return sorted(name for name, _ in _triggers(register))


def _triggers(register: Any) -> list[tuple[str, str]]:
    query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    if POSTGRES:
        query = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    return _rows(register.execute(query), register)


def _rows(result: Any, register: Any) -> list[Any]:
    return list((result if hasattr(result, "fetchall") else register).fetchall())


def _url(database: str) -> str:
    url = urlsplit(os.environ["TOCSIN_DATABASE_URL"])
    return url._replace(path=f"/{database}").geturl()


def _create(database: str, template: str) -> None:
    import psycopg

    with psycopg.connect(_url("postgres"), autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            server.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
    _known.add(database)
