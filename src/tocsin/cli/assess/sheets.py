"""``tocsin assess form | load | settle | submit``: a sheet to carry away, brought back without losing anything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.output import INVOCATION, context, emit, ready
from tocsin.core.errors import Misuse, Refused

By = Annotated[str, typer.Option("--by", help="The post you act under")]


def form(
    place: Annotated[str, typer.Option(help="ISO 3166 code of three letters, or a name")],
    by: By,
    number: Annotated[
        int | None, typer.Option("--round", help="The round; without it the one you are invited to")
    ] = None,
    framework: Annotated[str, typer.Option(help="un_framework | us_araf | discriminators")] = "un_framework",
) -> None:
    """Write the form of a place to standard output as CSV (with --json as JSON), with what you have answered so far.

    Fill in state, trend, confidence and evidence (a line each: ``https://… [B2] (2026-10-01)``); leave the rest blank.
    """
    ready()
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register.assessments import forms, rounds
    from tocsin.response.register.people import cli_actor

    place_id, actor = find_place(place), cli_actor(by)
    one = rounds.found(place_id, number) if number is not None else None
    made = forms.form_for(actor, place_id, framework, one)
    if INVOCATION.json:
        emit({"framework": made.framework, "rows": forms.rows(made, actor)}, "")
    else:
        print(forms.as_csv(made, actor), end="")


def load(
    file: Annotated[Path, typer.Argument(help="The filled sheet, CSV or JSON")],
    by: By,
    framework: Annotated[str, typer.Option(help="For a sheet in the open")] = "un_framework",
) -> int:
    """Load a filled sheet. What was saved elsewhere since is kept beside it, and you are asked; then exit is 1."""
    ready()
    from tocsin.response.register.assessments import forms, rounds
    from tocsin.response.register.people import cli_actor

    data = file.read_bytes()
    filled = forms.read(data)
    if not filled:
        raise Refused("Nothing is filled in", where=str(file), todo="Give a row its state, and load it again")
    place_id, number = filled[0][1]["place_id"], filled[0][1]["round"]
    if number and not number.isdigit():
        raise Misuse(f"{number!r} is no round", where=str(file), todo="Leave the column as the form had it")
    actor = cli_actor(by)
    one = rounds.found(place_id, int(number)) if number else None
    made = forms.form_for(actor, place_id, framework, one)
    done = forms.load(context(), made, actor, data)
    lines = [f"Saved: {', '.join(done.saved) or 'none'}. Unchanged: {', '.join(done.unchanged) or 'none'}."]
    lines += [f"Line {r['line']}, {r['code']}: {r['why']}" for r in done.refused]
    lines += [
        f"{t['code']} was saved twice, both are kept: tocsin assess settle {t['twice']} first|second|both --by {by}"
        for t in done.twice
    ]
    emit({"place_id": place_id, "round": int(number) if number else None, **vars(done)}, "\n".join(lines))
    return 1 if done.refused or done.twice else 0


def settle(
    pair: Annotated[int, typer.Argument(help="Number of what was saved twice")],
    choice: Annotated[str, typer.Argument(help="first | second | both")],
    by: By,
) -> None:
    """Say which of two answers saved to one question stands, or keep both as dissent with yourself."""
    ready()
    from tocsin.response.register.assessments import keep
    from tocsin.response.register.people import cli_actor

    made = keep.settle(context(), cli_actor(by), pair, choice)
    emit(
        {"twice": pair, "chose": choice, "answer": made.pk if made else None}, f"Settled: {choice}. Both stay readable."
    )


def submit(
    place: Annotated[str, typer.Argument(help="ISO 3166 code of three letters, or a name")],
    number: Annotated[int, typer.Argument(help="Number of the round")],
    by: By,
) -> None:
    """Submit your sheet; when it is the last of the invited, the round is revealed."""
    ready()
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register.assessments import rounds, sheets, tables
    from tocsin.response.register.people import cli_actor

    one = sheets.submit(context(), rounds.found(find_place(place), number), cli_actor(by))
    said = "The round is revealed." if one.revealed_at else "It opens when all have submitted, or the round closes."
    emit(tables.head(one), f"Your sheet of round {one.number} is submitted. {said}")
