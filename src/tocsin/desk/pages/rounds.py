"""Rounds of assessment on a place: open one, see who has submitted, and after the reveal the sheets side by side."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.catalog import directive
from tocsin.catalog.library import library
from tocsin.core.clock import parse_time
from tocsin.core.errors import Misuse, Refused
from tocsin.desk import facts, remedies
from tocsin.desk.context import context, reader
from tocsin.desk.who import actor, standing
from tocsin.response.docket.models import Item
from tocsin.response.register.assessments import exports, rounds, sheets, tables
from tocsin.response.register.assessments.frames import frames
from tocsin.response.register.models import Round
from tocsin.response.register.people import Actor, posts_of
from tocsin.response.register.techniques.show import head as technique_head

USUAL_DAYS = 7


@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest, place_id: str) -> HttpResponse:
    """Show the rounds of a place, or open one."""
    name, refused = facts.known_place(place_id), ""
    if request.method == "POST":
        try:
            one = _open(request, place_id)
        except (Refused, Misuse) as error:
            refused = remedies.sentence(error)
        else:
            said = f"Round {one.number} is open. The invited answer blind to each other."
            messages.success(request, said, extra_tags=f"round-{place_id}")
            return redirect(f"/places/{place_id}/rounds/{one.number}")
    item = request.POST.get("item") or request.GET.get("item", "")
    usual = {
        "item": item,
        "invited": "analyst\nsecond_reader",
        "closes_at": (context().now() + timedelta(days=USUAL_DAYS)).isoformat()[:16],
    }
    return render(
        request,
        "desk/rounds.html",
        {
            "place_id": place_id,
            "name": name,
            "rounds": tables.of_place(place_id),
            "frames": list(frames().values()),
            "posts": directive.current().posts,
            "may": standing(request, "assess"),
            "refused": refused,
            "typed": request.POST if refused else usual,
        },
        status=422 if refused else 200,
    )


@require_GET
def one_round(request: HttpRequest, place_id: str, number: int) -> HttpResponse:
    """Show a round: before the reveal who has submitted, after it the grid with agreement, dissent and what is open."""
    name, one = facts.known_place(place_id), _found(place_id, number)
    own = next((a.post for a in _actors(request) if sheets.mine(one, a)), "")
    show = request.GET.get("show", "answered")
    item = Item.objects.filter(pk=one.item).first() if one.item else None
    grid = tables.grid(context(), one)
    return render(
        request,
        "desk/round.html",
        {
            "place_id": place_id,
            "name": name,
            "one": one,
            "head": tables.head(one),
            "grid": _narrowed(grid, show) if grid else None,
            "show": show,
            "own": own,
            "invited": bool(own) or any(s["post"] in posts_of_reader(request) for s in one.invited),
            "item": item,
            "techniques": [technique_head(t) for t in one.techniques.select_related("round", "reveal")],
            "decisions": list(item.decisions.order_by("id")) if item else [],
            "options": [library().options[o] for o in one.options if o in library().options],
        },
    )


@require_GET
def as_json(request: HttpRequest, place_id: str, number: int) -> HttpResponse:
    """Return what may be seen of a round as JSON."""
    facts.known_place(place_id)
    return HttpResponse(exports.as_json(context(), _found(place_id, number)), content_type="application/json")


@require_GET
def as_csv(request: HttpRequest, place_id: str, number: int) -> HttpResponse:
    """Return the answers of a revealed round as CSV; the header alone while it is blind."""
    facts.known_place(place_id)
    text = exports.as_csv(context(), _found(place_id, number))
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="round-{place_id}-{number}.csv"'
    return answer


def posts_of_reader(request: HttpRequest) -> list[str]:
    """Return the posts the reader holds; none for nobody."""
    person = reader(request)
    return posts_of(person) if person else []


def _actors(request: HttpRequest) -> list[Actor]:
    return [Actor(post=post, person=reader(request), via="desk") for post in posts_of_reader(request)]


def _found(place_id: str, number: int) -> Round:
    one = Round.objects.filter(place_id=place_id, number=number).first()
    if one is None:
        raise Http404(f"There is no round {number} on {place_id}")
    return one


def _narrowed(grid: dict[str, Any], show: str) -> dict[str, Any]:
    """Return the grid with the questions asked for: those answered by anybody, those that differ, or all."""
    keep = {"all": lambda row: True, "differ": lambda row: row["differ"]}.get(show, lambda row: any(row["cells"]))
    who = [one["assessor"] for one in grid["assessors"]]
    groups = [
        {
            **group,
            "questions": [
                {**row, "cells": list(zip(who, row["cells"], strict=True))} for row in group["questions"] if keep(row)
            ],
        }
        for group in grid["groups"]
    ]
    return {**grid, "groups": groups}


def _open(request: HttpRequest, place_id: str) -> Round:
    said = request.POST
    number = said.get("item", "").strip()
    if number and not (number.isdigit() and Item.objects.filter(pk=int(number), place_id=place_id).exists()):
        raise Refused(f"There is no item {number[:20]} on {place_id}", todo="Leave the item out, or take its number")
    return rounds.open_round(
        context(),
        actor(request),
        place_id,
        question=said.get("question", ""),
        invited=said.get("invited", "").split(),
        closes_at=parse_time(said.get("closes_at", "")),
        framework=said.get("framework", ""),
        codes=said.get("codes", "").replace(",", " ").split(),
        options=said.get("options", "").replace(",", " ").split(),
        item=int(number) if number else None,
    )
