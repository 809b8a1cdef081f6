"""Structured techniques on a place: open one, say things in it, take them back, hand in, arm an indicator."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.catalog import directive
from tocsin.catalog.library import library
from tocsin.core.clock import parse_time
from tocsin.core.errors import Misuse, Refused
from tocsin.desk import arming, facts, remedies, technique_form
from tocsin.desk import typed as numbers
from tocsin.desk.context import context, posts_held, reader
from tocsin.desk.who import actor, standing
from tocsin.response.docket import technique_links
from tocsin.response.docket.models import Item
from tocsin.response.register.assessments import rounds
from tocsin.response.register.people import Actor
from tocsin.response.register.techniques import due, keep, kinds, marks, seats, show
from tocsin.response.register.techniques.models import Technique, TechniquePart


@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest, place_id: str) -> HttpResponse:
    """Show the techniques on a place and what waits to be looked at again, or open one."""
    name, refused = facts.known_place(place_id), ""
    if request.method == "POST":
        try:
            one = _open(request, place_id)
        except (Refused, Misuse) as error:
            refused = remedies.sentence(error)
        else:
            said = "It is open." + (" Each says alone what they have to say." if one.still_blind else "")
            messages.success(request, said, extra_tags=f"technique-{place_id}")
            return redirect(f"/places/{place_id}/techniques/{one.number}")
    given = request.POST if request.method == "POST" else request.GET
    return render(
        request,
        "desk/techniques.html",
        {
            "place_id": place_id,
            "name": name,
            "techniques": show.of_place(place_id),
            "waiting": due.waiting(context(), place_id),
            "kinds": list(kinds.KINDS.values()),
            "posts": directive.current().posts,
            "may": standing(request, "assess"),
            "refused": refused,
            "typed": given,
        },
        status=422 if refused else 200,
    )


@require_http_methods(["GET", "POST"])
def technique(request: HttpRequest, place_id: str, number: int) -> HttpResponse:
    """Show a technique, or do what one of its forms asks; a refused form comes back whole."""
    name, one = facts.known_place(place_id), _found(place_id, number)
    refused, tried = "", None
    if request.method == "POST":
        try:
            act = request.POST.get("act", "say")
            if act == "try":
                tried = _try(request, one)
            else:
                said, draft = _ACTS.get(act, _unknown)(request, one)
                messages.success(request, said, extra_tags=draft)
                return redirect(f"/places/{place_id}/techniques/{number}#{request.POST.get('to', '')}".rstrip("#"))
        except (Refused, Misuse) as error:
            refused = remedies.sentence(error)
    shown = _shown(request, _found(place_id, number), refused=bool(refused))
    item = Item.objects.filter(pk=one.item).first() if one.item else None
    return render(
        request,
        "desk/technique.html",
        {**shown, "place_id": place_id, "name": name, "item": item, "refused": refused, "tried": tried},
        status=422 if refused else 200,
    )


@require_GET
def as_json(request: HttpRequest, place_id: str, number: int) -> HttpResponse:
    """Return what everybody may see of a technique as JSON."""
    facts.known_place(place_id)
    return HttpResponse(show.as_json(context(), _found(place_id, number)), content_type="application/json")


def _found(place_id: str, number: int) -> Technique:
    one = Technique.objects.select_related("round", "reveal").filter(place_id=place_id, number=number).first()
    if one is None:
        raise Http404(f"There is no technique {number} on {place_id}")
    return one


def _open(request: HttpRequest, place_id: str) -> Technique:
    said, acting = request.POST, actor(request)
    item, round_ = said.get("item", "").strip(), said.get("round", "").strip()
    for text, what in ((item, "item"), (round_, "round")):
        if text and numbers.number(text) is None:
            raise Misuse(f"{text[:20]!r} is no {what}", todo="Write its number, or leave it empty")
    until = said.get("closes_at", "").strip()
    return keep.open_technique(
        context(),
        acting,
        place_id,
        said.get("kind", ""),
        question=said.get("question", ""),
        invited=said.get("invited", "").split(),
        blind=bool(said.get("blind")),
        closes_at=parse_time(until) if until else None,
        round=rounds.found(place_id, int(round_)) if round_ else None,
        item=technique_links.item_of(int(item) if item else None, place_id, acting),
    )


def _say(request: HttpRequest, one: Technique) -> tuple[str, str]:
    """Keep one part."""
    said, acting = request.POST, actor(request)
    part, key = said.get("part", ""), said.get("key", "")
    declared = kinds.kind(one.kind).part(part)
    given = technique_links.given(one, acting, part, technique_form.typed(declared, said))
    made = numbers.number(said.get("made_from", ""))
    row = keep.put(context(), one, acting, part, given, key=key, made_from=made if key else None)
    again = f"{row.key} is kept. " + ("What it said before stays readable." if row.version > 1 else "")
    return again.strip(), _draft(one, part, key)


def _marks(request: HttpRequest, one: Technique) -> tuple[str, str]:
    """Keep every mark of the reader's matrix that was set, changed or emptied: all of them, or none."""
    said, acting, ctx = request.POST, actor(request), context()
    technique_links.item_of(one.item, one.place_id, acting)
    done = 0
    with transaction.atomic():
        for e in keep.standing_keys(one, "evidence"):
            for h in keep.standing_keys(one, "hypothesis"):
                mark, before = said.get(f"mark-{e}-{h}"), _own_cell(one, acting, e, h)
                standing_mark = before.words["mark"] if before and not before.withdrawn else ""
                if mark is None or mark == standing_mark:
                    continue
                if mark:
                    why = before.words["why"] if before and not before.withdrawn else ""
                    words = {"evidence": e, "hypothesis": h, "mark": mark, "why": why}
                    keep.put(ctx, one, acting, "cell", words)
                elif before is not None:
                    keep.take_back(ctx, one, acting, before.key)
                done += 1
    return (f"{done} mark{'' if done == 1 else 's'} kept." if done else "No mark was changed."), _draft(one, "cell", "")


