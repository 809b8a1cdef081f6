"""``tocsin portfolio from-feed``: activities that were fetched from IATI become a list of projects, handed on here."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Refused

SOURCE = "iati"


def from_feed(
    by: Annotated[str, typer.Option(help="The post you act under")],
    portfolio: Annotated[str, typer.Option(help="What the list is called")] = "IATI",
) -> None:
    """Take in every IATI file that is in the store, oldest first; one that was read before adds nothing."""
    ready()
    from tocsin.evidence.store import good
    from tocsin.response.register import portfolio as projects
    from tocsin.response.register.people import cli_actor

    ctx = context()
    folder = ctx.settings.store / SOURCE
    parts = [part for held in good.loads(ctx.settings.store, SOURCE) for part in held.get("parts", [])]
    if not parts:
        raise Refused("No IATI file is in the store", todo=f"Run: tocsin feeds fetch {SOURCE}")
    rows: list[dict[str, Any]] = []
    for part in parts:
        taken = projects.take(ctx, folder / "raw" / part["sha256"], portfolio, cli_actor(by), name=part["name"])
        told = {"list": taken.file.pk, "name": part["name"], "already": taken.already}
        rows.append({**told, "taken": taken.read.taken, "quarantined": taken.read.quarantined})
    fresh = [row for row in rows if not row["already"]]
    said = f"{len(fresh)} of {len(rows)} files were new: {sum(row['taken'] for row in fresh)} projects taken in, "
    emit({"lists": rows}, f"{said}{sum(row['quarantined'] for row in fresh)} activities quarantined.")
