"""``tocsin events …``: events that publishers report, several reports of one beside one another, and what is judged."""

from __future__ import annotations

import typer

from tocsin.cli.events.judging import judge, judged, queue, split, undo
from tocsin.cli.events.looking import actors, list_, rebuild, show


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        no_args_is_help=True, help="Events that publishers report: one event with all its sources, and their conflicts."
    )
    for name, command in {
        "list": list_,
        "show": show,
        "queue": queue,
        "judge": judge,
        "split": split,
        "undo": undo,
        "judged": judged,
        "actors": actors,
        "rebuild": rebuild,
    }.items():
        group.command(name)(command)
    app.add_typer(group, name="events")
