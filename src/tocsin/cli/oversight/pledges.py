"""``tocsin oversight pledges``: what institutions need, who promised what by when, and what came of it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.cli.oversight.acting import By, actor, day
from tocsin.core.errors import Misuse

Key = Annotated[str, typer.Argument(help="The key of an undertaking, as un-joint-office.")]
What = Annotated[str, typer.Option("--what", help="What, in words.")]
Amount = Annotated[str, typer.Option("--amount", help="As 250000; without it, in kind.")]
Unit = Annotated[str, typer.Option("--unit", help="USD, posts, …")]


def register(group: typer.Typer) -> None:
    """Add these commands to the group."""
    mine = typer.Typer(no_args_is_help=True, help="Pledges to institutions, and what came of them.")
    for name, command in {"list": listing, "need": need, "add": add, "deliver": deliver}.items():
        mine.command(name)(command)
    group.add_typer(mine, name="pledges")


def listing(
    key: Annotated[str, typer.Option("--to", help="Only those to this undertaking.")] = "",
    state: Annotated[str, typer.Option("--state", help="delivered, overdue, partly delivered or awaited.")] = "",
) -> None:
    """List pledges, what is due first on top, and what institutions need."""
    ready()
    from tocsin.response.oversight import pledges

    if state and state not in pledges.STATES:
        raise Misuse(f"{state!r} is no state of a pledge", todo=f"There are {', '.join(pledges.STATES)}")
    rows = pledges.listing(context().now().date(), key=key, state=state)
    needs = pledges.needs(key)
    emit({"pledges": rows, "needs": needs}, lambda: _list(rows, needs))


def need(key: Key, what: What, amount: Amount = "", unit: Unit = "", by: By = "") -> None:
    """Record what an institution needs."""
    who = actor(by)
    from tocsin.response.oversight import pledges

    row = pledges.need(context(), who, key, what=what, amount=amount, unit=unit)
    emit({"need": row.pk, "undertaking": key}, f"Need {row.pk} of {key} is on record.")


def add(  # noqa: PLR0917 - Typer reads the parameters
    key: Key,
    organisation: Annotated[str, typer.Option("--from", help="Key or name of an organisation.")],
    what: What,
    due: Annotated[str, typer.Option("--due", help="By which day.")],
    owner: Annotated[str, typer.Option("--owner", help="The post that sees to it that it comes.")],
    source: Annotated[str, typer.Option("--source", help="Where it can be read, or who heard it.")],
    amount: Amount = "",
    unit: Unit = "",
    need: Annotated[int | None, typer.Option("--need", help="The need it answers.")] = None,
    by: By = "",
) -> None:
    """Record a pledge to an institution."""
    who = actor(by)
    from tocsin.response.oversight import pledges

    row = pledges.pledge(
        context(), who, key, organisation=organisation, what=what, due=day(due), owner=owner, source=source,
        amount=amount, unit=unit, need=need,
    )  # fmt: skip
    told = {"pledge": row.pk, "undertaking": key, "ledger_seq": row.ledger_seq}
    emit(told, f"Pledge {row.pk} to {key} is on record, due {due}.")


def deliver(  # noqa: PLR0917 - Typer reads the parameters
    number: Annotated[int, typer.Argument(help="The number of a pledge.")],
    evidence: Annotated[str, typer.Option("--evidence", help="What shows that it came.")],
    on: Annotated[str, typer.Option("--on", help="The day it came.")],
    amount: Annotated[str, typer.Option("--amount", help="How much of it, in its unit.")] = "",
    what: Annotated[str, typer.Option("--what", help="What of it, where it is in kind.")] = "",
    by: By = "",
    *,
    whole: Annotated[bool, typer.Option("--whole", help="In kind: nothing is left to come.")] = False,
) -> None:
    """Record that a part of a pledge came, or all that was left of it."""
    who = actor(by)
    from tocsin.response.oversight import pledges

    pledges.deliver(
        context(), who, number, on=day(on), evidence=evidence, amount=amount, what=what, completes=whole
    )  # fmt: skip
    (row,) = [r for r in pledges.listing(context().now().date()) if r["pledge"] == number]
    emit(row, f"Pledge {number}: {row['state']}" + (f", {row['left']} {row['unit']} left." if row["left"] else "."))


def _list(rows: list[dict[str, Any]], needs: list[dict[str, Any]]) -> str:
    lines = [f"{len(rows)} pledges, {sum(r['state'] == 'overdue' for r in rows)} of them overdue; {len(needs)} needs."]
    for r in rows:
        of = f"{r['came']} of {r['amount']} {r['unit']}" if r["amount"] else "in kind"
        lines.append(
            f"  {r['pledge']} to {r['undertaking']}: {r['organisation_name']}, {' '.join(r['what'].split())[:120]}"
        )
        lines.append(f"      due {r['due']}, {r['state']}; {of}; {r['owner']}")
    lines += [f"  need {n['need']} of {n['undertaking']}: {' '.join(n['what'].split())[:120]}" for n in needs]
    return "\n".join(lines)
