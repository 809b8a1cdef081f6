"""``tocsin capabilities``: who can offer what, needs set against it, asks and what was answered."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.cli.oversight.acting import By, actor
from tocsin.core.clock import parse_date

Number = Annotated[int, typer.Argument(help="Its number")]
Capability = Annotated[str, typer.Argument(help="An id of the list; tocsin capabilities kinds shows it")]


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="What organisations can offer, and needs that are set against it.")
    commands = {"kinds": kinds, "list": listing, "offer": offer, "verify": verify, "withdraw": withdraw}
    commands |= {"need": need, "needs": needs, "close": close, "match": match, "ask": ask, "answer": answer}
    for name, command in commands.items():
        group.command(name)(command)
    app.add_typer(group, name="capabilities")


def kinds() -> None:
    """List what can be offered and asked for, with examples."""
    from tocsin.catalog.cooperation import capabilities

    rows = [c.model_dump() | {"basis_label": c.basis_label} for c in capabilities().values()]
    lines = [f"{r['id']:<22} {r['does']}. As: {'; '.join(r['examples'])}" for r in rows]
    emit({"capabilities": rows}, "\n".join(lines))


def listing(
    kind: Annotated[str, typer.Option(help="A capability")] = "",
    place: Annotated[str, typer.Option(help="A place by its letters or name")] = "",
    by: Annotated[str, typer.Option(help="Your post, to see what is shown to it alone")] = "",
) -> None:
    """List the offers that stand. What is shown to named posts alone is not counted for others."""
    ready()
    from tocsin.catalog.geography.lookup import meant
    from tocsin.response.oversight.capability import show
    from tocsin.response.register import offers

    if kind:
        offers.capability(kind)
    posts = [actor(by).post] if by else []
    rows = show.directory(posts, context().now().date(), kind, meant(place) if place else "")
    emit({"offers": rows}, lambda: "\n".join([f"{len(rows)} offers.", *(_offer(row) for row in rows)]))


def offer(  # noqa: PLR0917 - Typer reads the parameters
    capability: Capability,
    organisation: Annotated[str, typer.Option(help="Key or name of an organisation")],
    what: Annotated[str, typer.Option(help="What is offered, in words")],
    lead_days: Annotated[int, typer.Option(help="Days from the ask to its first use")],
    office: Annotated[str, typer.Option(help="The office that would put the ask")],
    places: Annotated[str, typer.Option(help="With ; between them; empty: anywhere")] = "",
    conditions: Annotated[str, typer.Option(help="On which conditions")] = "",
    valid_until: Annotated[str, typer.Option(help="The last day it holds")] = "",
    tool: Annotated[int | None, typer.Option(help="The tool on record that it is")] = None,
    visibility: Annotated[str, typer.Option(help="open | restricted; empty: by the rule on danger")] = "",
    seen_by: Annotated[str, typer.Option(help="Posts that see it while it is restricted")] = "",
    because: Annotated[str, typer.Option(help="Why it is shown or hidden")] = "",
    by: By = "",
) -> None:
    """Record what an organisation offers, made sure of today."""
    who = actor(by)
    from tocsin.response.register import offers

    row = offers.make(
        context(), who, organisation=organisation, name=capability, what=what, lead_days=lead_days, office=office,
        places=places.split(";"), conditions=conditions, valid_until=_day(valid_until), tool=tool,
        visibility=visibility, seen_by=seen_by.split(";"), because=because,
    )  # fmt: skip
    seen = f"shown to {', '.join(row.seen_by)} alone" if row.restricted else "shown to everybody signed in"
    emit(
        {"offer": row.pk, "restricted": row.restricted, "seen_by": row.seen_by}, f"Offer {row.pk} is on record; {seen}."
    )


def verify(
    number: Number,
    valid_until: Annotated[str, typer.Option(help="A new last day, if one was said")] = "",
    by: By = "",
) -> None:
    """Record that somebody made sure today that an offer holds."""
    who = actor(by)
    from tocsin.response.register import offers

    row = offers.verify(context(), who, number, valid_until=_day(valid_until))
    emit({"offer": row.pk, "verified_on": row.verified_on}, f"Offer {row.pk} was made sure of on {row.verified_on}.")


def withdraw(number: Number, by: By = "") -> None:
    """Record that it is offered no more."""
    who = actor(by)
    from tocsin.response.register import offers

    row = offers.withdraw(context(), who, number)
    emit({"offer": row.pk, "withdrawn_at": row.withdrawn_at}, f"Offer {row.pk} is withdrawn; its record stays.")


def need(  # noqa: PLR0917 - Typer reads the parameters
    capability: Capability,
    what: Annotated[str, typer.Option(help="What for, in words")],
    needed_by: Annotated[str, typer.Option(help="By which day")],
    place: Annotated[str, typer.Option(help="Where; without it, the place of the question")] = "",
    item: Annotated[int | None, typer.Option(help="The question it is for")] = None,
    package: Annotated[int | None, typer.Option(help="The number of a package's record")] = None,
    gap: Annotated[int | None, typer.Option(help="The gap it would close")] = None,
    by: By = "",
) -> None:
    """Post a need, and list who can meet it: government, United Nations, NGOs and companies."""
    who = actor(by)
    from tocsin.response.oversight.capability import needs as room
    from tocsin.response.oversight.capability import show

    row = room.post(context(), who, capability, what, parse_date(needed_by), place, item=item, package=package, gap=gap)
    told = show.matched(row, [who.post], context().now().date())
    emit(told, lambda: _matched(told))


def needs(by: By = "") -> None:
    """List the needs that are not closed, with the asks and answers of each."""
    who = actor(by)
    from tocsin.response.oversight.capability import needs as room
    from tocsin.response.oversight.capability import show

    rows = [show.need(row, [who.post]) for row in room.open_needs([who.post])]
    lines = [
        f"{r['need']}: {r['capability']}, {r['place'] or 'anywhere'}, by {r['needed_by']}: {r['what']}" for r in rows
    ]
    emit({"needs": rows}, "\n".join(lines) or "No need is open.")


def close(number: Number, why: Annotated[str, typer.Option(help="What became of it")], by: By = "") -> None:
    """Close a need."""
    who = actor(by)
    from tocsin.response.oversight.capability import needs as room

    row = room.close(context(), who, number, why)
    emit({"need": row.pk, "closed_at": row.closed_at}, f"Need {row.pk} is closed.")


def match(number: Number, by: By = "") -> None:
    """Set a need against what is offered: why each fits, what it presumes, what is missing."""
    who = actor(by)
    from tocsin.response.oversight.capability import needs as room
    from tocsin.response.oversight.capability import show

    told = show.matched(room.seen(number, [who.post]), [who.post], context().now().date())
    emit(told, lambda: _matched(told))


def ask(
    number: Annotated[int, typer.Argument(help="The number of a need")],
    offer: Annotated[int, typer.Argument(help="The number of an offer that fits")],
    words: Annotated[str, typer.Option(help="What is asked for")],
    days: Annotated[int | None, typer.Option(help="Days to answer")] = None,
    by: By = "",
) -> None:
    """Ask for an offer; the office that keeps touch is told to put it."""
    who = actor(by)
    from tocsin.response.oversight.capability import needs as room

    row = room.ask(context(), who, number, offer, words=words, days=days)
    told = {"ask": row.pk, "to_post": row.to_post, "answer_due": row.answer_due}
    emit(told, f"Ask {row.pk}: {row.to_post} puts it; answer by {row.answer_due:%Y-%m-%d %H:%M} UTC.")


def answer(
    number: Annotated[int, typer.Argument(help="The number of an ask")],
    kind: Annotated[str, typer.Argument(help="offered | refused | accepted | used")],
    words: Annotated[str, typer.Option(help="What was said")] = "",
    on: Annotated[str, typer.Option(help="With used: the day")] = "",
    by: By = "",
) -> None:
    """Record what came of an ask."""
    who = actor(by)
    from tocsin.response.oversight.capability import needs as room

    row = room.answer(context(), who, number, kind, words=words, used_on=_day(on))
    emit({"ask": number, "state": row.kind, "ledger_seq": row.ledger_seq}, f"Ask {number} is {row.kind}.")


def _day(text: str) -> date | None:
    return parse_date(text) if text else None


def _offer(row: dict[str, Any]) -> str:
    mark = f" [{row['age'].upper()}]" if row["age"] else ""
    where = ", ".join(row["places"]) or "anywhere"
    who = f"{row['offer']} {row['organisation_name']} ({row['side']})"
    return f"  {who}: {row['what']}; {where}, {row['lead_days']} days{mark}"


def _matched(told: dict[str, Any]) -> str:
    lines = [f"Need {told['need']}: {told['capability_name']}, by {told['needed_by']}: {told['what']}"]
    for side in told["sides"]:
        lines.append(f"{side['title']}: {len(side['offers']) or 'nobody offers it'}")
        for row in side["offers"]:
            lines += [
                _offer(row),
                f"      fits: {'; '.join(row['why'])}",
                f"      presumes: {'; '.join(row['presumes'])}",
            ]
            lines += [f"      missing: {'; '.join(row['missing'])}"] if row["missing"] else []
            lines += [f"      last used {row['last_used']}"] if row["last_used"] else ["      no use is on record"]
    return "\n".join(lines)
