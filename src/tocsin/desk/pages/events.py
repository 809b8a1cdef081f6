"""The events of a place, one event with its sources and their conflicts, and the pairs that nobody is sure of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tocsin.catalog.geography import places
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse, Refused
from tocsin.desk import facts, judged_events, remedies
from tocsin.desk import typed as numbers
from tocsin.desk.context import context
from tocsin.desk.who import actor, standing
from tocsin.evidence.events import one
from tocsin.evidence.events.listing import Asked, page
from tocsin.evidence.events.schema import KINDS
from tocsin.evidence.events.withdrawn import in_list, withdrawn
from tocsin.evidence.sources import loadable, spec

FILTERS = ("kind", "source", "from", "to", "deaths", "q", "as_of")
MOST_WORDS = 200


@require_safe
def of_place(request: HttpRequest, place_id: str) -> HttpResponse:
    """Show the events of a place, newest first, narrowed by the address."""
    name = facts.known_place(place_id)
    asked = {f: request.GET.get(f, "").strip()[:MOST_WORDS] for f in (*FILTERS, "before")}
    wanted, wrong = _asked(place_id, asked)
    try:
        found = page(context(), wanted)
    except Misuse as error:
        wrong.append(error.sentence())
        found = page(context(), replace(wanted, kind="", before=""))
    kept = {f: asked[f] for f in FILTERS if asked[f]}
    apart = places().territories.get(place_id)
    shown = {
        "with": apart.beside if apart else (),
        "within": places().beside(place_id),
        "place_id": place_id,
        "name": name,
        "found": found,
        "withdrawn": in_list(context(), found.events, wanted.as_of),
        "rows": [(e, ", ".join(k.replace("_", "-") for k in e.kinds)) for e in found.events],
        "asked": asked,
        "narrowed": bool(kept.keys() - {"as_of"}),
        "then": f"?as_of={wanted.as_of}" if wanted.as_of else "",
        "as_of": wanted.as_of,
        "next": f"?{urlencode({**kept, 'before': found.next})}" if found.next else "",
        "kinds": [(k, k.replace("_", "-")) for k in KINDS] + [("not_said", "not said")],
        "sources": [(s, spec(s).title) for s in loadable() if "events" in spec(s).tables],
        "wrong": wrong,
    }
    return render(request, "desk/events.html", shown, status=422 if wrong else 200)


def _asked(place_id: str, asked: dict[str, str]) -> tuple[Asked, list[str]]:
    """Return what the address asks for, and what of it makes no sense: that is told and left out."""
    wrong, days = [], {}
    for field in ("from", "to", "as_of"):
        try:
            days[field] = parse_date(asked[field]) if asked[field] else None
        except Misuse as error:
            days[field] = None
            wrong.append(error.sentence())
    if days["as_of"] and days["as_of"] > context().now().date():
        wrong.append(f"{days['as_of']} has not come: nothing is known as of it.")
        days["as_of"] = None
    deaths = numbers.number(asked["deaths"], 9) if asked["deaths"] else None
    if asked["deaths"] and deaths is None:
        wrong.append(f"{asked['deaths'][:20]!r} is no number of dead. Write it in figures.")
    wanted = Asked(
        place_id=place_id,
        kind=asked["kind"],
        source=asked["source"],
        first=days["from"],
        last=days["to"],
        deaths=deaths,
        words=asked["q"],
        before=asked["before"],
        as_of=days["as_of"],
    )
    return wanted, wrong


@require_http_methods(["GET", "HEAD", "POST"])
def event(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one event with every report of it, or split one off, or take a judgement back."""
    refused = _done(request, {"split": _split, "undo": _undo}) if request.method == "POST" else ""
    if refused is None:
        return redirect(request.get_full_path())
    asked = {**dict.fromkeys((*FILTERS, "before"), ""), "as_of": request.GET.get("as_of", "").strip()}
    wanted, wrong = _asked("", asked)
    start = numbers.number(request.GET.get("start", "0"), 9) or 0
    found = one.event(context(), ref, start=start, as_of=wanted.as_of)
    if found is None:
        raise Http404
    shown = {
        "found": found,
        "event": found.event,
        "ref": ref,
        "withdrawn": withdrawn(context(), found.rows, wanted.as_of),
        "as_of": wanted.as_of,
        "wrong": wrong,
        "next": _onward(found, wanted),
        "judged": [] if wanted.as_of else judged_events.about(context(), [row["ref"] for row in found.rows]),
        "titles": {row["source_id"]: _title(row["source_id"]) for row in found.rows},
        "may": standing(request, "assess"),
        "refused": refused,
        "typed": request.POST if refused else {},
    }
    return render(request, "desk/event.html", shown, status=422 if refused or wrong else 200)


