"""A draft advisory to the UN joint office about a place: from the record, with what is missing shown."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.catalog.advisory import form
from tocsin.desk import facts
from tocsin.desk.context import context
from tocsin.response.oversight.advisory import Advisory, draft


def _draft(place_id: str) -> Advisory:
    facts.known_place(place_id)
    pic = facts.picture(context())
    row = next((r for r in pic.rows if r["place_id"] == place_id), None) if pic else None
    return draft(context(), place_id, row)


@require_GET
def advisory(request: HttpRequest, place_id: str) -> HttpResponse:
    """Show the draft with how to brief the office."""
    return render(request, "desk/advisory.html", {"draft": _draft(place_id), "form": form()})


@require_GET
def as_text(request: HttpRequest, place_id: str) -> HttpResponse:
    """Return the draft as plain text, to be finished by hand."""
    answer = HttpResponse(_draft(place_id).text(), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="advisory-{place_id}.txt"'
    return answer
