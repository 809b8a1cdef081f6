"""``tocsin sources``: which sources may not be leaned on any more, and whose grades that lowers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Misuse

if TYPE_CHECKING:
    from tocsin.response.register.people import Actor

Source = Annotated[str, typer.Argument(help="A DOI, as doi:10.1000/xyz, or an address, as https://…")]
Why = Annotated[str, typer.Option("--why", help="How it is known.")]
By = Annotated[str, typer.Option("--by", help="The post you act under; tocsin people list names the posts.")]


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="Sources that may not be leaned on: retracted, withdrawn, expired.")
    for name, command in {"list": listing, "withdraw": withdraw, "restore": restore}.items():
        group.command(name)(command)
    app.add_typer(group, name="sources")


def listing() -> None:
    """List every source that may not be leaned on, with the options whose grade it lowers."""
    ready()
    from tocsin.response.register.catalogue import sources

    rows = sources.listing()
    lines = [
        f"  {r['source']}: {r['kind']}, {r['on']}, by {r['said_by']}: {r['why']}. "
        f"Lowers: {', '.join(r['options']) or 'no option here'}"
        for r in rows
    ]
    emit({"sources": rows}, lambda: "\n".join([f"{len(rows)} sources may not be leaned on.", *lines]))


def withdraw(
    source: Source,
    why: Why,
    kind: Annotated[str, typer.Option("--kind", help="retracted | expired | withdrawn")],
    by: By = "",
) -> None:
    """Say that a source may not be leaned on: every grade that rests on it is lower from now on, and says why."""
    who = _actor(by)
    from tocsin.response.register.catalogue import sources

    row = sources.withdraw(context(), who, source, kind=kind, why=why)
    _said(row.key, row.kind, row.ledger_seq)


def restore(source: Source, why: Why, by: By = "") -> None:
    """Say that a withdrawn source stands again; what was said before stays on record."""
    who = _actor(by)
    from tocsin.response.register.catalogue import sources

    row = sources.restore(context(), who, source, why=why)
    _said(row.key, row.kind, row.ledger_seq)


def _said(key: str, kind: str, seq: int) -> None:
    from tocsin.response.register.catalogue import sources

    lowered = next((r["options"] for r in sources.listing() if r["key"] == key), [])
    effect = f"It lowers the grade of {', '.join(lowered)}." if lowered else "It lowers the grade of no option."
    emit({"source": key, "kind": kind, "options": lowered, "ledger_seq": seq}, f"{key}: {kind}. {effect}")


def _actor(by: str) -> Actor:
    if not by:
        raise Misuse("To act here you act under a post", todo="Add --by POST; tocsin people list names the posts")
    ready()
    from tocsin.response.register.people import cli_actor

    return cli_actor(by)
