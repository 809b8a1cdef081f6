"""``tocsin oversight gaps``: what is missing, who owns it, and what would close it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.cli.oversight.acting import By, Find, actor, day
from tocsin.core.errors import Misuse, Refused

Number = Annotated[int, typer.Argument(help="The number of a gap.")]


def register(group: typer.Typer) -> None:
    """Add these commands to the group."""
    mine = typer.Typer(invoke_without_command=True, help="Missing contacts, tools, law, steps, procedures, capacity.")
    mine.callback()(listing)
    for name, command in {
        "raise": raise_one,
        "close": close,
        "show": show,
        "look": look,
        "provision": provision,
        "status": status,
        "bills": bills,
        "export": export,
    }.items():
        mine.command(name)(command)
    group.add_typer(mine, name="gaps")


def listing(
    ctx: typer.Context,
    find: Find = "",
    state: Annotated[str, typer.Option("--state", help="open, overdue, closed or all.")] = "open",
    kind: Annotated[str, typer.Option("--kind", help="contact, tool, law, step, procedure or capacity.")] = "",
) -> None:
    """List gaps, what is due first on top, and the principles that nobody here was given to carry out."""
    if ctx.invoked_subcommand:
        return
    ready()
    from tocsin.response.oversight import gaps
    from tocsin.response.oversight.models import Gap

    if state not in {"open", "overdue", "closed", "all"}:
        raise Misuse(f"{state!r} is no state of a gap", todo="There are open, overdue, closed and all")
    if kind and kind not in Gap.Kind.values:
        raise Misuse(f"{kind!r} is no kind of gap", todo=f"There are {', '.join(Gap.Kind.values)}")
    today = context().now().date()
    rows = gaps.listing(today, state=state, kind=kind, words=find)
    bare = gaps.export(today)["principles_without_procedure"]
    emit({"gaps": rows, "principles_without_procedure": bare}, lambda: _list(rows, bare))


def raise_one(  # noqa: PLR0917 - Typer reads the parameters
    kind: Annotated[str, typer.Option("--kind", help="contact, tool, law, step, procedure or capacity.")],
    what: Annotated[str, typer.Option("--what", help="What is missing.")],
    owner: Annotated[str, typer.Option("--owner", help="The post that must close it.")],
    due: Annotated[str, typer.Option("--due", help="By which day.")],
    slot: Annotated[str, typer.Option("--slot", help="Where in the directive the text would stand.")] = "",
    proposed: Annotated[str, typer.Option("--proposed", help="Directive text that would close it.")] = "",
    by: By = "",
) -> None:
    """Raise a gap by hand."""
    who = actor(by)
    from tocsin.response.oversight.rules import may_keep
    from tocsin.response.oversight.undertakings import raise_gap

    may_keep(who).enforce()
    words = {"kind": kind, "what": what, "owner_post": owner, "slot": slot, "proposed": proposed}
    gap = raise_gap(context(), due=day(due), source=f"post:{by}", **words)
    emit({"gap": gap.pk, "ledger_seq": gap.ledger_seq}, f"Gap {gap.pk} is open: {owner}, by {due}.")


def close(
    number: Number,
    evidence: Annotated[str, typer.Option("--evidence", help="What shows that it is closed.")],
    by: By = "",
) -> None:
    """Close a gap."""
    who = actor(by)
    from tocsin.response.oversight import gaps

    gap = gaps.close(context(), who, number, evidence)
    emit({"gap": gap.pk, "state": "closed"}, f"Gap {number} is closed; its record stays.")


def provision(  # noqa: PLR0917 - Typer reads the parameters
    number: Number,
    title: Annotated[str, typer.Option("--title", help="What it is called.")],
    text: Annotated[str, typer.Option("--text", help="What it would provide.")],
    reference: Annotated[str, typer.Option("--reference", help="Bill number, file or link.")] = "",
    stands: Annotated[str, typer.Option("--status", help="idea, drafted, introduced, in committee …")] = "idea",
    jurisdiction: Annotated[str, typer.Option("--jurisdiction", help="Whose law it would be.")] = "",
    opens: Annotated[str, typer.Option("--opens", help="What it would open: a mandate, a fund, a duty.")] = "",
    source: Annotated[str, typer.Option("--source", help="Where its status can be read.")] = "",
    by: By = "",
) -> None:
    """Link a draft provision of law to a gap."""
    who = actor(by)
    from tocsin.response.oversight import provisions

    words = {"title": title, "text": text, "reference": reference, "jurisdiction": jurisdiction, "opens": opens}
    row = provisions.provide(context(), who, number, status=stands, source=source, **words)
    emit({"provision": row.pk, "gap": number, "status": row.status}, f"Provision {row.pk} would close gap {number}.")


def status(  # noqa: PLR0917 - Typer reads the parameters
    number: Annotated[int, typer.Argument(help="The number of a provision.")],
    stands: Annotated[str, typer.Argument(help="How far it has come.")],
    on: Annotated[str | None, typer.Option("--on", help="Since which day; today, if not given.")] = None,
    reference: Annotated[str, typer.Option("--reference", help="Bill number, file or link.")] = "",
    source: Annotated[str, typer.Option("--source", help="Where that can be read.")] = "",
    by: By = "",
) -> None:
    """Record how far a provision has come."""
    who = actor(by)
    from tocsin.response.oversight import provisions

    ctx = context()
    since = day(on) if on else ctx.now().date()
    row = provisions.move(ctx, who, number, status=stands, on=since, reference=reference, source=source)
    emit({"provision": row.pk, "status": row.status}, f"Provision {row.pk} is {row.status} since {row.status_on}.")


def bills(
    path: Annotated[Path, typer.Argument(help="CSV: reference, status, on; jurisdiction, source.")], by: By = ""
) -> None:
    """Record from a file how far bills have come: every provision with that reference, all rows or none."""
    who = actor(by)
    from tocsin.response.oversight import provisions

    try:
        file = path.read_bytes()
    except OSError as error:
        raise Refused(f"The file cannot be read: {error.strerror}", where=str(path)) from None
    told = provisions.load(context(), who, file)
    unknown = f" Of no provision here: {', '.join(told['unknown'])}." if told["unknown"] else ""
    emit(told, f"{len(told['moved'])} provisions moved, {told['known']} rows were known.{unknown}")


def show(number: Number) -> None:
    """Show a gap, the provisions of law that would close it, and how far each has come."""
    ready()
    from tocsin.response.oversight import gaps

    told = gaps.one(number, context().now().date())
    emit(told, lambda: _one(told))


def look() -> None:
    """Compute what is missing now: raise, reopen and close gaps by what shows. Every tick does the same."""
    ready()
    from tocsin.response.oversight import gaps
    from tocsin.response.oversight.found import keeping

    today = context().now().date()
    told = [gaps.as_dict(gap, today) for gap in keeping.look(context())]
    lines = [f"  {g['gap']:>4} {g['state']:<8} {g['kind']:<10} {g['owner']}: {g['what']}" for g in told]
    emit({"changed": told}, "\n".join([f"{len(told)} gaps changed.", *lines]))


def export(
    out: Annotated[Path | None, typer.Option("--out", help="A file for the text; without it, it is shown.")] = None,
) -> None:
    """Put every open gap into directive text: where it would stand, what it would say, who owns it."""
    ready()
    from tocsin.core.files import write_whole
    from tocsin.response.oversight import gaps

    told = gaps.export(context().now().date())
    text = _drafted(told)
    if out is not None:
        try:
            write_whole(out, (text + "\n").encode())
        except OSError as error:
            raise Refused(f"The draft cannot be written: {error.strerror}", where=str(out)) from None
    emit({**told, "file": out}, f"{out}: {len(told['gaps'])} gaps." if out else text)


def _list(rows: list[dict[str, Any]], bare: list[dict[str, Any]]) -> str:
    lines = [f"{len(rows)} gaps."]
    for r in rows:
        lines.append(f"  {r['gap']:>4} {r['state']:<8} {r['kind']:<10} {r['owner']}, by {r['due']}: {r['what']}")
        lines += [
            f"       provision {p['provision']}: {p['title']}, {p['status']} since {p['status_on']}"
            for p in r["provisions"]
        ]
    lines += ["", f"{len(bare)} principles without a procedure here:"]
    lines += [f"  {b['undertaking']}: {b['title']}" for b in bare]
    return "\n".join(lines)


def _one(told: dict[str, Any]) -> str:
    lines = [
        f"Gap {told['gap']}, {told['state']}: {told['what']}",
        f"{told['owner']}, by {told['due']}; {told['source']}",
    ]
    lines += [f"Closed: {told['evidence']}"] if told["evidence"] else []
    for p in told["provisions"]:
        whose = ", ".join(filter(None, [p["jurisdiction"], p["reference"]]))
        lines += ["", f"Provision {p['provision']}: {p['title']}{f' ({whose})' if whose else ''}", f"  {p['text']}"]
        lines += [f"  would open: {p['opens']}"] if p["opens"] else []
        lines += [f"  {h['on']} {h['status']}{'; ' + h['source'] if h['source'] else ''}" for h in p["history"]]
    return "\n".join(lines if told["provisions"] else [*lines, "No provision of law is linked to it."])


def _drafted(told: dict[str, Any]) -> str:
    lines = [
        f"# Draft for the version after {told['directive_version']}: one slot a gap. Capitals are to be filled in."
    ]
    for gap in told["gaps"]:
        by = "" if gap["drafted_by"] == "hand" else " (drafted by the kind of gap)"
        lines += ["", f"# Gap {gap['gap']}, {gap['owner']}, due {gap['due']}: {gap['what']}{by}"]
        lines += [f"# {gap['directive_slot']}:", gap["directive_text"]]
    lines += [""] + [
        f"# Without a procedure: {p['title']} ({p['undertaking']})" for p in told["principles_without_procedure"]
    ]
    return "\n".join(lines)
