"""A register with the items of the seeded run in it: opened once in a test process, laid as rows into every test.

On PostgreSQL, where rows laid past the program would leave the counters of its tables behind, they are opened anew.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings

import databases
from tocsin.core.clock import FixedClock, SystemClock
from tocsin.core.context import Context
from tocsin.core.settings import Settings

Rows = tuple[tuple[str, ...], list[tuple[Any, ...]]]
"""The columns of a table, whose order is no table's own, and its rows."""


@dataclass(frozen=True)
class Opened:
    """A home with its files, the rows of its register by table, and the moment at which it was opened."""

    home: Path
    rows: dict[str, Rows]
    at: datetime


def open_all(home: Path, clock: FixedClock) -> None:
    """Take the newest run of a home into the register, as a refresh does."""
    from tocsin.response.docket import acts
    from tocsin.response.register import runs
    from tocsin.response.register.people import ensure_operator

    here = Settings(home=home)
    ctx = Context(settings=here, clock=clock)
    with override_settings(TOCSIN=here):
        ensure_operator(ctx)
        run = runs.latest(home)
        assert run is not None
        acts.take_run(ctx, run)


_opened: dict[Path, Opened] = {}


def opened(seeded_home: Path, factory: pytest.TempPathFactory) -> Opened:
    """Open them; the first test that asks must have the database, and keeps nothing of it."""
    if seeded_home in _opened:
        return _opened[seeded_home]
    clock, home = FixedClock(SystemClock().now()), factory.mktemp("opened") / "home"
    shutil.copytree(seeded_home / "runs", home / "runs")
    with transaction.atomic():
        before = _rows()
        open_all(home, clock)
        new = {table: rows for table, rows in _rows().items() if rows != before[table]}
        transaction.set_rollback(True)
    assert not any(before[table][1] for table in new), "what was there before is as it was"
    _opened[seeded_home] = Opened(home, new, clock.at)
    return _opened[seeded_home]


def lay(made: Opened, home: Path) -> None:
    """Lay it into a new home and the empty register of a test."""
    if databases.POSTGRES:
        shutil.copytree(made.home / "runs", home / "runs")
        open_all(home, FixedClock(made.at))
        return
    shutil.copytree(made.home, home)
    # In one transaction: a row may name another that is laid after it.
    with transaction.atomic(), connection.cursor() as cursor:
        for table, (columns, rows) in made.rows.items():
            named, marks = ", ".join(f'"{c}"' for c in columns), ", ".join(["%s"] * len(columns))
            cursor.executemany(f'INSERT INTO "{table}" ({named}) VALUES ({marks})', rows)


def _rows() -> dict[str, Rows]:
    """Return every row of every table as the database holds it, in the order in which rows came."""
    order = "" if databases.POSTGRES else " ORDER BY rowid"
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"{order}')
            found[table] = (tuple(c[0] for c in cursor.description), cursor.fetchall())
        return found
