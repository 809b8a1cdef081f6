"""``tocsin reports …``: write one, bring many, read, pass on, see what was changed on the way and what became of it."""

from __future__ import annotations

import typer

from tocsin.cli.reports.entering import bring, mine, new
from tocsin.cli.reports.looking import difference, figures, listing, show
from tocsin.cli.reports.passing import hold, read, send


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="What somebody in the field wrote, and how it travels up.")
    for name, command in {
        "new": new,
        "import": bring,
        "mine": mine,
        "list": listing,
        "show": show,
        "read": read,
        "send": send,
        "hold": hold,
        "difference": difference,
        "figures": figures,
    }.items():
        group.command(name)(command)
    app.add_typer(group, name="reports")
