"""``tocsin oversight undertakings``: what was promised in strategies and resolutions, and who does what about it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.cli.oversight.acting import By, Find, actor, day
from tocsin.core.errors import Misuse

Key = Annotated[str, typer.Argument(help="The key of an undertaking.")]


def register(group: typer.Typer) -> None:
    """Add these commands to the group."""
    mine = typer.Typer(invoke_without_command=True, help="Principles, their procedures, and the acts that cite them.")
    mine.callback()(listing)
    for name, command in {"add": add, "step": step, "done": done, "cite": cite, "show": show}.items():
        mine.command(name)(command)
    group.add_typer(mine, name="undertakings")


def listing(
    ctx: typer.Context,
    find: Find = "",
    state: Annotated[str, typer.Option("--state", help="no procedure, overdue, unmet or acted on.")] = "",
) -> None:
    """List undertakings, with what is missing: nobody to do it, a step overdue, no act that cites it."""
    if ctx.invoked_subcommand:
        return
    ready()
    from tocsin.response.oversight import undertaken

    if state and state not in undertaken.STATES:
        raise Misuse(f"{state!r} is no state of an undertaking", todo=f"There are {', '.join(undertaken.STATES)}")
    rows = undertaken.matching(undertaken.register(context().now().date()), find, state)
    emit({"undertakings": rows}, lambda: _list(rows))


def show(key: Key) -> None:
    """Show one undertaking: its principle, who does what by when, and every act that cites it."""
    ready()
    from tocsin.response.oversight import undertaken
    from tocsin.response.oversight.undertakings import known

    known(key)
    row = next(r for r in undertaken.with_basis(undertaken.register(context().now().date())) if r["key"] == key)
    emit(row, lambda: _show(row))


def add(  # noqa: PLR0917 - Typer reads the parameters
    key: Annotated[str, typer.Argument(help="A new key: lower-case letters, digits and hyphens.")],
    title: Annotated[str, typer.Option("--title", help="What it is called.")],
    principle: Annotated[str, typer.Option("--principle", help="What was undertaken, in your own words.")],
    issued_by: Annotated[str, typer.Option("--issued-by", help="Who undertook it.")],
    reference: Annotated[str, typer.Option("--reference", help="Where it can be read.")],
    made_on: Annotated[str, typer.Option("--made-on", help="A day, month or year.")],
    basis: Annotated[str, typer.Option("--basis", help="read: SOURCE, or memory.")] = "memory",
    by: By = "",
) -> None:
    """Add an undertaking: a commitment of a strategy, a resolution, a report or a hearing."""
    who = actor(by)
    from tocsin.response.oversight import undertakings

    words = {"title": title, "principle": principle, "issued_by": issued_by, "reference": reference}
    row = undertakings.add(context(), who, key=key, basis=basis, made_on=made_on, **words)
    emit({"undertaking": row.key, "ledger_seq": row.ledger_seq}, f"{row.key} is added, ledger entry {row.ledger_seq}.")


def step(  # noqa: PLR0917 - Typer reads the parameters
    key: Key,
    post: Annotated[str, typer.Option("--post", help="Who does it.")],
    what: Annotated[str, typer.Option("--what", help="What is done.")],
    due: Annotated[str, typer.Option("--due", help="By which day.")],
    shown_by: Annotated[str, typer.Option("--shown-by", help="The evidence that will show it was done.")],
    by: By = "",
) -> None:
    """Turn a principle into a step: who, what, by when, shown by what."""
    who = actor(by)
    from tocsin.response.oversight import undertakings

    row = undertakings.set_procedure(context(), who, key, post=post, what=what, due=day(due), shown_by=shown_by)
    emit(
        {"step": row.pk, "undertaking": key, "ledger_seq": row.ledger_seq}, f"Step {row.pk} of {key}: {post}, by {due}."
    )


def done(
    number: Annotated[int, typer.Argument(help="The number of a step.")],
    evidence: Annotated[str, typer.Option("--evidence", help="What shows that it was done.")],
    by: By = "",
) -> None:
    """Show that a step was done."""
    who = actor(by)
    from tocsin.response.oversight import undertakings

    row = undertakings.finish(context(), who, number, evidence)
    emit({"step": row.pk, "undertaking": row.undertaking}, f"Step {row.pk} of {row.undertaking} is shown to be done.")


def cite(
    key: Key,
    act: Annotated[int, typer.Option("--act", help="The ledger entry of the act.")],
    why: Annotated[str, typer.Option("--why", help="How the act fulfils it.")],
    by: By = "",
) -> None:
    """Hold an act of the ledger against an undertaking."""
    who = actor(by)
    from tocsin.response.oversight import undertakings

    row = undertakings.cite(context(), who, key, act, why)
    emit({"undertaking": key, "act": act, "ledger_seq": row.ledger_seq}, f"Entry {act} now stands under {key}.")


def _list(rows: list[dict[str, Any]]) -> str:
    lines = [f"{len(rows)} undertakings."]
    lines += [f"  {r['key']:<26} {', '.join(r['states']):<24} {r['title']} ({r['issued_by']})" for r in rows]
    return "\n".join(lines)


def _show(row: dict[str, Any]) -> str:
    lines = [f"{row['title']} ({row['key']})", f"{row['issued_by']}, {row['reference']}, {row['made_on']}"]
    lines += [f"Basis: {row['basis_said']}", "", row["principle"], "", f"States: {', '.join(row['states'])}"]
    text = {k: v for k, v in row["from_text"].items() if v}
    lines += [f"Its own text names: {', '.join(f'{k} {v}' for k, v in text.items()) or 'no procedure'}"]
    lines += [
        f"  step {s['step']}: {s['post']}, {s['what']}, by {s['due']}, shown by {s['shown_by']}"
        + (f"; done {s['done_at']}: {s['evidence']}" if s["done_at"] else "; OVERDUE" if s["overdue"] else "")
        for s in row["steps"]
    ]
    lines += [f"  ledger entry {a['act']}: {a['why']} ({a['post']})" for a in row["acts"]]
    return "\n".join(lines)
