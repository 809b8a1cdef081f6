"""``tocsin oversight``: scorecards, reports to a legislature, and the registers of what is owed, told and shared."""

from __future__ import annotations

import typer

from tocsin.cli.oversight import documents, gaps, legislature, outside, pledges, reporting, undertakings


def register(app: typer.Typer) -> None:
    """Add this group to the application."""
    group = typer.Typer(no_args_is_help=True, help="Was the warning answered: figures, reports, and what is owed.")
    for part in (reporting, undertakings, pledges, gaps, documents, legislature, outside):
        part.register(group)
    app.add_typer(group, name="oversight")
