"""``tocsin backup`` and ``tocsin restore``: a copy of a home while it runs, and a new home made from one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.output import context, emit, ready


def register(app: typer.Typer) -> None:
    """Add both commands to the command line."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    file: Annotated[Path, typer.Argument(help="The new file; it will hold the signing key.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Copy register, keys, runs, store and witness folder into one file, while the desk runs."""
    ready()
    from tocsin.response.register import backup as backups

    made = backups.make(context(), file, replace=force)
    emit(
        {"file": made.path, "entries": made.entries, "database": made.database},
        f"{made.path} holds the register with {made.entries} ledger entries, the keys and all runs.\n"
        "It holds the signing key: keep it where you would keep the key, and try it: tocsin restore",
    )


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    to: Annotated[Path, typer.Option("--to", help="The new data folder.")],
) -> None:
    """Make a new home from a backup; one of PostgreSQL goes into the empty database of TOCSIN_DATABASE_URL."""
    from tocsin.response.register import backup as backups

    made = backups.restore(context(), file, to)
    emit(
        {"home": made.path, "entries": made.entries, "database": made.database},
        f"{made.path} is the home as it stood, with {made.entries} ledger entries.\n"
        f"Look at it before it takes over: tocsin doctor --home {made.path}",
    )
