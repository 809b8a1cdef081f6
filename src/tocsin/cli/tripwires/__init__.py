"""``tocsin tripwires list | backtest | combined | arm | judge``: what may warn, and whether it keeps its word."""

from __future__ import annotations

import typer

from tocsin.cli.tripwires.arming import arm, judge
from tocsin.cli.tripwires.listing import listing
from tocsin.cli.tripwires.testing import backtest, combined


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    group = typer.Typer(no_args_is_help=True, help="The rules that oblige somebody to answer, and their record.")
    group.command("list")(listing)
    group.command("backtest")(backtest)
    group.command("combined")(combined)
    group.command("arm")(arm)
    group.command("judge")(judge)
    app.add_typer(group, name="tripwires")
