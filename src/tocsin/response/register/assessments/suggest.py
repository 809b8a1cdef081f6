"""What figures suggest, and a person's word on it: accepted or set aside. Nothing is ever filled in by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tocsin.catalog.suggestions import Figure, suggestions
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.words import SHORT, said
from tocsin.response.register import runs
from tocsin.response.register.assessments import keep, sheets
from tocsin.response.register.assessments.forms import Form, given
from tocsin.response.register.assessments.words import Source, checked
from tocsin.response.register.models import SuggestionWord
from tocsin.response.register.people import Actor


@dataclass(frozen=True)
class Suggestion:
    """What may be answered to a question, by which rule and from what. ``id`` names rule and evidence, for good."""

    id: str
    framework: str
    code: str
    state: str
    trend: str
    because: str
    evidence: str
    grade: str
    dated: str
    basis_label: str


def from_figures(ctx: Context, place_id: str, framework: str) -> list[Suggestion]:
    """Return what the figures of the latest run suggest for a place, in the order of the mapping."""
    run = runs.latest(ctx.settings.home)
    if run is None or not run.covers(place_id):
        return []
    series: dict[str, list[dict[str, Any]]] = {}
    for row in run.place(place_id)["signals"]:
        series.setdefault(row["indicator"], []).append(row)
    made = (
        _figure(rule, series.get(rule.column, []), run.run_id)
        for rule in suggestions().figures
        if rule.framework == framework
    )
    return [one for one in made if one is not None]


def word(ctx: Context, actor: Actor, form: Form, one: Suggestion, *, accept: bool, **given_: str) -> SuggestionWord:
    """Enter an assessor's word on a suggestion: accepted, it becomes their answer and is cited; rejected, it says why.

    ``confidence`` is the assessor's own; ``grade`` the one they give the source where the suggestion has none. Raises
    Refused when it is rejected without a word, or when another answer stands that this would replace.
    """
    why = said(given_.get("why", ""), SHORT)
    if not accept and not why:
        raise Refused("A suggestion is set aside with a word", todo="Say in a few words why it does not hold here")
    with transaction.atomic():
        answer = None
        if accept:
            words = checked(
                state=one.state,
                trend=one.trend,
                confidence=given_.get("confidence", ""),
                sources=[Source(one.evidence, one.grade or given_.get("grade", ""), one.dated)],
                note=f"Suggested ({one.id}): {one.because}",
                graded_all=form.one is not None,
            )
            if one.code in given(form, actor):
                raise Refused(
                    f"You have answered {one.code}, and a suggestion replaces no answer",
                    todo="Change your answer yourself, and cite what is suggested",
                )
            kept = keep.put(
                ctx,
                actor,
                form.place_id,
                one.code,
                words,
                made_from=0,
                framework=form.framework,
                one=form.one,
                suggestion=one.id,
            )
            answer = kept.answer
        elif form.one is not None:
            sheets.take_seat(ctx, form.one, actor)
        return SuggestionWord.objects.create(
            place_id=form.place_id,
            code=one.code,
            suggestion=one.id,
            sheet=sheets.mine(form.one, actor) if form.one else None,
            answer=answer,
            why=why,
            person=actor.person,
            post=actor.post,
            at=ctx.now(),
        )


def words_on(form: Form, actor: Actor) -> dict[str, SuggestionWord]:
    """Return this assessor's own words in this form, by suggestion; nobody else's."""
    sheet = sheets.mine(form.one, actor) if form.one else None
    if form.one is not None and sheet is None:
        return {}
    rows = SuggestionWord.objects.filter(place_id=form.place_id, sheet=sheet, post=actor.post, person=actor.person)
    return {row.suggestion: row for row in rows.order_by("id")}


def _figure(rule: Figure, points: Sequence[dict[str, Any]], run_id: str) -> Suggestion | None:
    """Return what a rule suggests of a series, oldest point first; None when it does not hold or nothing is known."""
    known = [p for p in points if p["value"] is not None]
    if not known:
        return None
    many = rule.months or 1
    newest, before = known[-many:], known[-many - 1 : -1] if rule.months is None else known[-2 * many : -many]
    value = sum(p["value"] for p in newest)
    if not rule.holds(value):
        return None
    last = newest[-1]
    period = last["period"] if len(newest) == 1 else f"{newest[0]['period']} to {last['period']}"
    trend = "unknown"
    if len(before) == len(newest):
        change = value - sum(p["value"] for p in before)
        worse = change > 0 if rule.at_least is not None else change < 0
        trend = "same" if change == 0 else "worse" if worse else "better"
    gaps = "" if len(newest) == many else f"; only {len(newest)} of {many} months are known"
    status = "" if last["status"] == "observed" else f", {last['status']}"
    figure = f"{last['label']}: {value:.4g} ({last['unit']}, {period}{status}{gaps})"
    return Suggestion(
        id=f"{rule.id}:{run_id}",
        framework=rule.framework,
        code=rule.code,
        state=rule.state,
        trend=trend,
        because=f"{rule.because}. {figure}",
        evidence=f"run:{run_id} {last['source_id']} {last['release']} {rule.column} {period}",
        grade="",
        dated="",
        basis_label=suggestions().basis_label,
    )