def _own_cell(one: Technique, acting: Actor, e: str, h: str) -> TechniquePart | None:
    seat = seats.mine(one, acting)
    return keep.last_of(one, f"{seat.number + 1}.{e}.{h}") if seat else None


def _take_back(request: HttpRequest, one: Technique) -> tuple[str, str]:
    acting, key = actor(request), request.POST.get("key", "")
    technique_links.item_of(one.item, one.place_id, acting)
    keep.take_back(context(), one, acting, key)
    return f"{key} is taken back; it stays readable below, and can be brought back.", ""


def _bring_back(request: HttpRequest, one: Technique) -> tuple[str, str]:
    acting, key = actor(request), request.POST.get("key", "")
    technique_links.item_of(one.item, one.place_id, acting)
    version = numbers.number(request.POST.get("version", ""), 9) or 0
    keep.bring_back(context(), one, acting, key, version)
    return f"{key} says again what its version {version} said.", ""


def _hand_in(request: HttpRequest, one: Technique) -> tuple[str, str]:
    now = keep.hand_in(context(), one, actor(request))
    return ("Handed in. Others have not yet." if now.still_blind else "Handed in. It is open to everybody now."), ""


def _how(request: HttpRequest) -> dict[str, Any]:
    items = numbers.number(request.POST.get("items_per_year", ""), 3)
    if not items:
        raise Misuse("That is no number of items a year", todo="Write a whole number, as 2")
    return {"level": request.POST.get("level", ""), "items_per_year": float(items)}


def _try(request: HttpRequest, one: Technique) -> dict[str, Any]:
    key, how = request.POST.get("key", ""), _how(request)
    found = arming.try_indicator(context(), one, key, **how)
    return {"key": key, "rule": found.tripwire, "mark": found.threshold, "b": found.result, "how": how}


