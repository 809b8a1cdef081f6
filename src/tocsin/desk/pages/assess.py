"""Assess a place: one factor at a time, each question with evidence or a reason for none, in a sheet or in the open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from tocsin.catalog.admiralty import CREDIBILITY, RELIABILITY
from tocsin.core.errors import Misuse, Refused, TocsinError
from tocsin.desk import facts, remedies
from tocsin.desk.context import context, reader
from tocsin.desk.who import Standing, actor, standing
from tocsin.response.docket import suggested
from tocsin.response.register import assessments
from tocsin.response.register.assessments import forms, keep, rounds, sheets
from tocsin.response.register.assessments.frames import Frame, frame, frames
from tocsin.response.register.assessments.words import Source, checked, sources_of
from tocsin.response.register.models import Answer
from tocsin.response.register.people import Actor

FIELDS = ("state", "trend", "confidence", "none", "note", "why")
SPARE = 2
"""Empty lines for evidence below those that are filled."""
MOST_SOURCES = 12
SHOWS = ("all", "unanswered", "answered", "differ")


@dataclass(frozen=True)
class Desk:
    """Who answers here, under which post, in which form, with what they have answered so far."""

    acting: Actor | None
    form: forms.Form
    own: dict[str, Answer]
    may: Standing

    @property
    def draft(self) -> str:
        """The name under which a browser keeps what was typed: one a person, a post, a round."""
        who = self.acting.person.pk if self.acting and self.acting.person else 0
        post = self.acting.post if self.acting else ""
        return f"assess-{self.form.place_id}-{self.form.framework}-{self.form.number}-{who}-{post}"


@require_http_methods(["GET", "POST"])
def assess(request: HttpRequest, place_id: str) -> HttpResponse:
    """Show a factor with its questions, or keep the answers given; a refused one comes back as typed."""
    name = facts.known_place(place_id)
    try:
        desk = _desk(request, place_id)
        kept = frame(desk.form.framework)
    except TocsinError as error:
        messages.error(request, remedies.sentence(error))
        return redirect(f"/places/{place_id}/assess")
    asked = forms.asked(desk.form)
    groups = [code for code in kept.groups if any(kept.questions[q].group == code for q in asked)]
    wanted = request.POST.get("factor") or request.GET.get("factor", "")
    group = wanted if wanted in groups else groups[0]
    refused: dict[str, str] = {}
    if request.method == "POST":
        answer, refused = _act(request, desk, group, [q for q in asked if kept.questions[q].group == group])
        if answer is not None:
            return answer
    shown = _shown(request, desk, kept, group=group, asked=asked, refused=refused)
    return render(
        request,
        "desk/assess.html",
        {**shown, "place_id": place_id, "name": name, "desk": desk, "groups": _progress(desk, kept, groups, asked)},
        status=422 if refused else 200,
    )


def _desk(request: HttpRequest, place_id: str) -> Desk:
    """Find the form and the post: the round asked for or the blind one the reader is invited to, else the open."""
    may = standing(request, "assess")
    said = request.POST if request.method == "POST" else request.GET
    wanted, number = said.get("post", ""), said.get("round", "")
    framework = said.get("framework") or assessments.FRAMEWORK
    posts = [wanted] if wanted in may.posts else may.posts
    actors = [Actor(post=post, person=reader(request), via="desk") for post in posts]
    if not actors:
        return Desk(None, forms.Form(place_id, framework, None), {}, may)
    if number.isdigit():
        one = rounds.found(place_id, int(number))
        acting = next((a for a in actors if sheets.mine(one, a)), actors[0])
        form = forms.form_for(acting, place_id, one.framework, one)
    else:
        invited = [a for a in actors if keep.round_for(a, place_id, framework)]
        own = [a for a in invited if sheets.mine(keep.round_for(a, place_id, framework), a)]
        usual = [a for a in actors if a.post == "analyst"]
        acting = (own or invited or usual or actors)[0]
        form = forms.form_for(acting, place_id, framework)
    return Desk(acting, form, forms.given(form, acting), may)


def _act(request: HttpRequest, desk: Desk, group: str, codes: list[str]) -> tuple[HttpResponse | None, dict[str, str]]:
    """Do what the form asks. Return where to go, or for each question why its answer was refused."""
    act = request.POST.get("act", "keep")
    try:
        acting = actor(request)
        if act == "keep":
            return _keep(request, desk, acting, group, codes)
        if act == "settle":
            keep.settle(context(), acting, int(request.POST.get("pair") or 0), request.POST.get("chose", ""))
            messages.success(request, "It is settled; what was saved first and second stays readable.")
        elif act == "submit" and desk.form.one is not None:
            one = sheets.submit(context(), desk.form.one, acting)
            messages.success(
                request, "Your sheet is submitted." + (" The round is revealed." if one.revealed_at else "")
            )
            return redirect(f"/places/{desk.form.place_id}/rounds/{one.number}"), {}
        elif act in {"accept", "reject"}:
            said = {k: request.POST.get(k, "") for k in ("suggestion", "confidence", "grade", "why")}
            suggested.word(context(), acting, desk.form, accept=act == "accept", **said)
            done = (
                "It is your answer now, and cites the suggestion."
                if act == "accept"
                else "It is set aside, with your word."
            )
            messages.success(request, done)
        else:
            raise Misuse(f"{act!r} is nothing that this form does", todo="Use its buttons")
    except (Refused, Misuse) as error:
        return None, {"": remedies.sentence(error)}
    return redirect(_address(desk, group)), {}


def _keep(
    request: HttpRequest, desk: Desk, acting: Actor, group: str, codes: list[str]
) -> tuple[HttpResponse | None, dict[str, str]]:
    """Keep every answer of the factor that was given or changed. One refused loses none of the others."""
    done, doubled, refused = [], [], {}
    for code in codes:
        typed = _typed(request, code)
        if not any(typed[k] for k in ("state", "none", "note", "why")) and not typed["sources"]:
            continue
        try:
            words = checked(
                state=typed["state"],
                trend=typed["trend"] or "unknown",
                confidence=typed["confidence"],
                sources=typed["sources"],
                no_evidence_reason=typed["none"],
                note=typed["note"],
                why=typed["why"],
                graded_all=desk.form.one is not None,
            )
            where: dict[str, Any] = {"framework": desk.form.framework, "one": desk.form.one}
            made = keep.put(
                context(), acting, desk.form.place_id, code, words, made_from=int(typed["made_from"] or 0), **where
            )
        except (Refused, Misuse) as error:
            refused[code] = remedies.sentence(error)
            continue
        if made.twice is not None:
            doubled.append(code)
        elif not made.same:
            done.append(code)
    if refused:
        if done or doubled:
            refused[""] = f"Kept: {', '.join(done + doubled)}. Not kept, and still typed below: {', '.join(refused)}."
        return None, refused
    if not done and not doubled:
        return None, {"": "Nothing was answered. Choose an answer to a question, with evidence or why there is none."}
    if done:
        said = f"Kept: {', '.join(done)}. A new answer supersedes yours and leaves it readable."
        messages.success(request, said, extra_tags=f"{desk.draft}-{group}")
    if doubled:
        messages.warning(request, f"Saved twice: {', '.join(doubled)}. Both are kept; choose below which stands.")
    return redirect(_address(desk, group)), {}


def _typed(request: HttpRequest, code: str) -> dict[str, Any]:
    """Return what was typed for one question."""
    said = request.POST
    typed: dict[str, Any] = {field: said.get(f"{field}-{code}", "") for field in (*FIELDS, "made_from")}
    typed["made_from"] = typed["made_from"] if typed["made_from"].isdigit() and len(typed["made_from"]) < 19 else "0"
    lines = [
        Source(*(said.get(f"{part}-{code}-{n}", "").strip() for part in ("evidence", "grade", "dated")))
        for n in range(MOST_SOURCES)
    ]
    return {**typed, "sources": [line for line in lines if line.link]}


def _shown(
    request: HttpRequest, desk: Desk, kept: Frame, *, group: str, asked: list[str], refused: dict[str, str]
) -> dict[str, Any]:
    """Return the questions of the factor as they are drawn, with the filters of the address."""
    given: dict[str, list[dict[str, Any]]] = {}
    for row in assessments.in_force(desk.form.place_id, framework=desk.form.framework):
        given.setdefault(row.code, []).append(assessments.view(row))
    show = request.GET.get("show", "all")
    query = " ".join(request.GET.get("q", "").split())[:200]
    rows = []
    for code in (c for c in asked if kept.questions[c].group == group):
        answers, own = given.get(code, []), desk.own.get(code)
        differ = len({a["state"] for a in answers}) > 1
        if _hidden(show if not refused else "all", answered=own is not None, differ=differ):
            continue
        typed = _typed(request, code) if refused else None
        rows.append(
            {
                "asked": kept.questions[code],
                "answers": answers,
                "differ": differ,
                "form": _filled(own, typed),
                "refused": refused.get(code, ""),
            }
        )
    found = [q for q in kept.questions.values() if q.code in set(asked) and _found(query, q.code, q.text)]
    acting = desk.acting
    own_sheet = sheets.mine(desk.form.one, acting) if desk.form.one and acting else None
    pairs = keep.waiting(acting, desk.form.place_id, desk.form.framework, own_sheet) if acting else []
    return {
        "group": group,
        "group_title": kept.groups[group],
        "frames": list(frames().values()),
        "frame": kept,
        "rows": rows,
        "show": show if show in SHOWS else "all",
        "query": query,
        "found": found if query else [],
        "choices": assessments.choices(),
        "grades": [f"{a}{n}" for a in RELIABILITY for n in CREDIBILITY],
        "reliability": RELIABILITY,
        "credibility": CREDIBILITY,
        "refused": refused,
        "answered": len([c for c in asked if c in desk.own]),
        "of": len(asked),
        "sheet": own_sheet,
        "revising": bool(own_sheet and own_sheet.submitted_at and desk.form.one and desk.form.one.revealed_at),
        "shut": bool(own_sheet and own_sheet.submitted_at and desk.form.one and not desk.form.one.revealed_at),
        "pairs": [{"pair": p, "first": assessments.view(p.against), "second": p.words} for p in pairs],
        "suggestions": suggested.of_form(context(), acting, desk.form, group) if acting else [],
        "draft": f"{desk.draft}-{group}",
    }


def _hidden(show: str, *, answered: bool, differ: bool) -> bool:
    return (
        (show == "unanswered" and answered)
        or (show == "answered" and not answered)
        or (show == "differ" and not differ)
    )


def _filled(own: Answer | None, typed: dict[str, Any] | None) -> dict[str, Any]:
    """Return what a question's fields hold: what was typed, else the assessor's last answer, else nothing."""
    if typed is not None:
        sources, fields = typed["sources"], {k: typed[k] for k in (*FIELDS, "made_from")}
    elif own is not None:
        sources = sources_of(own.evidence, own.grades)
        fields = {
            "state": own.state,
            "trend": own.trend,
            "confidence": own.confidence,
            "none": own.no_evidence_reason,
            "note": own.note,
            "why": "",
            "made_from": str(own.pk),
        }
    else:
        sources, fields = [], {**dict.fromkeys(FIELDS, ""), "made_from": "0"}
    lines = [*sources, *[Source("")] * SPARE][:MOST_SOURCES]
    return {**fields, "lines": list(enumerate(lines))}


def _progress(desk: Desk, kept: Frame, groups: list[str], asked: list[str]) -> list[dict[str, Any]]:
    """Return each factor with how many of its questions the reader has answered."""
    rows = []
    for code in groups:
        own = [q for q in asked if kept.questions[q].group == code]
        rows.append(
            {"code": code, "title": kept.groups[code], "answered": sum(q in desk.own for q in own), "of": len(own)}
        )
    return rows


def _found(query: str, code: str, text: str) -> bool:
    return bool(query) and all(w in f"{code} {text}".casefold() for w in query.casefold().split())


def _address(desk: Desk, group: str) -> str:
    """Return the address of a factor in this form; what is as usual is left out."""
    parts = {"factor": group}
    if desk.form.framework != assessments.FRAMEWORK and not desk.form.one:
        parts["framework"] = desk.form.framework
    if desk.form.one is not None:
        parts["round"] = desk.form.number
    return f"/places/{desk.form.place_id}/assess?{urlencode(parts)}"
