"""``tocsin drill``: a copy of the home on which clocks may be moved, and a drill of delivery on the live system."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import click
import typer
from typer.core import TyperGroup

from tocsin.cli.output import context, emit, ready


class _FolderOrWord(TyperGroup):
    """A first word that is no command is the folder of a copy."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Return the command and what is left for it."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["copy", *args]
        return super().resolve_command(ctx, args)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    group = typer.Typer(
        cls=_FolderOrWord,
        no_args_is_help=True,
        help="Practise: on a copy of the home (tocsin drill DIR), or how people are reached on the live one.",
    )
    group.command("copy")(drill)
    group.command("delivery")(delivery)
    app.add_typer(group, name="drill")


def drill(folder: Annotated[Path, typer.Argument(help="A new folder for the copy")]) -> None:
    """Copy the home for a drill: its own log and key, no witness outside, DRILL on every message."""
    ready()
    from tocsin.response.register import drill as drills

    made = drills.make(context(), folder)
    emit(
        {"folder": str(made.folder), "log": made.log, "entries": made.entries},
        f"{made.folder} is a drill: {made.entries} entries copied, its log is {made.log}.\n"
        "Nothing in it reaches a witness outside it, and every message begins with DRILL.\n"
        f"Move its clock: tocsin tick --now TIME --home {folder}",
    )


def delivery(
    post: Annotated[str | None, typer.Option(help="Call this post alone")] = None,
    hours: Annotated[int, typer.Option(min=1, max=240, help="How long the posts have to answer")] = 24,
    close: Annotated[bool, typer.Option("--close", help="End the open drill and record what came of it")] = False,
    show: Annotated[bool, typer.Option("--show", help="Show the newest drill and change nothing")] = False,
    by: Annotated[str, typer.Option(help="The post you act under")] = "operator",
) -> None:
    """Call every post by every way it has, marked EXERCISE, and record who answers after how long."""
    ready()
    from tocsin.core.errors import Misuse, Refused
    from tocsin.response.docket import delivery_drill
    from tocsin.response.docket.models import DeliveryDrill
    from tocsin.response.register.people import cli_actor

    if show and close:
        raise Misuse("A drill is shown or closed", todo="Give one of --show and --close")
    ctx = context()
    if show:
        found = DeliveryDrill.objects.order_by("-id").first()
        if found is None:
            raise Refused("No drill was held yet", todo="Start one: tocsin drill delivery")
    else:
        found = (
            delivery_drill.close(ctx, cli_actor(by))
            if close
            else delivery_drill.call(ctx, cli_actor(by), post=post, hours=hours)
        )
    heard = delivery_drill.heard(found)
    told = [
        {"post": h.post, "answered": h.minutes is not None, "minutes": h.minutes, "via": h.via or None, "ways": h.ways}
        for h in heard
    ]
    state = "closed" if found.closed_at else "open"
    silent = delivery_drill.unanswered(found)

    def text() -> str:
        lines = [f"Drill {found.pk} is {state}; the posts answer by {found.answer_by:%Y-%m-%d %H:%M} UTC."]
        for row in told:
            ways = ", ".join(f"{w['channel']} {w['state']}" for w in row["ways"])
            said = f"answered after {row['minutes']} min ({row['via']})" if row["answered"] else "has not answered"
            lines.append(f"  {row['post']:20} {said}; {ways}")
        end = "Those that did not answer are gaps." if found.closed_at else "End it: tocsin drill delivery --close"
        return "\n".join([*lines, end])

    emit({"drill": found.pk, "state": state, "calls": told, "unanswered": silent}, text)