def _arm(request: HttpRequest, one: Technique) -> tuple[str, str]:
    acting, key = actor(request), request.POST.get("key", "")
    technique_links.item_of(one.item, one.place_id, acting)
    row, _, said = arming.arm_indicator(context(), one, key, acting, **_how(request))
    return f"{key} is armed as {row.tripwire_id}, sealed as ledger entry {said['ledger_seq']}. It looks everywhere.", ""


def _unknown(request: HttpRequest, _one: Technique) -> tuple[str, str]:
    raise Misuse(f"{request.POST.get('act', '')[:20]!r} is nothing that this page does", todo="Use its buttons")


_ACTS = {
    "say": _say,
    "marks": _marks,
    "take_back": _take_back,
    "bring_back": _bring_back,
    "hand_in": _hand_in,
    "arm": _arm,
}


def _shown(request: HttpRequest, one: Technique, *, refused: bool) -> dict[str, Any]:
    """Return the page: every part with its words, what was said before, and the form to say it anew."""
    ctx, may = context(), standing(request, "assess")
    actors = [Actor(post=post, person=reader(request), via="desk") for post in posts_held(request)]
    wanted = request.POST.get("post", "")
    actors.sort(key=lambda a: (a.post != wanted, seats.mine(one, a) is None))
    own = next((seen for a in actors if (seen := show.own(ctx, one, a))), None)
    told = own or show.view(ctx, one)
    asked = [s["post"] for s in told["seats"] if s["invited"] and s["state"] == "not begun"]
    own_post = next((a.post for a in actors if seats.mine(one, a)), "")
    usual = own_post or next((p for p in asked if p in may.posts), "analyst")
    said, edited = (request.POST if refused else None), request.GET.get("edit", "")
    return {
        "t": told,
        "one": one,
        "matrix": technique_form.table(told, own["seat"] if own else None),
        "parts": [
            _part(one, part, told, said, edited=edited) for part in kinds.kind(one.kind).parts if part.id != "cell"
        ],
        "may": may,
        "usual": usual,
        "blind": one.still_blind,
        "own": own,
        "may_hand_in": bool(one.blind and own and not own["handed_in"] and _has_own(told, own["seat"])),
        "levels": list(marks.LEVELS),
        "cases": list(library().cases.values()) if one.kind == "analogies" else [],
        "matrix_draft": _draft(one, "cell", ""),
    }


def _part(one: Technique, part: kinds.Part, told: dict[str, Any], said: Any, *, edited: str) -> dict[str, Any]:
    """Return one kind of part: its rows, each with its form, and the form for another."""
    wrong = said.get("key", "") if said is not None and said.get("part") == part.id else None
    opened = {edited, wrong}

    def form(key: str, words: dict[str, Any]) -> dict[str, Any]:
        mine = wrong is not None and wrong == key
        values = technique_form.typed(part, said) if mine else words
        return {
            "fields": technique_form.fields(part, values, told, key),
            "refused": mine,
            "draft": _draft(one, part.id, key),
            "to": key or f"h-{part.id}",
        }

    rows = [
        {
            **row,
            "main": row["words"][part.main.name],
            "said": technique_form.shown(part, row, told),
            # One form at a time: a matrix of thirty parts with thirty forms would be a page of forms.
            "form": form(row["key"], row["words"]) if row["key"] in opened else None,
            "may_change": not part.own or row["seat"] == told.get("seat"),
            "past": [{**v, "main": v["words"][part.main.name]} for v in reversed(row["before"])],
        }
        for row in told["parts"][part.id]
    ]
    shut = part.after_reveal and one.still_blind
    return {"part": part, "rows": rows, "new": None if shut else form("", {}), "shut": shut}


def _has_own(told: dict[str, Any], seat: int) -> bool:
    own = [part.id for part in kinds.kind(told["kind"]).parts if part.own]
    return any(row["seat"] == seat for name in own for row in told["parts"][name])


def _draft(one: Technique, part: str, key: str) -> str:
    return f"technique-{one.place_id}-{one.number}-{part}-{key or 'new'}"
