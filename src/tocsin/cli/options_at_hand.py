"""``tocsin options at-hand``: who can act in a place or be reached there, as somebody said it; options go by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.clock import iso, parse_date
from tocsin.core.errors import Misuse

if TYPE_CHECKING:
    from tocsin.response.register.models import AtHand


def register(app: typer.Typer) -> None:
    """Add the command to the group of options."""
    group = next(g.typer_instance for g in app.registered_groups if g.name == "options")
    assert group is not None
    group.command("at-hand")(at_hand)


def at_hand(
    place: Annotated[str, typer.Argument(help="ISO 3166 code of three letters, or a name")],
    actors: Annotated[
        str | None, typer.Option("--actors", help="By kind or name: states,leaders; '' takes back")
    ] = None,
    why: Annotated[str, typer.Option("--why", help="Who they are, and how you know")] = "",
    until: Annotated[str, typer.Option("--until", help="The last day it is true; left out: 30 days")] = "",
    by: Annotated[str, typer.Option("--by", help="The post you act under")] = "",
) -> None:
    """Show who is said to be at hand in a place; with --actors, say it anew."""
    if actors is None and (why or until or by):
        raise Misuse("--why, --until and --by say something of actors", todo="Add --actors, or leave them out to look")
    if actors is not None and not by:
        raise Misuse("To act here you act under a post", todo="Add --by POST; tocsin people list names the posts")
    ready()
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register import at_hand as room
    from tocsin.response.register.people import cli_actor

    place_id = find_place(place)
    if actors is not None:
        given = [part.strip() for part in actors.replace(";", ",").split(",") if part.strip()]
        room.state(context(), place_id, given, cli_actor(by), why=why, until=parse_date(until) if until else None)
    said = room.history(place_id)
    stands = room.known(place_id, context().now().date())
    told = {
        "place_id": place_id,
        "at_hand": list(stands.kinds) if stands else [],
        "said": [
            {"kinds": h.kinds, "why": h.why, "until": str(h.until), "at": iso(h.at), "post": h.post} for h in said
        ],
    }
    emit(told, lambda: "\n".join(_line(h) for h in said) or f"Nobody has said who is at hand in {place_id}.")


def _line(said: AtHand) -> str:
    kinds = ", ".join(said.kinds) or "nobody any more"
    return f"{said.at.date()} {said.post}: {kinds}, until {said.until}. {said.why}"
