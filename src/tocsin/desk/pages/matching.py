"""The whole list of options for an item with its weights to move, and the past cases a place is like."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.catalog.library import library
from tocsin.catalog.structure import VALUES, structures
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse, Refused
from tocsin.desk import choices, facts, remedies
from tocsin.desk.charts.availability import availability, waiting
from tocsin.desk.context import context
from tocsin.desk.moved import kinds, moved
from tocsin.desk.pages.item import found
from tocsin.desk.who import actor, standing
from tocsin.options.comparators import HABIT, KINDS, WORDS, comparators, like
from tocsin.response.docket import letters
from tocsin.response.docket.models import Item
from tocsin.response.register import assessments, at_hand


def _keep_at_hand(request: HttpRequest, item: Item) -> str:
    """Keep who is at hand in the item's place, as the form says; return why not, empty when it is kept."""
    until = request.POST.get("until", "").strip()
    try:
        at_hand.state(
            context(),
            item.place_id,
            request.POST.getlist("at-hand"),
            actor(request),
            why=request.POST.get("why", ""),
            until=parse_date(until) if until else None,
        )
    except (Refused, Misuse) as error:
        return remedies.sentence(error)
    messages.success(request, "Kept. The options are ordered by it.", extra_tags=f"at-hand-{item.place_id}")
    return ""


@require_http_methods(["GET", "POST"])
def options(request: HttpRequest, number: int) -> HttpResponse:
    """Show every option that fits an item, what was lost and when, and what would reorder the list.

    Sent back, it keeps who is at hand in the item's place.
    """
    item = found(number)
    ctx = context()
    refused = _keep_at_hand(request, item) if request.method == "POST" else ""
    if request.method == "POST" and not refused:
        return redirect(f"/docket/{number}/options")
    today = ctx.now().date()
    how = moved(request.GET, today)
    pic = facts.picture(ctx)
    asked = choices.of_item(ctx, item, pic, **how.given(today))
    answer = asked.answer if asked else None
    shown: dict[str, Any] = {
        "item": item,
        "about": letters.about(item),
        "how": how,
        "weights": how.weights.as_list(),
        "kinds": kinds(how.actors),
        "hand": kinds(_ticked(request, item, today)),
        "may": standing(request, "assess"),
        "hand_said": at_hand.history(item.place_id)[:5] if item.place_id else [],
        "hand_days": at_hand.USUAL_DAYS,
        "refused": refused,
        "kept": request.POST if refused else {},
        "answer": answer,
        "said": asked.said if asked else [],
        "chart": availability(answer, key="av") if answer else None,
        "waited": waiting(answer) if answer else "",
        "options": [o for o in answer.options if o.id != choices.NOTHING] if answer else [],
        "nothing": choices.nothing(answer) if answer else None,
    }
    return render(request, "desk/matching.html", shown, status=422 if how.refused or refused else 200)


def _ticked(request: HttpRequest, item: Item, today: date) -> tuple[str, ...]:
    """Return the kinds to tick in the form that keeps who is at hand: as sent, else as said of the place."""
    if request.method == "POST":
        return tuple(request.POST.getlist("at-hand"))
    said = at_hand.known(item.place_id, today) if item.place_id else None
    return tuple(said.kinds) if said else ()


@require_GET
def past(request: HttpRequest, place_id: str) -> HttpResponse:
    """Show the past cases that were like this place when they began, and where the analogy breaks."""
    name = facts.known_place(place_id)
    ctx = context()
    seen = tuple(assessments.factors_seen(place_id))
    typed = {part: request.GET.get(part, "") for part in WORDS}
    chosen = tuple(code for code in library().framework.factors if code in request.GET.getlist("factor"))
    factors, refused = chosen or seen, ""
    try:
        asked = like(place_id, factors, ctx.now().year, library(), **typed)
    except Misuse as error:
        refused = remedies.sentence(error)
        asked = like(place_id, factors, ctx.now().year, library())
    shown: dict[str, Any] = {
        "place_id": place_id,
        "name": name,
        "cases": comparators(asked, library(), structures()),
        "factors": [{"f": f, "ticked": f.code in factors} for f in library().framework.factors.values()],
        "from_seen": not chosen and bool(seen),
        "none": not factors,
        "parts": [
            {
                "id": part,
                "words": words,
                "values": [(v, v.replace("_", " ")) for v in VALUES[part] if v != "unknown"],
                "chosen": typed[part],
            }
            for part, words in WORDS.items()
        ],
        "kinds": KINDS,
        "habit": HABIT,
        "refused": refused,
    }
    return render(request, "desk/comparators.html", shown, status=422 if refused else 200)
