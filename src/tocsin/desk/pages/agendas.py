"""The four agendas: where they overlap and pull apart, and what an action tagged by hand or by the catalogue does."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.catalog import agendas as catalogue
from tocsin.catalog.library import library
from tocsin.core.errors import Misuse


@require_GET
def agendas(request: HttpRequest) -> HttpResponse:
    """Show the agendas and their pairs; with options or tags in the address, what they do together."""
    typed = {
        "options": request.GET.get("options", ""),
        "serves": request.GET.getlist("serves"),
        "harms": request.GET.getlist("harms"),
    }
    ids = [part.upper() for part in str(typed["options"]).replace(",", " ").replace(";", " ").split()]
    seen, refused = None, ""
    try:
        if ids or typed["serves"] or typed["harms"]:
            seen = catalogue.view(ids, serves=typed["serves"], may_harm=typed["harms"])
    except Misuse as error:
        refused = error.sentence()
    book = catalogue.book()
    return render(
        request,
        "desk/agendas.html",
        {
            "book": book,
            "pairs": [(book.agendas[p.a], book.agendas[p.b], p) for p in book.pairs],
            "typed": typed,
            "seen": seen,
            "refused": refused,
            "options": library().options,
        },
        status=422 if refused else 200,
    )
