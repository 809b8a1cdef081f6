"""The map of the responsibility to protect: what is owed and what is lawful, by pillar and crime (M20, M16)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.catalog.r2p import asked, whole
from tocsin.catalog.r2p.editions import LICENCE, RIGHTS, find
from tocsin.desk.context import context
from tocsin.response.oversight.owed import UNMET, owed

KINDS = {"jsonld": "application/ld+json", "csv": "text/csv; charset=utf-8"}


@require_GET
def r2p(request: HttpRequest) -> HttpResponse:
    """Show the map, or what it holds for a crime under a pillar; both stand in the address."""
    sides = whole().sides
    crime, pillar = request.GET.get("crime", ""), request.GET.get("pillar", "")
    crime = crime if crime in sides.crimes else ""
    pillar = pillar if pillar in sides.pillars else ""
    found = asked(crime, pillar)
    duties = owed(found.duties, context().now().date())
    return render(
        request,
        "desk/r2p.html",
        {
            "sides": sides,
            "crime": crime,
            "pillar": pillar,
            "chosen": sides.crimes.get(crime),
            "grid": [
                (name, p, [(c, len((cell := asked(c, name)).duties), len(cell.mechanisms)) for c in sides.crimes])
                for name, p in sides.pillars.items()
            ],
            "duties": duties,
            "unmet": sum(d["state"] == UNMET for d in duties),
            "mechanisms": [
                (m, found.procedures[m.id], [whole().duties[d] for d in m.duties]) for m in found.mechanisms
            ],
            "rights": RIGHTS,
            "licence": LICENCE,
        },
    )


@require_GET
def edition(request: HttpRequest, edition: str) -> HttpResponse:
    """Give the map as JSON-LD or CSV."""
    response = HttpResponse(find(edition), content_type=KINDS[edition])
    response["Content-Disposition"] = f'attachment; filename="r2p-{whole().sides.version}.{edition}"'
    return response
