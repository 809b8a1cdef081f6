"""``tocsin portfolio …``: the development lens. Projects screened, incentives, missing capacities, institutions."""

from __future__ import annotations

import typer

from tocsin.cli.portfolio.country import capacities, institutions, judge, overlay
from tocsin.cli.portfolio.feed import from_feed
from tocsin.cli.portfolio.incentives import incentives, model, programme
from tocsin.cli.portfolio.projects import import_, lists, project, review, screen


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        no_args_is_help=True, help="The development lens: projects screened, incentives, capacities, institutions."
    )
    for name, command in {
        "import": import_,
        "from-feed": from_feed,
        "lists": lists,
        "screen": screen,
        "overlay": overlay,
        "project": project,
        "review": review,
        "model": model,
        "incentives": incentives,
        "programme": programme,
        "capacities": capacities,
        "institutions": institutions,
        "judge": judge,
    }.items():
        group.command(name)(command)
    app.add_typer(group, name="portfolio")
