"""``tocsin start``: what ``make run`` does once everything is installed, told on one screen."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready

if TYPE_CHECKING:
    from tocsin.core.context import Context

SHOWN = 15


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("start")(start)


def start(
    *,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="End after the screen instead of serving the desk.")
    ] = False,
) -> None:
    """Refresh, open items, move the clocks, write the brief and say what awaits a decision; then serve the desk."""
    from tocsin.cli.serve import greeting, listen, run

    began = time.monotonic()
    ready()
    ctx = context()
    # A taken port is found before the work and not after it.
    listener = None if no_serve else listen(ctx)
    told = opening(ctx)
    told["seconds"] = round(time.monotonic() - began, 1)
    emit(told, lambda: screen(told))
    if listener is not None:
        print(greeting(ctx), flush=True)
        run(ctx, listener)


def opening(ctx: Context) -> dict[str, Any]:
    """Do the round of work that opens the day and return what happened. Doing it again adds nothing that is there."""
    from tocsin.desk.brief.content import content
    from tocsin.desk.brief.write import write
    from tocsin.evidence.refresh import refresh
    from tocsin.response.docket import acts
    from tocsin.response.docket.models import Message
    from tocsin.response.docket.tick import tick
    from tocsin.response.register import runs
    from tocsin.response.register.people import ensure_operator

    ensure_operator(ctx)
    made = refresh(ctx)
    run = runs.load(ctx.settings.home, made.run_id)
    delivered = Message.objects.exclude(delivered_at=None).count()
    acts.take_waiting(ctx)
    taken = acts.take_run(ctx, run)
    ticked = tick(ctx)
    written = write(ctx)
    said = content(ctx)
    return {
        "run_id": run.run_id,
        "as_of": run.info["as_of"],
        "reused": made.reused,
        "opened": taken.opened,
        "joined": taken.joined,
        "cut": taken.cut,
        "moved": len(ticked.moved),
        "lapses": len(ticked.lapses),
        "messages": Message.objects.exclude(delivered_at=None).count() - delivered,
        "brief": {kind: str(path) for kind, path in written.items()},
        "says": said,
    }


def screen(told: dict[str, Any]) -> str:
    """Return one screen: what happened, what is under way, what awaits a decision, where the rest is."""
    from rich.console import Console, Group
    from rich.table import Table
    from rich.text import Text

    said = told["says"]
    note = f" {said['snapshot_note'][:1].upper()}{said['snapshot_note'][1:]}." if said["snapshot_note"] else ""
    same = " (nothing had changed)" if told["reused"] else ""
    head = Text.assemble(
        ("Tocsin", "bold"), f"  run {told['run_id']}, as of {told['as_of']}{same}, {told['seconds']} s.{note}"
    )
    names = ", ".join(p["name"] for p in said["under_way"]) or said["none_known"]
    way = Text.assemble(
        (f"Under way in {said['counts']['under_way']} of {said['counts']['places']} places: ", "bold"), names + "."
    )
    window = Text(f"The forecast is of {said['window']}." if said["window"] else "The forecast names no years.")
    did = Text(
        f"{_count(told['opened'], 'item')} opened by this run, {told['joined']} joined; "
        f"the alert budget of {said['budget_per_year']:g} a year cut off {told['cut']}. "
        f"{_count(told['messages'], 'message')} delivered, {_count(told['lapses'], 'clock')} ran out."
    )
    table = Table(box=None, pad_edge=False, header_style="bold", title_justify="left")
    for column in ("item", "awaits a decision", "level", "owner, tier", "decision due"):
        table.add_column(column, overflow="fold")
    for item in said["to_decide"][:SHOWN]:
        urgent = "bold red" if item["late"] or item["level"] == "emergency" else ""
        table.add_row(
            str(item["item"]),
            item["about"],
            item["level"],
            f"{item['owner']}, {item['tier']}",
            item["due"],
            style=urgent,
        )
    if not said["to_decide"]:
        table.add_row("–", "nothing: a warning or the bell opens an item", "", "", "")
    more = [Text(f"And {said['to_decide_more']} more: tocsin docket list")] if said["to_decide_more"] else []
    degraded = [Text(f"Degraded: {line}.") for line in said["degraded"]]
    brief = Text(f"Brief: {told['brief']['pdf']} (and .html, .json)")
    tty = sys.stdout.isatty()
    console = Console(width=None if tty else 110, no_color=not tty, force_terminal=tty, highlight=False, markup=False)
    with console.capture() as capture:
        console.print(Group(head, Text(), way, window, Text(), did, *degraded, Text(), table, *more, Text(), brief))
    return "\n".join(line.rstrip() for line in capture.get().rstrip().splitlines())


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"
