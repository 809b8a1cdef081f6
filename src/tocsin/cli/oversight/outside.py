"""``tocsin oversight share | shares | revoke | summary``: what leaves the house, for whom, and without whose name."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.cli.oversight.acting import By, actor, day, place
from tocsin.core.errors import Refused
from tocsin.core.numbers import risk


def register(group: typer.Typer) -> None:
    """Add these commands to the group."""
    for name, command in {"share": share, "shares": shares, "revoke": revoke, "summary": summary}.items():
        group.command(name)(command)


def share(
    items: Annotated[list[int], typer.Argument(help="Numbers of docket items.")],
    organisation: Annotated[str, typer.Option("--with", help="An organisation of the directive.")],
    fields: Annotated[str, typer.Option("--fields", help="Names of fields, by commas.")],
    until: Annotated[str, typer.Option("--until", help="The last day.")],
    by: By = "",
) -> None:
    """Share fields of items with a partner, read-only, until a day. The address is shown once and kept nowhere."""
    who = actor(by)
    from tocsin.response.docket.models import Item
    from tocsin.response.oversight import shares as room

    found = list(Item.objects.filter(pk__in=items).order_by("id"))
    missing = sorted(set(items) - {i.pk for i in found})
    if missing:
        raise Refused(f"There is no docket item {', '.join(map(str, missing))}", todo="See tocsin docket list")
    ctx = context()
    end = datetime.combine(day(until), time(23, 59, 59), UTC)
    names = [f.strip() for f in fields.split(",") if f.strip()]
    row, token = room.share(ctx, who, found, organisation=organisation, fields=names, until=end)
    path = f"/share/{token}"
    emit(
        {"share": row.pk, "organisation": organisation, "fields": row.fields, "until": row.until, "path": path},
        f"Share {row.pk} for {organisation}: {', '.join(row.fields)} of {', '.join(map(str, items))} until {until}.\n"
        f"Give them, by a safe way, {path}.json or {path}.atom under the address of your desk. It is not shown again.",
    )


def shares() -> None:
    """List what is shared with whom, until when, and every time it was read."""
    ready()
    from tocsin.response.oversight import shares as room

    rows = room.listing(context().now())
    emit({"shares": rows}, lambda: _shares(rows))


def revoke(number: Annotated[int, typer.Argument(help="The number of a share.")], by: By = "") -> None:
    """End a share now."""
    who = actor(by)
    from tocsin.response.oversight import shares as room

    row = room.revoke(context(), who, number)
    emit({"share": row.pk, "state": "revoked"}, f"Share {number} is revoked: its address opens nothing.")


def summary(
    where: Annotated[str, typer.Option("--situation", help="A place, by its three letters or name.")],
    names: Annotated[bool, typer.Option("--names", help="Name people, if each of them consented.")] = False,
    posts: Annotated[bool, typer.Option("--posts", help="Say which post said what.")] = False,
) -> None:
    """Sum up one situation without saying who said what: strands, dissent, and names only if each consented."""
    ready()
    from tocsin.response.oversight import entries
    from tocsin.response.oversight.summary import summary as summed

    told = summed(entries.from_register(), place(where), context(), names=names, posts=posts)
    emit(told, lambda: _summary(told))


def _shares(rows: list[dict[str, Any]]) -> str:
    lines = [f"{len(rows)} shares."]
    lines += [
        f"  {r['share']:>4} {r['state']:<8} {r['organisation']}: {', '.join(r['fields'])} of items "
        f"{', '.join(map(str, r['items']))}, until {r['until']}, read {len(r['reads'])} times"
        for r in rows
    ]
    return "\n".join(lines)


def _summary(told: dict[str, Any]) -> str:
    lines = [f"{told['place_id']} as of {told['as_of']}. {told['bound']}", ""]
    lines += [
        f"  Item {q['item']}, {q['level']}, opened {q['opened_on']}: {q['decision'] or 'not decided'}, "
        f"{q['lapses']} lapses"
        for q in told["questions"]
    ]
    for head, strands in (("What was said", told["strands"]), ("Dissent", told["dissent"])):
        lines += ["", head]
        lines += [f"  {s['said']}" + (f" ({s['post']})" if "post" in s else "") for s in strands]
    lines += [f"  {told['no_dissent']}"] if told["no_dissent"] else []
    for j in told["judgements"]:
        lines += ["", f"Forecast: {j['statement']} ({j['came'] or 'not told yet'})"]
        lines += [
            f"  {risk(v['p'])}{' DISSENT' if v['dissent'] else ''}: {v['why'] or 'no reason given'}"
            for v in j["voices"]
        ]
        lines.append(f"  {j['said']} {j['dissent']}".rstrip())
    lines += ["", f"Named, each by consent: {', '.join(told['names'])}." if told["names"] else told["names_withheld"]]
    lines.append(told["read_first"])
    return "\n".join(lines)
