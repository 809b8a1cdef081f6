"""``tocsin assess open | rounds | round``: put a question of policy to several assessors, and see what came of it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready

Place = Annotated[str, typer.Argument(help="ISO 3166 code of three letters, or a name")]
By = Annotated[str, typer.Option("--by", help="The post you act under")]


def open_(  # noqa: PLR0917 - Typer reads the parameters
    place: Place,
    question: Annotated[str, typer.Option(help="The question of policy that the answers serve")],
    invite: Annotated[list[str], typer.Option(help="A post, or post:username; once for each assessor")],
    until: Annotated[str, typer.Option(help="When the round closes, as 2026-12-01T12:00Z")],
    by: By,
    framework: Annotated[str, typer.Option(help="un_framework | us_araf | discriminators")] = "un_framework",
    ask: Annotated[str, typer.Option(help="Factors or questions, as RF7,8.1; empty for all")] = "",
    options: Annotated[str, typer.Option(help="Options under discussion, as D05,E02")] = "",
    item: Annotated[int | None, typer.Option(help="The docket item it serves")] = None,
) -> None:
    """Open a round: the invited answer blind to each other until all have submitted or it closes."""
    ready()
    from tocsin.core.clock import parse_time
    from tocsin.core.errors import Refused
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.docket.models import Item
    from tocsin.response.register.assessments import rounds, tables
    from tocsin.response.register.people import cli_actor

    place_id = find_place(place)
    if item is not None and not Item.objects.filter(pk=item, place_id=place_id).exists():
        raise Refused(f"There is no item {item} on {place_id}", todo="Leave --item out, or take its number")
    made = rounds.open_round(
        context(),
        cli_actor(by),
        place_id,
        question=question,
        invited=invite,
        closes_at=parse_time(until),
        framework=framework,
        codes=_words(ask),
        options=_words(options),
        item=item,
    )
    emit(tables.head(made), f"Round {made.number} on {place_id} is open and blind. It closes {until}.")


def rounds(place: Place) -> None:
    """List the rounds on a place, newest first."""
    ready()
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register.assessments import tables

    place_id = find_place(place)
    rows = tables.of_place(place_id)
    lines = [
        f"Round {r['round']}: {r['question']} ({'revealed' if r['revealed_at'] else 'blind to ' + r['closes_at']})"
        for r in rows
    ]
    emit({"place_id": place_id, "rounds": rows}, "\n".join(lines) or f"No round has been opened on {place_id}.")


def round_(
    place: Place,
    number: Annotated[int, typer.Argument(help="Number of the round")],
    *,
    csv: Annotated[bool, typer.Option("--csv", help="The answers as CSV")] = False,
) -> None:
    """Show a round: before the reveal who has submitted, after it agreement, dissent and unexplained changes."""
    ready()
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register.assessments import exports
    from tocsin.response.register.assessments import rounds as kept

    one = kept.found(find_place(place), number)
    if csv:
        print(exports.as_csv(context(), one), end="")
        return
    told = exports.as_plain(context(), one)
    emit(told, lambda: _text(told))


def _text(told: dict[str, Any]) -> str:
    lines = [f"Round {told['round']} on {told['place_id']}: {told['question']}"]
    lines += [f"  {s['post']}{':' + s['person'] if s['person'] else ''}: {s['state']}" for s in told["seats"]]
    shown = told["revealed"]
    if shown is None:
        return "\n".join([*lines, f"Blind until all have submitted, or {told['closes_at']}."])
    lines.append(f"Revealed {told['revealed_at']}.")
    for group in shown["groups"]:
        figure = group["agreement"]["nominal"]
        if figure["alpha"] is None:
            said = figure["why"]
        else:
            span = (
                f" ({figure['low']:.2f} to {figure['high']:.2f})"
                if figure["low"] is not None
                else f" ({figure['why']})"
            )
            said = f"alpha {figure['alpha']:.2f}{span}, {figure['units']} questions"
        lines.append(f"  {group['code']} {group['title']}: {said}; dissent on {', '.join(group['dissent']) or 'none'}")
    lines += [f"  unexplained: {c['code']} {c['before']} -> {c['after']}, {c['by']}" for c in shown["unexplained"]]
    return "\n".join(lines)


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()
