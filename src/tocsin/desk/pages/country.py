"""The country file: what a country lacks and what fits it, and its institutions beside the support they were given."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tocsin.catalog.development.institutions import book
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse, Refused
from tocsin.desk import facts, remedies
from tocsin.desk.charts.line import Point, line
from tocsin.desk.context import context
from tocsin.desk.who import actor, standing
from tocsin.response.register import country
from tocsin.response.register.country.institutions import NO_PROOF

DRAWN = 30
"""Years drawn of a figure; the table has them all."""


@require_http_methods(["GET", "HEAD", "POST"])
def capacities(request: HttpRequest, place_id: str) -> HttpResponse:
    """Show the country file, or take a dated judgement of an institution in."""
    name, refused = facts.known_place(place_id), ""
    if request.method == "POST":
        refused = _judge(request, place_id)
        if not refused:
            messages.success(request, "The judgement is on record.", extra_tags=f"institution-{place_id}")
            return redirect(f"/places/{place_id}/capacities#institutions")
    rows = country.capacities(context(), place_id)
    shown = {
        "place_id": place_id,
        "name": name,
        "lacking": [r for r in rows if r["lacking"]],
        "rest": [r for r in rows if not r["lacking"]],
        "kinds": [_drawn(kind) for kind in country.institutions(context(), place_id)],
        "no_proof": NO_PROOF,
        "book": book(),
        "may": standing(request, "assess"),
        "refused": refused,
        "typed": request.POST if refused else {},
    }
    return render(request, "desk/capacities.html", shown, status=422 if refused else 200)


def _drawn(kind: dict[str, Any]) -> dict[str, Any]:
    """Return a kind with a chart of each figure, on which the years are marked in which support began."""
    began: dict[str, str] = {}
    for p in kind["support"]:
        if p["starts"]:
            year = p["starts"][:4]
            began[year] = f"{began[year]}; {p['title'][:60]}" if year in began else f"support began: {p['title'][:60]}"
    charts = []
    for i, f in enumerate(kind["figures"]):
        points = [Point(p["period"], p["value"], p["status"]) for p in f["points"]][-DRAWN:]
        last = f["newest"]
        said = f"{last['value']:g} in {last['period']}, {f['course']}. " if last else "No figure is known. "
        marked = {year: what for year, what in began.items() if any(p.period == year for p in points)}
        said += "Triangles mark years in which support to it began. " if marked else ""
        sentence = f"{said}{f['stands_for']}. Source {f['source_id']}, {f['release']}."
        key = f"{kind['kind'].replace('_', '-')}-{i}"
        charts.append((f, line(points, key=key, title=f["label"], unit=f["unit"], sentence=sentence, marks=marked)))
    return {**kind, "charts": charts}


def _judge(request: HttpRequest, place_id: str) -> str:
    """Take a judgement in; return why it was refused."""
    said = {k: request.POST.get(k, "") for k in ("kind", "body", "state", "trend", "source", "note")}
    try:
        days = {k: parse_date(request.POST.get(k, "")) for k in ("as_of", "vintage")}
        country.say(context(), place_id, actor(request), **said, **days)
    except (Misuse, Refused) as error:
        return remedies.sentence(error)
    return ""


@require_safe
def institutions_csv(request: HttpRequest, place_id: str) -> HttpResponse:
    """Return figures, judgements and support as one table."""
    facts.known_place(place_id)
    table = country.as_csv(country.institutions(context(), place_id))
    answer = HttpResponse(table, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="institutions-{place_id}.csv"'
    return answer
