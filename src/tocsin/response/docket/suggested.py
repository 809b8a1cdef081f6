"""What suggests itself to one assessor: the figures of the run, and the readings of reports that they may see."""

from __future__ import annotations

from typing import Any

from tocsin.catalog.suggestions import EVERY, suggestions
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket.reports import sight
from tocsin.response.register.assessments import suggest
from tocsin.response.register.assessments.forms import Form
from tocsin.response.register.assessments.frames import FRAMEWORK, frame
from tocsin.response.register.assessments.suggest import Suggestion
from tocsin.response.register.models import SuggestionWord
from tocsin.response.register.people import Actor, posts_of
from tocsin.response.register.reports.models import Report

FIRM = ("A", "B", "C"), ("1", "2", "3")
"""Grades from which two readings that agree suggest present rather than partly."""


def every(ctx: Context, actor: Actor, form: Form) -> list[Suggestion]:
    """Return every suggestion for an assessor in a form, in the order of the framework."""
    asked = list(frame(form.framework).questions)
    found = [*suggest.from_figures(ctx, form.place_id, form.framework), *_from_reports(actor, form)]
    return sorted((one for one in found if one.code in asked), key=lambda one: (asked.index(one.code), one.id))


def of_form(ctx: Context, actor: Actor, form: Form, group: str = "") -> list[dict[str, Any]]:
    """Return the suggestions of a group of questions (all with none given), each with the assessor's own last word."""
    kept, words = frame(form.framework), suggest.words_on(form, actor)
    codes = set(form.one.codes) if form.one and form.one.codes else set(kept.questions)
    rows = []
    for one in every(ctx, actor, form):
        if one.code not in codes or (group and kept.questions[one.code].group != group):
            continue
        last = words.get(one.id)
        said = "" if last is None else "you accepted it" if last.answer_id else f"you set it aside: {last.why}"
        rows.append({**vars(one), "text": kept.questions[one.code].text, "word": said, "verified": False})
    return rows


def word(ctx: Context, actor: Actor, form: Form, *, suggestion: str, accept: bool, **said: str) -> SuggestionWord:
    """Enter an assessor's word on a suggestion of now. Raises Misuse for one that there is not (any more)."""
    one = next((s for s in every(ctx, actor, form) if s.id == suggestion), None)
    if one is None:
        raise Misuse(
            f"{suggestion!r} is no suggestion for {form.place_id} now", todo="Look again: the figures have moved"
        )
    return suggest.word(ctx, actor, form, one, accept=accept, **said)


def _from_reports(actor: Actor, form: Form) -> list[Suggestion]:
    """Return what the readings suggest of the reports on a place that this post may see, newest report first."""
    if form.framework != FRAMEWORK:
        return []
    found: list[Suggestion] = []
    for report in Report.objects.filter(place_id=form.place_id).order_by("-pk"):
        try:
            sight.post_for(report, [actor.post])
        except Refused:
            continue
        posts = posts_of(actor.person) if actor.person else [actor.post]
        readings = sight.visible(list(report.readings.all()), posts, actor)
        for factor in dict.fromkeys(code for reading in readings for code in reading.factors):
            found += _of_factor(report, factor, [r for r in readings if factor in r.factors])
    return found


def _of_factor(report: Report, factor: str, readings: list[Any]) -> list[Suggestion]:
    best = min(r.grade for r in readings)
    severity = max(r.severity or 0 for r in readings)
    firm = len(readings) > 1 and all(r.grade[0] in FIRM[0] and r.grade[1] in FIRM[1] for r in readings)
    made = []
    for rule in suggestions().reports:
        if rule.factor not in (EVERY, factor) or severity < rule.least_severity:
            continue
        code = factor if rule.code == EVERY else rule.code
        many = "two readers" if len(readings) > 1 else "one reader"
        made.append(
            Suggestion(
                id=f"{rule.id}:report:{report.pk}:{code}",
                framework=rule.framework,
                code=code,
                state="present" if firm else rule.state,
                trend="unknown",
                because=f"{rule.because}. Report {report.pk}, {many}, graded {', '.join(r.grade for r in readings)}",
                evidence=f"report:{report.pk}",
                grade=best,
                dated=(iso(report.received_at) or "")[:10],
                basis_label=suggestions().basis_label,
            )
        )
    return made
