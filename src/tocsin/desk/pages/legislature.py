"""What a legislature sees and asks: the process of each situation, briefings to every office, questions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tocsin.catalog import directive
from tocsin.catalog.geography import places
from tocsin.core.errors import Misuse, Refused, TocsinError
from tocsin.desk.context import context, posts_held, reader
from tocsin.desk.who import actor
from tocsin.response.oversight import briefings, live, rules
from tocsin.response.oversight.models import Question
from tocsin.response.oversight.process import process
from tocsin.response.register.people import Actor, Verdict

SHOWN = {"overdue", "open", "answered", "answered late"}


@require_safe
def legislature(request: HttpRequest) -> HttpResponse:
    """Show situations in process, the log of briefings, and the questions, overdue ones first."""
    return _page(request)


def _page(request: HttpRequest, refused: TocsinError | None = None, kept: dict[str, Any] | None = None) -> HttpResponse:
    now = context().now()
    found = {**request.GET.dict()}
    asked = briefings.asked(now)
    state = found.get("state", "")
    rows = [q for q in asked["questions"] if state not in SHOWN or q["state"] == state]
    words = found.get("q", "").casefold().split()
    rows = [q for q in rows if all(w in f"{q['text']} {q['answer']}".casefold() for w in words)]
    told = briefings.log()
    for row in told:
        row["form"] = f"deliver-{row['briefing']}"
    for row in rows:
        row["form"] = f"answer-{row['question']}"
        row["may"] = posts_that(request, partial(rules.may_answer_for, post=row["to"]))
    return render(
        request,
        "desk/legislature.html",
        {
            "situations": _situations(),
            "briefings": told,
            "offices": rules.legislature(),
            "names": {o.id: o.name for o in directive.current().offices},
            "asked": asked,
            "questions": rows,
            "states": sorted(SHOWN),
            "state": state,
            "find": found.get("q", ""),
            "may_ask": posts_that(request, rules.may_ask),
            "may_keep": posts_that(request, rules.may_keep),
            "answering": [p for p in directive.current().posts if p.tier is not None],
            "refused": refused,
            "kept": kept or {},
            "kept_offices": request.POST.getlist("office"),
        },
        status=409 if refused else 200,
    )


def posts_that(request: HttpRequest, judge: Callable[[Actor], Verdict]) -> list[str]:
    """Return the reader's posts for which a rule lets them act."""
    return [p for p in posts_held(request) if judge(Actor(post=p, person=reader(request), via="desk")).allowed]


def _situations() -> list[dict[str, Any]]:
    """Return the places with a question, each with its newest question's stage, what is pending and for how long."""
    told = live.told()
    now = context().now()
    rows = []
    for place in sorted({s.place_id for s in told} - {""}, key=_name):
        view = process(told, place, now)["questions"]
        rows.append({"place_id": place, "name": _name(place), "questions": len(view), "newest": view[0]["fields"]})
    return sorted(rows, key=lambda r: (-r["newest"]["overdue"], -r["newest"]["waited"], r["name"]))


def _name(place_id: str) -> str:
    return places()[place_id].name if place_id in places() else place_id


@require_safe
def timeline(request: HttpRequest, place_id: str) -> HttpResponse:
    """Show what may be released of one situation, and which rule withholds the rest until when."""
    view = process(live.told(), place_id, context().now())
    if place_id not in places():
        raise Http404("There is no place of these letters")
    return render(request, "desk/legislature_place.html", {"v": view, "name": _name(place_id)})


def _done(request: HttpRequest, act: Callable[[], object], said: str, draft: str) -> HttpResponse:
    """Do an act of a form: say that it is done, or show the page again with what was typed and why it was refused."""
    try:
        act()
    except (Refused, Misuse) as error:
        return _page(request, error, {**request.POST.dict(), "form": draft})
    messages.success(request, said, extra_tags=draft)
    return redirect("/legislature")


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Put a question."""
    place = request.POST.get("place", "").strip()

    def act() -> Question:
        found = places().find(place) if place else ""
        if found is None:
            raise Misuse(f"{place!r} is no place", todo="Write a name or three letters, or leave it empty")
        words = {"to_post": request.POST.get("to", ""), "text": request.POST.get("text", ""), "place_id": found}
        return briefings.ask(context(), actor(request), **words)

    return _done(request, act, "The question is asked; its clock runs.", "question")


@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Answer a question, for good."""
    text = request.POST.get("text", "")
    return _done(
        request,
        lambda: briefings.answer(context(), actor(request), number, text),
        "The question is answered.",
        f"answer-{number}",
    )


@require_POST
def prepare(request: HttpRequest) -> HttpResponse:
    """Prepare a briefing; words that take a side are shown, and refuse nothing."""
    hits: list[str] = []

    def act() -> None:
        words = {"title": request.POST.get("title", ""), "text": request.POST.get("text", "")}
        _, loaded = briefings.prepare(context(), actor(request), **words)
        hits.extend(hit.sentence() for hit in loaded)

    response = _done(request, act, "The briefing is prepared; nobody has it yet.", "briefing")
    for hit in hits:
        messages.warning(request, hit)
    return response


@require_POST
def deliver(request: HttpRequest, number: int) -> HttpResponse:
    """Record which offices got a briefing: all, or some and the reason why not all."""
    offices, why = request.POST.getlist("office"), request.POST.get("why_not_all", "")
    return _done(
        request,
        lambda: briefings.deliver(context(), actor(request), number, offices, why),
        "The delivery is recorded.",
        f"deliver-{number}",
    )
