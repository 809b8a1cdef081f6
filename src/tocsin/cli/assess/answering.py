"""``tocsin assess place``: look at the assessment of a place, or answer one question of it in the open."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Misuse

NOT_LOOKED_AT = "nobody has looked"


def place_(
    place: Annotated[str, typer.Argument(help="ISO 3166 code of three letters, or a name")],
    code: Annotated[str | None, typer.Argument(help="Indicator (7.5) or factor (RF7)")] = None,
    *,
    state: Annotated[str | None, typer.Option(help="present | partly | absent | unknown")] = None,
    trend: Annotated[str, typer.Option(help="worse | same | better | unknown")] = "unknown",
    confidence: Annotated[str | None, typer.Option(help="high | moderate | low")] = None,
    evidence: Annotated[str, typer.Option(help="A link or a citation")] = "",
    grade: Annotated[str, typer.Option(help="Admiralty grade of the evidence, as B2; F6 cannot be judged")] = "",
    no_evidence: Annotated[str, typer.Option("--no-evidence", help="Why there is no evidence to give")] = "",
    note: Annotated[str, typer.Option(help="Anything else, such as a dissent")] = "",
    by: Annotated[str | None, typer.Option("--by", help="The post you act under")] = None,
    framework: Annotated[str, typer.Option(help="The framework that asks; tocsin framework list")] = "un_framework",
    history: Annotated[bool, typer.Option("--history", help="Every answer ever given, and what it changed")] = False,
) -> None:
    """Show the grid of a place; with CODE and --state, append an answer and enter it in the ledger.

    The word ``place`` may be left out: ``tocsin assess`` and a place is the same.
    """
    ready()
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register import assessments

    place_id = find_place(place)
    if state is None:
        given = {"--confidence": confidence, "--evidence": evidence, "--no-evidence": no_evidence, "--note": note}
        unused = [name for name, value in given.items() if value]
        if unused:
            raise Misuse(f"{', '.join(unused)} without --state", todo="Add --state to answer, or leave it out to look")
        if history or code is not None:
            return _show_history(place_id, code, framework)
        return _show_grid(place_id)
    if code is None or confidence is None or by is None:
        raise Misuse(
            "An answer needs a question, a confidence and a post",
            todo="Write: assess PLACE CODE --state … --confidence … --by POST",
        )
    from tocsin.response.register.people import cli_actor

    made = assessments.answer(
        context(),
        cli_actor(by),
        place_id,
        code,
        state=state,
        trend=trend,
        confidence=confidence,
        evidence=evidence,
        grade=grade,
        no_evidence_reason=no_evidence,
        note=note,
        framework=framework,
    )
    told = assessments.view(made)
    emit({"place_id": place_id, "answer": told}, lambda: f"{place_id}: {_line(told)}. Cite it as {told['citation']}.")
    return None


def _show_grid(place_id: str) -> None:
    """Print the framework for a place with the answers in force."""
    from tocsin.catalog.geography import places
    from tocsin.catalog.library import library
    from tocsin.response.register import assessments

    rows = assessments.grid(place_id)
    card = library().framework.card
    name = places()[place_id].name

    def text() -> str:
        lines = [f"{name} ({place_id}): {card.title}. {card.wording}", card.rules[0]]
        for factor in rows:
            seen = f"{factor['answered']} of {factor['of']} questions looked at"
            lines.append(f"\n{factor['code']} {factor['name']} ({seen})")
            lines += [f"  {_line(a)}" for a in factor["answers"]]
            for sign in factor["indicators"]:
                lines.append(f"  {sign['code']:<6} {sign['text']}  [{sign['basis_label']}]")
                lines += [f"         {_line(a)}" for a in sign["answers"]] or [f"         {NOT_LOOKED_AT}"]
                lines += ["         assessors disagree"] if sign["disagree"] else []
        return "\n".join(lines)

    framework: dict[str, Any] = {"id": card.id, "title": card.title, "document": card.document, "wording": card.wording}
    emit({"place_id": place_id, "name": name, "framework": framework, "factors": rows}, text)


def _show_history(place_id: str, code: str | None, framework: str) -> None:
    """Print every answer about a place, or to one question of it, and what each changed."""
    from tocsin.response.register import assessments

    rows = assessments.history(place_id, code, framework=framework)

    def text() -> str:
        if not rows:
            return f"{place_id}: {NOT_LOOKED_AT}."
        lines = []
        for row in rows:
            lines.append(f"{row['citation']}  {_line(row)}")
            for field, (before, after) in (row["changed"] or {}).items():
                lines.append(f"    {field}: {before or 'none'} -> {after or 'none'}")
        return "\n".join(lines)

    emit({"place_id": place_id, "code": code, "answers": rows}, text)


def _line(a: dict[str, Any]) -> str:
    """Return an answer on one line."""
    support = a["evidence"] or f"no evidence: {a['no_evidence_reason']}"
    return (
        f"{a['code']} {a['state']} (trend {a['trend']}, confidence {a['confidence']}) "
        f"by {a['assessor']}, {a['at'][:10]}: {support}"
    )
