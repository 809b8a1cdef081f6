"""Figures of a place beside the forecasts: food security, severity, needs, tables of the home. Listed, never summed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.core.clock import parse_date
from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.desk import facts, remedies
from tocsin.desk.context import context
from tocsin.evidence.indicators import seen, words

MOST_OF_ONE = 3
"""Figures of one source on the situation page."""
MOST = 200


def beside(ctx: Context, place_id: str) -> dict[str, Any]:
    """Return what the situation page shows: the first figures of each source, and which sources say nothing."""
    found = seen.of_place(ctx, place_id)
    lead = [f for s, _ in found.sources for f in [f for f in found.of(s.id) if f.lead][:MOST_OF_ONE]]
    return {
        "rows": _rows(found, lead),
        "more": len(found.figures) - len(lead),
        "silent": [s for s, state in found.sources if state == "silent"],
        "absent": [s for s, state in found.sources if state == "absent"],
        "told": [s for s, state in found.sources if state == "told"],
    }


def _rows(found: seen.Seen, figures: list[seen.Figure]) -> list[dict[str, Any]]:
    titles = {s.id: s for s, _ in found.sources}
    return [
        {"figure": f, "amount": words.amount(f), "when": words.when(f), "source": titles[f.source]} for f in figures
    ]


@require_GET
def figures(request: HttpRequest, place_id: str) -> HttpResponse:
    """Show every figure of a place with its date, source and licence, as known on a day."""
    name = facts.known_place(place_id)
    asked = {"source": request.GET.get("source", ""), "as_of": request.GET.get("as_of", "").strip(),
             "all": request.GET.get("all", "") == "1"}  # fmt: skip
    refused, day = "", None
    ctx = context()
    try:
        day = _day(str(asked["as_of"]), ctx.now().date())
    except Misuse as error:
        refused = remedies.sentence(error)
    found = seen.of_place(ctx, place_id, day, whole=bool(asked["all"]))
    chosen = [f for f in found.figures if asked["source"] in ("", f.source)]
    return render(
        request,
        "desk/figures.html",
        {
            "place_id": place_id,
            "name": name,
            "asked": asked,
            "refused": refused,
            "as_of": found.as_of,
            "rows": _rows(found, chosen[:MOST]),
            "left": max(len(chosen) - MOST, 0),
            "sources": found.sources,
        },
        status=422 if refused else 200,
    )


def _day(text: str, today: date) -> date | None:
    """Return the day asked for. Raises Misuse for what is no day, or one that has not come."""
    if not text:
        return None
    day = parse_date(text)
    if day > today:
        raise Misuse(f"{day} has not come: nothing is known on it", todo="Choose today or a day before")
    return day
