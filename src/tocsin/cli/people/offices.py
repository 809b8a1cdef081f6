"""Offices: whether they answer, what they cover, what they hold; and from a place and a topic to who is on duty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.cli.people.asked import By
from tocsin.core.clock import iso, parse_date
from tocsin.core.errors import Misuse

if TYPE_CHECKING:
    from tocsin.response.register.models import Tool

Office = Annotated[str, typer.Argument(help="An office of the directive")]
Number = Annotated[int, typer.Argument(help="Its number in the list")]


def listing() -> None:
    """List the offices: their posts, whether they answer when asked, and what they cover."""
    ready()
    from tocsin.response.docket import offices

    rows = offices.listing(context())
    emit(
        {"offices": rows},
        lambda: (
            "\n".join(f"  {r['office']:<16} {r['state']:<12} {r['said']}; posts {', '.join(r['posts'])}" for r in rows)
            or "The directive names no office."
        ),
    )


def ping(
    office: Annotated[str | None, typer.Argument(help="An office of the directive; or --all")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Every office that is not asked already")] = False,
    by: By = "operator",
) -> None:
    """Ask an office to answer. Silent past its days it is stale, and a successor is asked for."""
    if bool(office) == everybody:
        raise Misuse("One office is asked, or --all", todo="tocsin people ping OFFICE, or --all")
    ready()
    from tocsin.catalog import directive
    from tocsin.response.docket import pings
    from tocsin.response.register.models import Ping
    from tocsin.response.register.people import cli_actor

    actor, open_ones = cli_actor(by), set(Ping.objects.filter(answered_at=None).values_list("office", flat=True))
    chosen = [office] if office else [o.id for o in directive.current().offices if o.id not in open_ones]
    made = [pings.ping(context(), str(one), actor) for one in chosen]
    emit(
        {"asked": [{"office": p.office, "answer_due": iso(p.answer_due)} for p in made]},
        "\n".join(f"{p.office} is asked to answer by {iso(p.answer_due)}." for p in made)
        or "Every office is asked already.",
    )


def answer(office: Office, by: By) -> None:
    """Answer for an office, under one of its posts."""
    ready()
    from tocsin.response.docket import pings
    from tocsin.response.register.people import cli_actor

    row = pings.answer(context(), office, cli_actor(by))
    emit({"office": office, "answered_at": iso(row.answered_at)}, f"{office} has answered.")


def find(
    place: Annotated[str, typer.Option(help="Three letters, as in SDN, or the name; any place without it")] = "",
    topic: Annotated[str, typer.Option(help="One or two words, as in options")] = "",
    by: Annotated[str, typer.Option(help="The post you ask under: addresses are shown to those who need them")] = "",
) -> None:
    """Find who is on duty for a place and a topic, in one command."""
    ready()
    from tocsin.response.docket import offices
    from tocsin.response.register.people import cli_actor, ensure_operator

    ensure_operator(context())
    found = offices.find(context(), place, topic, [cli_actor(by)] if by else [])
    emit({"found": found}, lambda: "\n".join(offices.sentence(f) for f in found))


def covers() -> None:
    """List what offices declare to cover."""
    ready()
    from tocsin.response.register.models import Cover

    rows = [
        {"cover": c.pk, "office": c.office, "post": c.post, "place_id": c.place_id or None, "topic": c.topic or None}
        for c in Cover.objects.filter(until=None)
    ]
    emit(
        {"covers": rows},
        lambda: (
            "\n".join(
                f"  {r['cover']:>4}  {r['post']:<18} {r['place_id'] or 'every place':<12} {r['topic'] or 'every topic'}"
                for r in rows
            )
            or "Nothing is declared. Declare it: tocsin people covers declare POST --place SDN --topic options"
        ),
    )


def declare(
    post: Annotated[str, typer.Argument(help="The post that answers")],
    place: Annotated[str, typer.Option(help="Three letters or the name; every place without it")] = "",
    topic: Annotated[str, typer.Option(help="One or two words; every topic without it")] = "",
    by: By = "operator",
) -> None:
    """Declare that a post answers for a place and a topic."""
    ready()
    from tocsin.response.register import covers as declared
    from tocsin.response.register.people import cli_actor

    row = declared.declare(context(), post, place, topic, cli_actor(by))
    emit(
        {"cover": row.pk, "post": post, "place_id": row.place_id or None, "topic": row.topic or None},
        f"{post} covers it.",
    )


def end_cover(number: Number, by: By = "operator") -> None:
    """End a declaration."""
    ready()
    from tocsin.response.register import covers as declared
    from tocsin.response.register.people import cli_actor

    declared.end(context(), number, cli_actor(by))
    emit({"cover": number}, f"Declaration {number} has ended. The way back: tocsin people covers restore {number}")


def restore_cover(number: Number, by: By = "operator") -> None:
    """Put an ended declaration back in force."""
    ready()
    from tocsin.response.register import covers as declared
    from tocsin.response.register.people import cli_actor

    declared.restore(context(), number, cli_actor(by))
    emit({"cover": number}, f"Declaration {number} is in force again.")


def tools(
    office: Annotated[str, typer.Option(help="One office; all without it")] = "",
    within: Annotated[int | None, typer.Option(help="Usable within so many days", min=0)] = None,
) -> None:
    """List what offices hold today, soonest usable first: readiness, last use and drill, authority, and any doubt."""
    ready()
    from tocsin.response.register import tools as held

    today = context().now().date()
    rows = [held.as_dict(t, today) for t in held.held(office, within)]
    emit(
        {"tools": rows},
        lambda: (
            "\n".join(
                f"  {r['tool']:>4}  {r['ready_days']:>4} days  {r['office']:<16} {r['name']}"
                + (f" ({r['option']})" if r["option"] else "")
                + f"; last used {r['last_used_on'] or 'not on record'}"
                + f", drilled {r['last_drilled_on'] or 'not on record'}"
                + (f"; authority: {', '.join(r['authority'])}" if r["authority"] else "; authority not known here")
                + (f"; STALE: {'; '.join(r['doubts'])}" if r["doubts"] else "")
                for r in rows
            )
            or "No tool on record. State one: tocsin people tools state OFFICE --option ID --days N"
        ),
    )


def state_tool(  # noqa: PLR0917 - Typer reads the parameters
    office: Office,
    days: Annotated[int, typer.Option(help="Days from a decision to its first use")],
    option: Annotated[str, typer.Option(help="An option of the catalogue")] = "",
    name: Annotated[str, typer.Option(help="A name of its own")] = "",
    note: Annotated[str, typer.Option(help="What it needs, whom to ask")] = "",
    by: By = "operator",
) -> None:
    """State that an office holds a tool, and how soon it can be used."""
    ready()
    from tocsin.response.register import tools as held
    from tocsin.response.register.people import cli_actor

    row = held.state(context(), office, option_id=option, name=name, ready_days=days, note=note, actor=cli_actor(by))
    _tell(row, f"{office} holds {row.name}, usable in {row.ready_days} days.")


def used_tool(
    number: Number, on: Annotated[str, typer.Option(help="The last day it was used")], by: By = "operator"
) -> None:
    """Record the last day a tool was used."""
    ready()
    from tocsin.response.register import tools as held
    from tocsin.response.register.people import cli_actor

    row = held.used(context(), number, parse_date(on), cli_actor(by))
    _tell(row, f"{row.name} was last used on {row.last_used_on}.")


def drilled_tool(
    number: Number, on: Annotated[str, typer.Option(help="The last day it was tried in a drill")], by: By = "operator"
) -> None:
    """Record the last day a tool was tried in a drill."""
    ready()
    from tocsin.response.register import tools as held
    from tocsin.response.register.people import cli_actor

    row = held.drilled(context(), number, parse_date(on), cli_actor(by))
    _tell(row, f"{row.name} was last drilled on {row.last_drilled_on}.")


def retire_tool(number: Number, by: By = "operator") -> None:
    """Record that an office holds a tool no more."""
    ready()
    from tocsin.response.register import tools as held
    from tocsin.response.register.people import cli_actor

    row = held.retire(context(), number, cli_actor(by))
    _tell(row, f"{row.office} holds {row.name} no more.")


def hours(
    post: Annotated[str, typer.Argument(help="The post that spent them")],
    kind: Annotated[str, typer.Option(help="upstream or crisis")],
    spent: Annotated[int, typer.Option("--hours", help="Whole hours of one day, 24 at most")],
    day: Annotated[str, typer.Option(help="The day; today without it")] = "",
) -> None:
    """Enter hours spent for prevention or in crisis. Optional; they stand beside the acts on record."""
    ready()
    from tocsin.response.docket import upstream
    from tocsin.response.register.people import cli_actor

    ctx = context()
    row = upstream.enter_hours(ctx, cli_actor(post), kind, spent, parse_date(day) if day else ctx.now().date())
    emit({"post": post, "day": row.day, "kind": kind, "hours": row.hours}, f"{row.hours} hours of {post} are entered.")


def _tell(row: Tool, text: str) -> None:
    from tocsin.response.register import tools as held

    emit(held.as_dict(row, context().now().date()), text)
