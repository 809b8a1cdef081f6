"""Projects at a place as support that was given: dated, by sector, the newest line of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tocsin.catalog.iati import DAC3, DAC5, STATUS
from tocsin.response.register.models import ProjectPlace

Row = dict[str, Any]


def projects_in(place_id: str) -> list[Row]:
    """Return the projects at a place by when they start; one without a day comes last and says so."""
    rows = ProjectPlace.objects.filter(place_id=place_id, project__followed_by=None).select_related("project")
    found = [_row(one) for one in rows.order_by("project__iati_identifier")]
    return sorted(found, key=lambda p: (p["starts"] is None, p["starts"] or "", p["portfolio"], p["iati_identifier"]))


def of_sectors(projects: Iterable[Row], sectors: Iterable[str]) -> list[Row]:
    """Return the projects that any of these purpose codes is named for; a code of another vocabulary names nothing."""
    wanted = set(sectors)

    def named(sector: Row) -> bool:
        known = sector["vocabulary"] in {DAC5, DAC3}
        return known and (sector["code"] in wanted or sector["code"][:3] in wanted)

    return [p for p in projects if any(named(s) for s in p["sectors"])]


def _row(one: ProjectPlace) -> Row:
    p = one.project
    starts, ends = (day.isoformat() if day else None for day in (p.starts, p.ends))
    if starts and ends:
        dates = f"{starts} to {ends}"
    else:
        dates = f"from {starts}" if starts else f"until {ends}" if ends else "no day given"
    return {
        "project": p.pk,
        "portfolio": p.portfolio,
        "iati_identifier": p.iati_identifier,
        "title": p.title,
        "reporting_org": p.reporting_org,
        "sectors": p.sectors,
        "starts": starts,
        "ends": ends,
        "dates": dates,
        "status": p.status,
        "status_said": STATUS.get(p.status, "status not said"),
        "budget": None if p.budget is None else f"{p.budget:,.0f}",
        "currency": p.currency,
        "places": len(p.recipients),
        "share_pct": next((r["percent"] for r in p.recipients if r["place_id"] == one.place_id), ""),
    }
