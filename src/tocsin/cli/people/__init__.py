"""``tocsin people``: who holds which post, who is on duty, how they are reached, what each office covers and holds."""

from __future__ import annotations

import typer

from tocsin.cli.people import offices, posts, rota, ways

TOP = {
    "list": posts.listing,
    "add": posts.add,
    "hold": posts.hold,
    "leave": posts.leave,
    "return": posts.come_back,
    "handover": posts.handover,
    "orphans": posts.orphaned,
    "offices": offices.listing,
    "ping": offices.ping,
    "answer": offices.answer,
    "find": offices.find,
    "hours": offices.hours,
}
UNDER = {
    "rota": (
        "The rota of a post: who is on duty when.",
        {
            "list": rota.listing,
            "plan": rota.plan,
            "fill": rota.fill,
            "note": rota.note,
            "accept": rota.accept,
            "cancel": rota.cancel,
            "restore": rota.restore,
        },
    ),
    "contacts": (
        "Ways to reach an office, a post or a person.",
        {
            "list": ways.listing,
            "add": ways.add,
            "verify": ways.verify,
            "retire": ways.retire,
            "restore": ways.restore,
        },
    ),
    "covers": (
        "The places and topics that an office covers.",
        {
            "list": offices.covers,
            "declare": offices.declare,
            "end": offices.end_cover,
            "restore": offices.restore_cover,
        },
    ),
    "tools": (
        "What each office holds today, and how soon it can be used.",
        {
            "list": offices.tools,
            "state": offices.state_tool,
            "used": offices.used_tool,
            "drilled": offices.drilled_tool,
            "retire": offices.retire_tool,
        },
    ),
}


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="People, the posts they hold, their rota, and how they are reached.")
    for name, command in TOP.items():
        group.command(name)(command)
    for name, (said, commands) in UNDER.items():
        below = typer.Typer(no_args_is_help=True, help=said)
        for word, command in commands.items():
            below.command(word)(command)
        group.add_typer(below, name=name)
    app.add_typer(group, name="people")
