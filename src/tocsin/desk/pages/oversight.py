"""Open to all: was the warning answered, what stands behind the figures, the checkpoint. No current item on any."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tocsin.core.errors import Refused
from tocsin.desk import facts
from tocsin.desk.charts.freshness import freshness
from tocsin.desk.context import context
from tocsin.response.oversight import figures as counted
from tocsin.response.oversight.timeline import timeline
from tocsin.response.register.models import LedgerCheckpoint


@login_not_required
@require_safe
def accountability(request: HttpRequest) -> HttpResponse:
    """Show hours per step, lapses by post, commitments kept, what was decided and what followed."""
    told = counted.figures(context().now())
    return render(request, "desk/accountability.html", {"f": told})


@login_not_required
@require_safe
def released(request: HttpRequest, number: int) -> HttpResponse:
    """Show the timeline of a closed item. An open one does not exist here, not even as a refusal."""
    try:
        told = timeline(number)
    except Refused:
        raise Http404("There is no closed question of this number") from None
    return render(request, "desk/released.html", {"t": told})


@login_not_required
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Show freshness, licence, last good and quarantined rows of every source of the run in force."""
    pic = facts.picture(context())
    found = pic.run.sources if pic else []
    drawn = freshness(found, date.fromisoformat(pic.info["as_of"]), key="fresh") if pic else None
    return render(request, "desk/sources.html", {"pic": pic, "sources": found, "freshness": drawn})


@login_not_required
@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """Give the newest signed checkpoint as text, for anybody who wants to hold it. It says nothing of any item."""
    last = LedgerCheckpoint.objects.order_by("-size").first()
    if last is None:
        raise Http404("No checkpoint has been signed yet")
    return HttpResponse(last.note, content_type="text/plain; charset=utf-8")
