"""``tocsin brief``: the same page as the desk's, to carry."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.output import context, emit, ready


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("brief")(brief)


def brief(
    to: Annotated[
        Path | None, typer.Option(help="Folder to write to; default: that of the run in the data folder.")
    ] = None,
    words: Annotated[str, typer.Option(help="In the words of: un | us | eu_au | ngo | data")] = "un",
) -> None:
    """Write the brief of the run in force as HTML, PDF and JSON."""
    ready()
    from tocsin.catalog.terms import vocabulary
    from tocsin.desk.brief.write import write

    written = write(context(), to, words=vocabulary(words))
    emit({kind: str(path) for kind, path in written.items()}, "Written: " + ", ".join(str(p) for p in written.values()))
