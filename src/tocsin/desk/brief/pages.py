"""The brief on the desk: page, PDF and JSON, for signed-in readers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tocsin.desk.brief import write
from tocsin.desk.brief.content import content
from tocsin.desk.brief.picture import inline_map
from tocsin.desk.charts.world import legend
from tocsin.desk.context import context
from tocsin.desk.words import speech


@require_safe
def html(request: HttpRequest) -> HttpResponse:
    """Show the brief."""
    said = content(context(), words=speech(request).vocabulary)
    return render(
        request,
        "desk/brief.html",
        {"c": said, "map_svg": inline_map(said["map"]), "map_legend": legend(stale=False), "linked": True},
    )


@require_safe
def pdf(request: HttpRequest) -> HttpResponse:
    """Give the brief as PDF."""
    said = content(context(), words=speech(request).vocabulary)
    response = HttpResponse(write.as_pdf(said), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="tocsin-brief-{said["run_id"]}.pdf"'
    return response


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """Give the content itself."""
    return HttpResponse(
        write.as_json(content(context(), words=speech(request).vocabulary)), content_type="application/json"
    )
