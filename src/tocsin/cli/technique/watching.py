"""``tocsin technique arm | due | before``: what watches an indicator, what is overdue, what a decision would lack."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.cli.technique.opening import By, Number, Place
from tocsin.cli.tripwires.words import figures
from tocsin.core.errors import Refused


def arm(  # noqa: PLR0917 - Typer reads the parameters
    place: Place,
    number: Number,
    key: Annotated[str, typer.Argument(help="The indicator, as I1")],
    by: By,
    level: Annotated[str, typer.Option(help="watch | alert")] = "watch",
    items_per_year: Annotated[float, typer.Option(help="New items a year it may open, worldwide")] = 2.0,
    only_try: Annotated[bool, typer.Option("--try", help="Say what it would have done, and arm nothing")] = False,
) -> None:
    """Make an indicator a tripwire of this home: back-tested over every place, sealed, armed. It exempts no place."""
    ready()
    from tocsin.desk import arming
    from tocsin.response.docket import technique_links
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register.people import cli_actor
    from tocsin.response.register.techniques import keep

    ctx, one, actor = context(), keep.found(find_place(place), number), cli_actor(by)
    technique_links.item_of(one.item, one.place_id, actor)
    how: dict[str, Any] = {"level": level, "items_per_year": items_per_year}
    said: dict[str, Any] = {}
    if only_try:
        tried = arming.try_indicator(ctx, one, key, **how)
    else:
        _, tried, said = arming.arm_indicator(ctx, one, key, actor, **how)
    rule = tried.tripwire
    past = {k: tried.result[k] for k in arming.FIGURES}
    told = {"tripwire_id": rule.id, "version": rule.version, "threshold": tried.threshold, "backtest": past}
    head = f"{rule.id} v{rule.version}, mark {tried.threshold}, level {rule.level}. Over every place, {figures(past)}"
    tail = f" Armed, and sealed as ledger entry {said['ledger_seq']}." if said else " Nothing was armed."
    emit({**told, "level": rule.level, "armed": bool(said), **said}, head + tail)


def due(place: Annotated[str, typer.Argument(help="A place; left out: all")] = "") -> None:
    """List assumptions to be looked at again and indicators that a person watches, overdue ones first."""
    ready()
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register.techniques.due import waiting

    rows = waiting(context(), find_place(place) if place else None)
    text = [
        f"{'OVERDUE ' if r['overdue'] else ''}{r['due']}  {r['place_id']} {r['technique']} {r['key']}  {r['text'][:90]}"
        for r in rows
    ]
    emit({"due": rows, "overdue": sum(r["overdue"] for r in rows)}, "\n".join(text) or "Nothing waits to be looked at.")


def before(item: Annotated[int, typer.Argument(help="Number of the docket item")]) -> None:
    """Say what a decision on an item would be taken without: a premortem, an option out of the usual."""
    ready()
    from tocsin.response.docket import imagination
    from tocsin.response.docket.models import Item

    row = Item.objects.filter(pk=item).first()
    if row is None:
        raise Refused(f"There is no docket item {item}", todo="See tocsin docket list")
    found = imagination.of_item(row)
    text = [f"There is: premortem {one.number}" for one in found.premortems]
    text += [f"There is: {what}" for what in found.unusual]
    text += [f"Missing: {what}" for what in found.missing]
    if found.missing:
        text.append("Nobody is held up: say why it is decided without, with tocsin docket decide --without TEXT")
    if not imagination.escalated(row):
        text.append("It is not escalated: nothing is asked of it yet")
    emit(found.plain(row), "\n".join(text))
