"""``tocsin drill``: a copy of the home on which clocks may be moved without a trace in the real record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.output import context, emit, ready


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("drill")(drill)


def drill(folder: Annotated[Path, typer.Argument(help="A new folder for the copy")]) -> None:
    """Copy the home for a drill: its own log and key, no witness outside, DRILL on every message."""
    ready()
    from tocsin.response.register import drill as drills

    made = drills.make(context(), folder)
    emit(
        {"folder": str(made.folder), "log": made.log, "entries": made.entries},
        f"{made.folder} is a drill: {made.entries} entries copied, its log is {made.log}.\n"
        "Nothing in it reaches a witness outside it, and every message begins with DRILL.\n"
        f"Move its clock: tocsin tick --now TIME --home {folder}",
    )
