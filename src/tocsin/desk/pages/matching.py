"""The whole list of options for an item with its weights to move, and the past cases a place is like."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.catalog.library import library
from tocsin.catalog.structure import VALUES, structures
from tocsin.core.errors import Misuse
from tocsin.desk import choices, facts, remedies
from tocsin.desk.charts.availability import availability, waiting
from tocsin.desk.context import context
from tocsin.desk.moved import kinds, moved
from tocsin.desk.pages.item import found
from tocsin.options.comparators import HABIT, KINDS, WORDS, comparators, like
from tocsin.response.docket import letters
from tocsin.response.register import assessments


@require_GET
def options(request: HttpRequest, number: int) -> HttpResponse:
    """Show every option that fits an item, what was lost and when, and what would reorder the list."""
    item = found(number)
    ctx = context()
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
        "answer": answer,
        "said": asked.said if asked else [],
        "chart": availability(answer, key="av") if answer else None,
        "waited": waiting(answer) if answer else "",
        "options": [o for o in answer.options if o.id != choices.NOTHING] if answer else [],
        "nothing": choices.nothing(answer) if answer else None,
    }
    return render(request, "desk/matching.html", shown, status=422 if how.refused else 200)


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
