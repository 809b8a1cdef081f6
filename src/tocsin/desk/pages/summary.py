"""The summary of a situation that names nobody, and a person's own consent to be named in it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tocsin.catalog.geography import places
from tocsin.core.errors import Refused
from tocsin.desk.context import context, posts_held, reader
from tocsin.desk.who import actor
from tocsin.response.oversight import entries
from tocsin.response.oversight import summary as room
from tocsin.response.oversight.models import Consent


@require_safe
def summary(request: HttpRequest, place_id: str) -> HttpResponse:
    """Show the summary as the address asks for it: with posts or without, with names if each of them agreed."""
    names, posts = request.GET.get("names") == "1", request.GET.get("posts") == "1"
    told, why = None, ""
    try:
        told = room.summary(entries.from_register(), place_id, context(), names=names, posts=posts)
    except Refused as error:
        why = error.sentence()
    mine = Consent.objects.filter(place_id=place_id, person=reader(request), withdrawn_at=None).first()
    name = places()[place_id].name if place_id in places() else place_id
    return render(
        request,
        "desk/summary.html",
        {
            "s": told,
            "why": why,
            "place_id": place_id,
            "name": name,
            "names": names,
            "posts": posts,
            "mine": mine,
            "held": posts_held(request),
        },
    )


@require_POST
def consent(request: HttpRequest, place_id: str) -> HttpResponse:
    """Give or withdraw the reader's own consent to be named."""
    if request.POST.get("act") == "withdraw":
        room.withdraw(context(), actor(request), place_id)
        messages.success(request, "Withdrawn. No summary of this place names anybody from now on.")
    else:
        room.consent(context(), actor(request), place_id)
        messages.success(request, "Recorded. You are named only once everybody else who would be has agreed too.")
    return redirect(f"/places/{place_id}/summary")