def _onward(found: one.Shown, wanted: Asked) -> str:
    """Return the address of the event's next reports; empty when these are the last."""
    end = found.start + len(found.rows)
    if end >= found.reports:
        return ""
    return f"?{urlencode({'start': end, **({'as_of': wanted.as_of} if wanted.as_of else {})})}"


@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: HttpRequest) -> HttpResponse:
    """Show the next pair that waits, side by side, and take the judgement in."""
    place_id = request.GET.get("place", "").strip().upper()
    place_id = place_id if place_id in places() else ""
    refused = _done(request, {"judge": _judge, "undo": _undo}) if request.method == "POST" else ""
    if refused is None:
        return redirect(request.get_full_path())
    wrong, after = "", request.GET.get("after", "")[:60]
    try:
        found, onward, many = one.queue(context(), place_id, after, size=1)
    except Misuse as error:
        wrong, after = error.sentence(), ""
        found, onward, many = one.queue(context(), place_id, size=1)
    kept = {"place": place_id} if place_id else {}
    shown = {
        "pair": found[0] if found else None,
        "sides": list(zip(found[0].rows, (found[0].first, found[0].second), strict=True)) if found else [],
        "many": many,
        "next": f"/events/queue?{urlencode({**kept, 'after': onward})}" if onward else "",
        "first": f"/events/queue?{urlencode(kept)}" if kept else "/events/queue",
        "after": after,
        "place_id": place_id,
        "wrong": wrong,
        "judged": judged_events.about(context(), [], place_id=place_id, most=5),
        "may": standing(request, "assess"),
        "refused": refused,
        "typed": request.POST if refused else {},
    }
    return render(request, "desk/events_queue.html", shown, status=422 if refused or wrong else 200)


def _done(request: HttpRequest, ways: dict[str, Callable[[HttpRequest], tuple[str, str]]]) -> str | None:
    """Do what a form asks and say so; return why it was refused, None when it was done."""
    try:
        way = ways.get(request.POST.get("act", ""))
        if way is None:
            raise Misuse("The form asks for nothing that can be done here", todo="Use the buttons of the page")
        said, draft = way(request)
    except (Refused, Misuse) as error:
        return remedies.sentence(error)
    messages.success(request, said, extra_tags=draft)
    return None


def _judge(request: HttpRequest) -> tuple[str, str]:
    given = request.POST
    pair = (given.get("one", ""), given.get("other", ""))
    made = judged_events.judge(context(), actor(request), given.get("word", ""), pair, given.get("why", ""))
    return f"Judgement {made.pk}: {made.get_word_display()}. It can be taken back below.", "event-pair"


def _split(request: HttpRequest) -> tuple[str, str]:
    given = request.POST
    made = judged_events.split(context(), actor(request), given.get("report", ""), given.get("why", ""))
    return f"Judgement {made.pk}: the report is an event of its own. It can be taken back below.", "event-split"


def _undo(request: HttpRequest) -> tuple[str, str]:
    number = numbers.number(request.POST.get("judgement", "")) or 0
    made = judged_events.take_back(context(), actor(request), number, request.POST.get("why", ""))
    return f"Judgement {made.of_id} is taken back; both stay on record.", "event-undo"


def _title(source_id: str) -> str:
    """Return a source's title; its name alone when it is one of the home's own that is gone."""
    return spec(source_id).title if source_id in loadable() else source_id
