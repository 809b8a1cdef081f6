"""Why a number is what it is: sources and vintage, drivers, baseline, record, card. Every number links here."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.catalog.models import IN_FORCE, ModelCard, card
from tocsin.catalog.outcomes import outcome
from tocsin.core.errors import TocsinError
from tocsin.desk import apart, facts, knowledge
from tocsin.desk.context import context
from tocsin.desk.facts import CONFLICT, ONSET
from tocsin.desk.pages.situation import drivers_chart, record_chart
from tocsin.desk.pages.track_record import ran_high

TARGETS = {"onset": (ONSET, IN_FORCE[ONSET]), "conflict": (CONFLICT, IN_FORCE[CONFLICT])}


@require_GET
def why(request: HttpRequest, place_id: str, what: str) -> HttpResponse:
    """Show what stands behind one forecast of one place."""
    name = facts.known_place(place_id)
    pic = facts.picture(context())
    if pic is None or place_id not in {r["place_id"] for r in pic.rows}:
        raise Http404(f"No run covers {name}")
    target, model_id = TARGETS[what]
    place = pic.run.place(place_id)
    onset = target == ONSET
    row = place["board"]
    read = knowledge.read_for(pic, place, target)
    return render(
        request,
        "desk/why.html",
        {
            "place_id": place_id,
            "name": name,
            "row": row,
            "onset": onset,
            "when": pic.run.when(target),
            "window": row["window"] if onset else row["conflict_window"],
            "read": read,
            "model_id": model_id,
            "ran_high": ran_high() if onset else "",
            "baselines": sum(f["target"] == target for f in place["forecasts"]) > 1,
            "p": row["p_onset"] if onset else row["p_conflict"],
            "interval": row["interval"] if onset else row["conflict_interval"],
            "base": pic.base[target],
            "pic": pic,
            "place": place,
            "comparison": knowledge.comparison(pic, place, target, "cmp"),
            "drivers": drivers_chart(place, target, "drv", pic.rows),
            "record": record_chart(place) if onset else None,
            "changes": [c for c in place["whatif"] if c["target"] == target],
            "likes": [c for c in place["profiles"] if c["target"] == target],
            "stands": next((s for s in pic.run.standing if s["model_id"] == model_id), None),
            "unseen": apart.unseen() if onset else outcome(target).leaves_out,
            "card": _card(model_id),
            "unknown": knowledge.unknowns(pic, place, target),
            "sources": [s for s in pic.run.sources if read is None or s["id"] in read.sources],
        },
    )


def _card(model_id: str) -> ModelCard | None:
    """Return the model's card; None when the catalogue has none under this name."""
    try:
        return card(model_id)
    except TocsinError:
        return None
