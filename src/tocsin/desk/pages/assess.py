"""Assess a place: one factor of the framework at a time, each question answered with evidence or a reason for none."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tocsin.core.errors import Misuse, Refused
from tocsin.desk import facts
from tocsin.desk.context import context
from tocsin.desk.who import actor, standing
from tocsin.response.register import assessments

FIELDS = ("code", "state", "trend", "confidence", "evidence", "no_evidence_reason", "note")


@require_http_methods(["GET", "POST"])
def assess(request: HttpRequest, place_id: str) -> HttpResponse:
    """Show a factor with its answers, or append one answer; a refused form comes back as typed."""
    name = facts.known_place(place_id)
    typed = {field: request.POST.get(field, "") for field in FIELDS}
    refused = ""
    if request.method == "POST":
        try:
            assessments.answer(
                context(),
                actor(request),
                place_id,
                typed["code"],
                state=typed["state"],
                trend=typed["trend"],
                confidence=typed["confidence"],
                evidence=typed["evidence"],
                no_evidence_reason=typed["no_evidence_reason"],
                note=typed["note"],
            )
        except (Refused, Misuse) as error:
            refused = error.sentence()
        else:
            messages.success(
                request,
                f"Your answer on {typed['code']} is kept. A new one supersedes it and leaves it readable.",
                extra_tags=f"assess-{place_id}",
            )
            return redirect(f"/places/{place_id}/assess?factor={request.POST.get('factor', 'RF1')}")
    grid = assessments.grid(place_id)
    wanted = request.POST.get("factor") or request.GET.get("factor") or grid[0]["code"]
    factor = next((f for f in grid if f["code"] == wanted), grid[0])
    return render(
        request,
        "desk/assess.html",
        {
            "place_id": place_id,
            "name": name,
            "grid": grid,
            "factor": factor,
            "choices": assessments.choices(),
            "typed": typed,
            "refused": refused,
            "may": standing(request, "assess"),
        },
        status=422 if refused else 200,
    )
