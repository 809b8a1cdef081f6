"""``tocsin activities``: who does what where, tables of it in and out, and who wants to be told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.output import INVOCATION, context, emit, ready
from tocsin.cli.oversight.acting import By, actor
from tocsin.core.errors import Misuse, Refused

Place = Annotated[str, typer.Option(help="A place by its letters or name")]
SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="Who does what where, and who is told of it.")
    commands = {"list": listing, "add": add, "import": take_in, "export": export, "organisation": organisation}
    commands |= {"subscribe": subscribe, "unsubscribe": unsubscribe, "subscriptions": subscriptions}
    for name, command in commands.items():
        group.command(name)(command)
    app.add_typer(group, name="activities")


def listing(  # noqa: PLR0917 - Typer reads the parameters
    place: Place = "",
    find: Annotated[str, typer.Option(help="Only those that hold these words")] = "",
    organisation: Annotated[str, typer.Option(help="Key of an organisation")] = "",
    sector: Annotated[str, typer.Option(help="Code of a sector")] = "",
    factor: Annotated[str, typer.Option(help="RF1 to RF14")] = "",
    option: Annotated[str, typer.Option(help="An option of the catalogue")] = "",
    status: Annotated[str, typer.Option(help="A status, or live")] = "",
    by: Annotated[str, typer.Option(help="Your post, to see what is shown to it alone")] = "",
) -> None:
    """List activities, the newest change first. What is shown to named posts alone is not counted for others."""
    ready()
    from tocsin.catalog.geography.lookup import meant
    from tocsin.response.register.activities import listing as room

    posts = [actor(by).post] if by else []
    asked = {"q": find, "place": meant(place) if place else "", "organisation": organisation, "sector": sector}
    asked |= {"factor": factor, "option": option, "status": status}
    today = context().now().date()
    rows = [room.as_dict(row, today) for row in room.search(posts, **asked)]
    emit({"activities": rows}, lambda: _list(rows))


def add(  # noqa: PLR0917 - Typer reads the parameters
    organisation: Annotated[str, typer.Option(help="Key or name of an organisation")],
    ref: Annotated[str, typer.Option(help="The organisation's own reference")],
    what: Annotated[str, typer.Option(help="What it does, in words")],
    places: Annotated[str, typer.Option(help="Letters or names, with ; between them")],
    source: Annotated[str, typer.Option(help="Who says so")],
    source_on: Annotated[str, typer.Option(help="The day the source speaks of")],
    status: Annotated[
        str, typer.Option(help="planned | under way | finishing | ended | cancelled | paused")
    ] = "under way",
    sectors: Annotated[str, typer.Option(help="Codes, with ; between them")] = "",
    options: Annotated[str, typer.Option(help="Options of the catalogue")] = "",
    instruments: Annotated[str, typer.Option(help="Instruments of the catalogue")] = "",
    factors: Annotated[str, typer.Option(help="RF1 to RF14")] = "",
    area: Annotated[str, typer.Option(help="Where inside the place")] = "",
    starts: Annotated[str, typer.Option(help="First day")] = "",
    ends: Annotated[str, typer.Option(help="Last day")] = "",
    contact_office: Annotated[str, typer.Option(help="The office that keeps touch with it")] = "",
    visibility: Annotated[str, typer.Option(help="open | restricted; empty: by the rule on danger")] = "",
    seen_by: Annotated[str, typer.Option(help="Posts that see it while it is restricted")] = "",
    because: Annotated[str, typer.Option(help="Why it is shown or hidden")] = "",
    by: By = "",
) -> None:
    """Enter an activity, or change the one of that organisation and reference."""
    given = {k: v for k, v in locals().items() if k != "by"}
    who = actor(by)
    from tocsin.response.register.activities import keep

    row, came = keep.put(context(), who, keep.checked(given))
    seen = (
        f"shown to {', '.join(row.seen_by)} alone ({row.because})" if row.restricted else "shown to everybody signed in"
    )
    told = {
        "activity": row.pk,
        "came": came,
        "restricted": row.restricted,
        "seen_by": row.seen_by,
        "because": row.because,
    }
    emit(told, f"Activity {row.pk} is {came}; {seen}.")


def take_in(
    file: Annotated[Path, typer.Argument(help="A CSV table; export --empty writes its columns")], by: By = ""
) -> None:
    """Take in a table, whole or not at all; every fault with its line and column. Twice is as once."""
    who = actor(by)
    from tocsin.response.register.activities import keep

    if not file.is_file():
        raise Misuse(f"There is no file {file}", todo="Name a CSV table; tocsin activities export --empty writes one")
    done = keep.take_in(context(), who, file)
    if done.faults:
        for fault in done.faults[:SHOWN] if not INVOCATION.json else ():
            typer.echo(fault.sentence(), err=True)
        first = done.faults[0]
        raise Refused(
            f"The table has {len(done.faults)} fault{'s' if len(done.faults) > 1 else ''}, and nothing was taken in: "
            f"{first.value!r}: {first.rule}",
            where=f"{first.file}, line {first.line}" + (f", column {first.column}" if first.column else ""),
            todo=first.todo,
        )
    told = {"new": done.new, "changed": done.changed, "unchanged": done.unchanged, "restricted": done.restricted}
    emit(told, ", ".join(f"{n} {word}" for word, n in told.items()) + ".")


def export(
    to: Annotated[Path | None, typer.Option(help="A file to write; without it, the screen")] = None,
    place: Place = "",
    *,
    empty: Annotated[bool, typer.Option("--empty", help="The columns alone, to be filled in")] = False,
) -> None:
    """Write the activities that everybody may see as CSV with a row of HXL hashtags; never a restricted one."""
    ready()
    from tocsin.catalog.geography.lookup import meant
    from tocsin.core.files import write_whole
    from tocsin.response.register.activities import listing as room

    rows = [] if empty else room.search([], place=meant(place) if place else "")
    data = room.as_csv(rows)
    if to is None:
        emit({"activities": len(rows), "text": data.decode()}, data.decode().rstrip("\n"))
        return
    if not to.parent.is_dir():
        raise Misuse(f"There is no folder {to.parent}", todo="Make it, or write elsewhere")
    write_whole(to, data)
    emit({"file": str(to), "activities": len(rows)}, f"{to}: {len(rows)} activities.")


def organisation(
    name: Annotated[str, typer.Argument(help="Its name")],
    kind: Annotated[str, typer.Option(help="government | un | regional | ngo | company | legislature | research")],
    key: Annotated[str, typer.Option(help="A key of its own; made of the name without it")] = "",
    by: By = "",
) -> None:
    """Add an organisation that neither the directive nor the catalogue names."""
    who = actor(by)
    from tocsin.response.register.activities import organisations

    row = organisations.add(context(), who, name, kind, key)
    emit(
        {"organisation": row.key, "name": row.name, "kind": row.kind}, f"{row.name} is known as {row.key} ({row.kind})."
    )


def subscribe(
    place: Place = "",
    topic: Annotated[str, typer.Option(help="Code of a sector, or an instrument")] = "",
    factor: Annotated[str, typer.Option(help="RF1 to RF14")] = "",
    by: By = "",
) -> None:
    """Ask, for your post, to be told within a day of what is new or changed: one digest a day."""
    who = actor(by)
    from tocsin.response.register.activities import subscriptions as room

    row = room.subscribe(context(), who, place=place, topic=topic, factor=factor)
    emit(_subscription(row), f"Subscription {row.pk}: {row.post} is told of {room.said(row)}.")


def unsubscribe(number: Annotated[int, typer.Argument(help="The number of a subscription")], by: By = "") -> None:
    """End a subscription of your post."""
    who = actor(by)
    from tocsin.response.register.activities import subscriptions as room

    row = room.end(context(), who, number)
    emit(_subscription(row), f"{row.post} is told of {room.said(row)} no more.")


def subscriptions(by: By = "") -> None:
    """List the subscriptions of your post."""
    who = actor(by)
    from tocsin.response.register.activities import subscriptions as room

    rows = room.open_of([who.post])
    lines = [f"{row.pk}: {room.said(row)}, since {row.since:%Y-%m-%d}" for row in rows]
    emit({"subscriptions": [_subscription(row) for row in rows]}, "\n".join(lines) or f"{who.post} has none.")


def _subscription(row: Any) -> dict[str, Any]:
    names = ("post", "place_id", "topic", "factor", "since", "until")
    return {"subscription": row.pk} | {name: getattr(row, name) for name in names}


def _list(rows: list[dict[str, Any]]) -> str:
    lines = [f"{len(rows)} {'activity' if len(rows) == 1 else 'activities'}."]
    for r in rows:
        seen = f" [shown to {', '.join(r['seen_by'])} alone]" if r["restricted"] else ""
        lines.append(f"{r['organisation_name']}, {', '.join(r['places'])}: {' '.join(r['what'].split())[:200]}{seen}")
        when = f"{r['starts'] or '?'} to {r['ends'] or '?'}"
        old = ", old" if r["stale"] else ""
        lines.append(f"    {r['ref']}: {r['status']}, {when}; {r['source']} of {r['source_on']}{old}")
    return "\n".join(lines)
