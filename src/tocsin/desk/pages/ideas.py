"""The record of ideas: search it, the rejected among them; keep one; say what becomes of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tocsin.catalog.geography import places
from tocsin.catalog.library import library
from tocsin.core.errors import Misuse, Refused
from tocsin.desk import choices, facts, remedies
from tocsin.desk import typed as numbers
from tocsin.desk.context import context
from tocsin.desk.who import actor, standing
from tocsin.response.docket import imagination, technique_links
from tocsin.response.docket.models import Item
from tocsin.response.register.techniques import ideas as record

STATES = (("open", "open"), ("rejected", "rejected"), ("taken_up", "taken up"))


@require_http_methods(["GET", "POST"])
def ideas(request: HttpRequest) -> HttpResponse:
    """Show the record, narrowed by the address, or do what a form asks; a refused one comes back as typed."""
    refused = ""
    if request.method == "POST":
        try:
            said, draft = (_judge if request.POST.get("act") == "judge" else _keep)(request)
        except (Refused, Misuse) as error:
            refused = remedies.sentence(error)
        else:
            messages.success(request, said, extra_tags=draft)
            return redirect(request.get_full_path())
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "state", "place", "item")}
    item = Item.objects.filter(pk=numbers.number(asked["item"]) or 0).first() if asked["item"] else None
    state = asked["state"] if asked["state"] in dict(STATES) else ""
    place = asked["place"].upper() if asked["place"].upper() in places() else ""
    rows = record.search(asked["q"], state=state, place_id=place, item=item.pk if item else None)
    return render(
        request,
        "desk/ideas.html",
        {
            "ideas": rows,
            "asked": {**asked, "state": state, "place": place},
            "item": item,
            "states": STATES,
            "pairs": _pairs(item),
            "options": list(library().options.values()),
            "may": standing(request, "assess"),
            "refused": refused,
            "typed": request.POST if refused else _given(request, item),
        },
        status=422 if refused else 200,
    )


def _given(request: HttpRequest, item: Item | None) -> dict[str, Any]:
    """Return what the form for a new idea begins with: what the address names."""
    return {
        "combine": request.GET.get("combine", ""),
        "item": str(item.pk) if item else "",
        "place": item.place_id if item else request.GET.get("place", ""),
    }


def _pairs(item: Item | None) -> list[Any]:
    if item is None or not item.place_id:
        return []
    ctx = context()
    asked = choices.of_item(ctx, item, facts.picture(ctx))
    return imagination.untried(asked.answer) if asked else []


def _keep(request: HttpRequest) -> tuple[str, str]:
    said, acting = request.POST, actor(request)
    number, place_id = said.get("item", "").strip(), said.get("place", "").strip().upper()
    if number and numbers.number(number) is None:
        raise Misuse(f"{number[:20]!r} is no item", todo="Write its number, or leave it empty")
    if number and not place_id:
        found = Item.objects.filter(pk=int(number)).first()
        place_id = found.place_id if found else ""
    made = record.add(
        context(),
        acting,
        title=said.get("title", ""),
        what=said.get("what", ""),
        options=said.get("combine", "").upper().replace(",", " ").replace("+", " ").split(),
        place_id=place_id,
        item=technique_links.item_of(int(number) if number else None, place_id, acting),
    )
    return f"Idea {made.pk} is kept.", "idea"


def _judge(request: HttpRequest) -> tuple[str, str]:
    number = numbers.number(request.POST.get("idea", "")) or 0
    said = record.say(context(), actor(request), number, request.POST.get("word", ""), request.POST.get("why", ""))
    return f"Idea {said.idea_id}: {said.get_word_display().lower()}. The reason is kept.", f"idea-{number}"
