"""``tocsin technique …``: techniques on a place, a round or an item; the record of ideas; what is missing."""

from __future__ import annotations

import typer

from tocsin.cli.technique.ideas import idea, ideas, judge_idea, untried
from tocsin.cli.technique.opening import kinds, listing, open_, show
from tocsin.cli.technique.saying import bring_back, hand_in, say, take_back
from tocsin.cli.technique.watching import arm, before, due


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="Rival hypotheses, assumptions, premortems, scenarios; and ideas.")
    for name, command in {
        "kinds": kinds,
        "open": open_,
        "list": listing,
        "show": show,
        "say": say,
        "take-back": take_back,
        "bring-back": bring_back,
        "hand-in": hand_in,
        "arm": arm,
        "due": due,
        "before": before,
        "idea": idea,
        "ideas": ideas,
        "judge-idea": judge_idea,
        "untried": untried,
    }.items():
        group.command(name)(command)
    app.add_typer(group, name="technique")
