"""The docket: what is due, by decision clock, the reader's own first."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.desk import facts
from tocsin.desk.context import context, posts_held
from tocsin.response.docket import letters
from tocsin.response.docket.models import Item


def rows(items: list[Item], mine: list[str]) -> list[dict[str, Any]]:
    """Return what the list shows of items, the reader's own first, then by decision clock."""
    shown = []
    for item in items:
        steps = list(item.steps.all())
        step = next((s for s in reversed(steps) if s.left_at is None), steps[-1] if steps else None)
        shown.append(
            {
                "item": item,
                "about": letters.about(item),
                "step": step,
                "mine": item.owner_post in mine,
                "lapses": len(item.lapses.all()),
                "warnings": len(item.warnings.all()),
                "age": facts.killing_age(item, context().now()),
            }
        )
    return sorted(shown, key=lambda r: (not r["mine"], r["item"].decision_due, r["item"].pk))


@require_GET
def docket(request: HttpRequest) -> HttpResponse:
    """List questions: awaiting decision, being acted on, and decided."""
    everything = Item.objects.prefetch_related("steps", "lapses", "warnings", "commitments")
    mine = posts_held(request)
    awaiting = [i for i in everything if i.state in facts.AWAITING]
    acting = [i for i in everything if i.state == Item.State.ACTING]
    done = [i for i in everything if i.state in (Item.State.DECLINED, Item.State.CLOSED)]
    return render(
        request,
        "desk/docket.html",
        {
            "awaiting": rows(awaiting, mine),
            "acting": rows(acting, mine),
            "done": sorted(rows(done, []), key=lambda r: -r["item"].pk),
            "lapses": sum(len(i.lapses.all()) for i in everything),
            "now": context().now(),
        },
    )
