"""An exercise as its players see it, and its debrief once it is over."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tocsin.desk.context import context
from tocsin.desk.pages.certificates import may_see
from tocsin.response.oversight.exercise import run
from tocsin.response.oversight.exercise.debrief import day_of
from tocsin.response.oversight.exercise.debrief import debrief as score
from tocsin.response.oversight.models import Certificate, Exercise


@require_safe
def exercise(request: HttpRequest) -> HttpResponse:
    """Show who plays what and which reports have come. What comes next, and when, is on no page."""
    played = run.current()
    return render(request, "desk/exercise.html", {"x": played, **(_state(played) if played else {})})


@require_safe
def debrief(request: HttpRequest) -> HttpResponse:
    """Show the debrief. Before the end it does not exist, not even for the controller."""
    played = run.current()
    over = played is not None and played.ended_at is not None
    seen = [row for row in Certificate.objects.filter(taken=False) if may_see(request, row)] if over else []
    return render(request, "desk/debrief.html", {"x": played, "d": score() if over else None, "certificates": seen})


def _state(played: Exercise) -> dict[str, object]:
    now = played.ended_at or context().now()
    return {
        "day": int(day_of(played, now)),
        "players": played.players.select_related("person"),
        "given": played.injects.exclude(given_at=None).order_by("-position"),
    }
