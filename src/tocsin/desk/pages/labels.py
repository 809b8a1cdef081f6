"""The label history of a place: who called its violence by which name, or avoided it. Never a verdict of Tocsin's."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.catalog import label_effects
from tocsin.catalog.geography import places
from tocsin.catalog.labels import labels as known
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse, Refused
from tocsin.desk import remedies
from tocsin.desk.context import context
from tocsin.desk.who import actor, standing
from tocsin.response.docket import acts, will


def _name(place_id: str) -> str:
    if place_id not in places():
        raise Http404(f"There is no place {place_id}")
    return places()[place_id].name


@require_http_methods(["GET", "POST"])
def labels(request: HttpRequest, place_id: str) -> HttpResponse:
    """Show the history, or record that somebody applied or avoided a label."""
    name, refused = _name(place_id), ""
    if request.method == "POST":
        refused = _record(request, place_id)
        if not refused:
            messages.success(request, "It is recorded that they said so.", extra_tags=f"label-{place_id}")
            return redirect(f"/places/{place_id}/labels")
    label, against = (request.GET.get(key, "") for key in ("label", "against"))
    rows = [{**row, "rule": _by_rule(row["label"])} for row in will.labels_of(place_id)]
    shown = {
        "switch": label_effects.switch(against, label) if label in known() and against in known() else None,
        "simulated": label_effects.eligible(label) if label in known() else None,
        "label": label,
        "against": against,
        "kinds": label_effects.KINDS,
        "place_id": place_id,
        "name": name,
        "rows": rows,
        "known": list(known().values()),
        "refused": refused,
        "typed": request.POST if refused else {},
        "may": standing(request, "assess"),
    }
    return render(request, "desk/labels.html", shown, status=422 if refused else 200)


def _by_rule(label: str) -> label_effects.Eligible | None:
    """Return what the catalogue says a label opens and closes; None for one that it no longer has."""
    return label_effects.eligible(label) if label in known() else None


def _record(request: HttpRequest, place_id: str) -> str:
    """Record what the form says; return why it was refused."""
    said = request.POST
    words = {k: said.get(k, "") for k in ("term", "use", "by", "document", "words")}
    effects = {k: [line.strip() for line in said.get(k, "").splitlines() if line.strip()] for k in ("opened", "closed")}
    try:
        day = parse_date(said.get("said_on", ""))
        acts.label(context(), place_id, actor(request), said_on=day, **words, **effects)
    except (Refused, Misuse) as error:
        return remedies.sentence(error)
    return ""


@require_GET
def as_csv(request: HttpRequest, place_id: str) -> HttpResponse:
    """Return the history as CSV."""
    _name(place_id)
    answer = HttpResponse(will.as_csv(will.labels_of(place_id)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="labels-{place_id}.csv"'
    return answer
