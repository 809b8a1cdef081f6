"""Activities as they are searched, shown and exported; what a reader may not see is not counted and not hinted at."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from tocsin.catalog.cooperation import rules, sectors
from tocsin.catalog.geography import places
from tocsin.core.clock import iso
from tocsin.core.words import in_cell
from tocsin.response.register.activities import shield
from tocsin.response.register.activities.organisations import Org, known
from tocsin.response.register.activities.row import HASHTAGS
from tocsin.response.register.models import Activity

FILTERS = ("q", "place", "organisation", "sector", "status", "factor", "option")
"""What a search may ask for; the page keeps them in its address."""
OVER = ("ended", "cancelled")


def search(posts: Collection[str], **asked: str) -> list[Activity]:
    """Return the activities that somebody under these posts may see and that fit, newest change first.

    ``asked`` by ``FILTERS``; empty asks for nothing. ``q`` wants every word, in any field. A status of ``live`` leaves
    out what has ended or was cancelled.
    """
    names = known()
    return [row for row in shield.seen(_rows(asked), posts) if _fits(row, asked, names)]


def _rows(asked: dict[str, str]) -> QuerySet[Activity]:
    rows = Activity.objects.prefetch_related("at").order_by("-changed_at", "-pk")
    if asked.get("place"):
        rows = rows.filter(at__place_id=asked["place"])
    if asked.get("organisation"):
        rows = rows.filter(organisation=asked["organisation"])
    if asked.get("status") == "live":
        return rows.exclude(status__in=OVER)
    return rows.filter(status=asked["status"]) if asked.get("status") else rows


def _fits(row: Activity, asked: dict[str, str], names: dict[str, Org]) -> bool:
    for name, held in (("sector", row.sectors), ("factor", row.factors), ("option", row.options)):
        if asked.get(name) and asked[name] not in held:
            return False
    words = asked.get("q", "").casefold().split()
    if not words:
        return True
    org = names.get(row.organisation)
    text = " ".join(
        [row.what, row.area, row.source, row.ref, row.organisation, org.name if org else "", *row.instruments]
        + [sectors()[code].name for code in row.sectors if code in sectors()]
        + [places()[p.place_id].name for p in row.at.all()]
    ).casefold()
    return all(word in text for word in words)


def as_dict(row: Activity, today: date, names: dict[str, Org] | None = None) -> dict[str, Any]:
    """Return an activity as plain values, with the names of what its codes mean and whether its source is old."""
    org = (names or known()).get(row.organisation)
    return {
        "activity": row.pk,
        "organisation": row.organisation,
        "organisation_name": org.name if org else row.organisation,
        "organisation_kind": org.kind if org else None,
        "ref": row.ref,
        "what": row.what,
        "sectors": [{"code": c, "name": sectors()[c].name} for c in row.sectors if c in sectors()],
        "options": row.options,
        "instruments": row.instruments,
        "factors": row.factors,
        "places": [p.place_id for p in row.at.all()],
        "area": row.area,
        "starts": row.starts.isoformat() if row.starts else None,
        "ends": row.ends.isoformat() if row.ends else None,
        "status": row.status,
        "source": row.source,
        "source_on": row.source_on.isoformat(),
        "stale": today - row.source_on > timedelta(days=rules().stale_days.activity),
        "contact_office": row.contact_office,
        "restricted": row.restricted,
        "seen_by": row.seen_by,
        "because": row.because,
        "changed_at": iso(row.changed_at),
    }


def as_csv(rows: list[Activity]) -> bytes:
    """Return activities as a table with a row of HXL hashtags, which can be taken in again; never a restricted one."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HASHTAGS)
    writer.writerow(HASHTAGS.values())
    for row in sorted((r for r in rows if not r.restricted), key=lambda r: (r.organisation, r.ref)):
        writer.writerow([in_cell(_cell(row, column)) for column in HASHTAGS])
    return out.getvalue().encode()


def _cell(row: Activity, column: str) -> str:
    if column == "visibility":
        return shield.OPEN
    if column == "places":
        return ";".join(p.place_id for p in row.at.all())
    value = getattr(row, column)
    if isinstance(value, list):
        return ";".join(value)
    return "" if value is None else " ".join(str(value).split())


def template() -> bytes:
    """Return an empty table: the columns and their hashtags."""
    return as_csv([])
