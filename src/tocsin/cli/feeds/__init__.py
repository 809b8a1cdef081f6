"""``tocsin feeds``: what publishers sent, asked for or loaded; one file a command, found by walking this folder."""

from __future__ import annotations

import importlib
import pkgutil

import typer


def register(app: typer.Typer) -> None:
    """Add the group to the command line; each module here adds its own commands to it."""
    group = typer.Typer(no_args_is_help=True, help="What publishers send: feeds, vintages, revisions.")
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        importlib.import_module(f"{__name__}.{module}").register(group)
    app.add_typer(group, name="feeds")
