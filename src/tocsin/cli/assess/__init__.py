"""``tocsin assess …``: answer a framework, alone or in a blind round, with or without a network; labels and lines."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from tocsin.cli.assess.answering import place_
from tocsin.cli.assess.lines import label, lines
from tocsin.cli.assess.rounds import open_, round_, rounds
from tocsin.cli.assess.sheets import form, load, settle, submit
from tocsin.cli.assess.suggesting import accept, reject, suggestions

ALONE = "place"


class OrPlace(TyperGroup):
    """A group whose first word may be a place instead of a command: ``tocsin assess place SDN``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put in the command that shows a place when none is named."""
        named = bool(args) and (args[0] in self.commands or args[0].startswith("-"))
        return list(super().parse_args(ctx, args if named or not args else [ALONE, *args]))


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(cls=OrPlace, no_args_is_help=True, help="Assess a place, alone or in a round; see its lines.")
    for name, command in {
        ALONE: place_,
        "open": open_,
        "rounds": rounds,
        "round": round_,
        "form": form,
        "load": load,
        "settle": settle,
        "submit": submit,
        "suggestions": suggestions,
        "accept": accept,
        "reject": reject,
        "lines": lines,
        "label": label,
    }.items():
        group.command(name)(command)
    app.add_typer(group, name="assess")
