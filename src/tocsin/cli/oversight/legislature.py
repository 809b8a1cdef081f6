"""``tocsin oversight briefings | questions | timeline``: what a legislature is told, asks, and may see."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.cli.oversight.acting import By, actor, place

Number = Annotated[int, typer.Argument(help="The number of it.")]
Text = Annotated[str, typer.Option("--text", help="What it says.")]
Place = Annotated[str, typer.Option("--place", help="A place, by its three letters or name.")]


def register(group: typer.Typer) -> None:
    """Add these commands to the group."""
    told = typer.Typer(invoke_without_command=True, help="Briefings, and which office got which.")
    told.callback()(briefings)
    told.command("prepare")(prepare)
    told.command("deliver")(deliver)
    group.add_typer(told, name="briefings")
    asked = typer.Typer(invoke_without_command=True, help="Questions of a legislature, with their clock.")
    asked.callback()(questions)
    asked.command("ask")(ask)
    asked.command("answer")(answer)
    group.add_typer(asked, name="questions")
    group.command("timeline")(timeline)


def briefings(ctx: typer.Context, where: Place = "") -> None:
    """List briefings: which office of the legislature got which, and the reason where not all did."""
    if ctx.invoked_subcommand:
        return
    ready()
    from tocsin.response.oversight import briefings as room

    rows = room.log(place(where) if where else "")
    emit({"briefings": rows}, lambda: _briefings(rows))


def prepare(
    title: Annotated[str, typer.Option("--title", help="What it is called.")],
    text: Text,
    where: Place = "",
    item: Annotated[int | None, typer.Option("--item", help="The question it is about.")] = None,
    by: By = "",
) -> None:
    """Prepare a briefing; words in it that take a side are shown, with what to write instead."""
    who = actor(by)
    from tocsin.core.errors import Refused
    from tocsin.response.docket.models import Item
    from tocsin.response.oversight import briefings as room

    about = Item.objects.filter(pk=item).first() if item is not None else None
    if item is not None and about is None:
        raise Refused(f"There is no docket item {item}", todo="See tocsin docket list")
    row, words = room.prepare(
        context(), who, title=title, text=text, place_id=place(where) if where else "", item=about
    )
    hits = [hit.sentence() for hit in words]
    emit(
        {"briefing": row.pk, "loaded_words": hits},
        lambda: "\n".join([f"Briefing {row.pk} is prepared; nobody has it yet.", *hits]),
    )


def deliver(
    number: Number,
    to: Annotated[list[str] | None, typer.Option("--to", help="An office that got it; repeat for each.")] = None,
    why_not_all: Annotated[str, typer.Option("--why-not-all", help="Why an office did not get it.")] = "",
    by: By = "",
) -> None:
    """Record that every office got a briefing (all, unless --to names some; then the reason why not all)."""
    who = actor(by)
    from tocsin.response.oversight import briefings as room
    from tocsin.response.oversight.rules import legislature

    row = room.deliver(context(), who, number, to or legislature(), why_not_all)
    got = [c.office for c in row.copies.all()]
    emit({"briefing": row.pk, "offices": got, "why_not_all": row.why_not_all}, f"Briefing {number}: {', '.join(got)}.")


def questions(ctx: typer.Context) -> None:
    """List questions, overdue ones first, with how long each took or waits."""
    if ctx.invoked_subcommand:
        return
    ready()
    from tocsin.response.oversight import briefings as room

    told = room.asked(context().now())
    emit(told, lambda: _questions(told))


def ask(
    to: Annotated[str, typer.Option("--to", help="The post that must answer.")],
    text: Text,
    where: Place = "",
    days: Annotated[int, typer.Option("--days", help="Days for the answer.")] = 14,
    by: By = "",
) -> None:
    """Put a question of an office of the legislature to a post."""
    who = actor(by)
    from tocsin.response.oversight import briefings as room

    row = room.ask(context(), who, to_post=to, text=text, place_id=place(where) if where else "", days=days)
    emit({"question": row.pk, "due": row.due}, f"Question {row.pk} to {to} is due {row.due:%Y-%m-%d}.")


def answer(number: Number, text: Text, by: By = "") -> None:
    """Answer a question, for good."""
    who = actor(by)
    from tocsin.response.oversight import briefings as room

    row = room.answer(context(), who, number, text)
    emit({"question": row.pk, "answered_at": row.answered_at}, f"Question {number} is answered.")


def timeline(where: Annotated[str, typer.Argument(help="A place, by its three letters or name.")]) -> None:
    """Show what a legislature may see of one situation: stage, what is pending, how long, and what is withheld."""
    ready()
    from tocsin.response.oversight import entries
    from tocsin.response.oversight.process import process
    from tocsin.response.oversight.story import stories

    told = process(stories(entries.from_register().entries).values(), place(where), context().now())
    emit(told, lambda: _timeline(told))


def _briefings(rows: list[dict[str, Any]]) -> str:
    lines = [f"{len(rows)} briefings."]
    for r in rows:
        got = ", ".join(f"{office} {'got it' if had else 'did not'}" for office, had in r["offices"].items())
        state = f"delivered {r['delivered_at']}: {got}" if r["delivered_at"] else "prepared, nobody has it yet"
        lines.append(f"  {r['briefing']:>4} {r['title']}: {state}")
        lines += [f"       Not all, because: {r['why_not_all']}"] if r["why_not_all"] else []
    return "\n".join(lines)


def _questions(told: dict[str, Any]) -> str:
    lines = [f"{len(told['questions'])} questions, {told['overdue']} overdue. Answers: {told['answer_time']['said']}."]
    lines += [
        f"  {q['question']:>4} {q['state']:<14} {q['asked_by']} to {q['to']}, due {q['due']}: {q['text']}"
        for q in told["questions"]
    ]
    return "\n".join(lines)


def _timeline(told: dict[str, Any]) -> str:
    lines = [f"{told['place_id']} as of {told['as_of']}: {len(told['questions'])} questions."]
    for q in told["questions"]:
        lines.append(f"Item {q['item']}")
        lines += [
            f"  {name}: {'; '.join(s['on'] + ' ' + s['what'] for s in value) if name == 'steps' else value}"
            for name, value in q["fields"].items()
        ]
        lines += [f"  {w['title']}: withheld until {w['until']}. {w['rule']}" for w in q["withheld"]]
    return "\n".join(lines)
