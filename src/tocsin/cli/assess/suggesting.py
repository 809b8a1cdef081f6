"""``tocsin assess suggestions | accept | reject``: what figures and reports suggest, and your word on it."""

from __future__ import annotations

from typing import Annotated

import typer

from tocsin.cli.output import context, emit, ready

Place = Annotated[str, typer.Argument(help="ISO 3166 code of three letters, or a name")]
Which = Annotated[str, typer.Argument(help="Id of the suggestion")]
By = Annotated[str, typer.Option("--by", help="The post you act under")]
Frame = Annotated[str, typer.Option(help="un_framework | discriminators")]


def suggestions(place: Place, by: By, framework: Frame = "un_framework") -> None:
    """List what figures of the latest run and the reports you may see suggest. Nothing is filled in by itself."""
    ready()
    from tocsin.response.docket import suggested
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register.assessments import forms
    from tocsin.response.register.people import cli_actor

    place_id, actor = find_place(place), cli_actor(by)
    rows = suggested.of_form(context(), actor, forms.form_for(actor, place_id, framework))
    lines = [
        f"{r['id']}  {r['code']} perhaps {r['state']}: {r['because']} [{r['basis_label']}] {r['word']}".rstrip()
        for r in rows
    ]
    emit({"place_id": place_id, "suggestions": rows}, "\n".join(lines) or f"Nothing is suggested for {place_id}.")


def accept(  # noqa: PLR0917 - Typer reads the parameters
    place: Place,
    suggestion: Which,
    by: By,
    confidence: Annotated[str, typer.Option(help="high | moderate | low: your own")],
    grade: Annotated[str, typer.Option(help="Admiralty grade you give the source, as C3")] = "",
    framework: Frame = "un_framework",
) -> None:
    """Accept a suggestion: it becomes your answer and cites it."""
    _word(place, suggestion, by, framework, accept=True, confidence=confidence, grade=grade)


def reject(
    place: Place,
    suggestion: Which,
    by: By,
    why: Annotated[str, typer.Option(help="The word why")],
    framework: Frame = "un_framework",
) -> None:
    """Set a suggestion aside, with a word."""
    _word(place, suggestion, by, framework, accept=False, why=why)


def _word(place: str, suggestion: str, by: str, framework: str, *, accept: bool, **said: str) -> None:
    ready()
    from tocsin.response.docket import suggested
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register.assessments import forms
    from tocsin.response.register.people import cli_actor

    place_id, actor = find_place(place), cli_actor(by)
    form = forms.form_for(actor, place_id, framework)
    made = suggested.word(context(), actor, form, suggestion=suggestion, accept=accept, **said)
    told = "It is your answer now" if accept else "It is set aside"
    emit({"suggestion": suggestion, "accepted": accept, "answer": made.answer_id}, f"{told}: {made.code}.")
