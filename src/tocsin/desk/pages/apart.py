"""Mass killing apart from conflict: one place's course through the quadrant, and what no label sees."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.desk import apart as room
from tocsin.desk import facts, knowledge
from tocsin.desk.context import context
from tocsin.desk.facts import CONFLICT, ONSET


@require_GET
def apart(request: HttpRequest, place_id: str) -> HttpResponse:
    """Show both risks of a place over the years, how often a killing followed, and what no label sees."""
    name = facts.known_place(place_id)
    pic = facts.picture(context())
    if pic is None or not pic.run.covers(place_id):
        raise Http404(f"No run covers {name}")
    place = pic.run.place(place_id)
    return render(
        request,
        "desk/apart.html",
        {
            "place_id": place_id,
            "name": name,
            "pic": pic,
            "row": place["board"],
            "onset": knowledge.forecast_words(place["board"], pic.base[ONSET]),
            "conflict": knowledge.conflict_words(place["board"], pic.base[CONFLICT]),
            "course": room.drawn(pic, place),
            "followed": room.followed(pic),
            "unseen": room.unseen(),
        },
    )
