"""What waits to be looked at again: assumptions with their day, indicators that a person and no tripwire watches."""

from __future__ import annotations

from typing import Any

from tocsin.core.context import Context
from tocsin.response.register.techniques import show
from tocsin.response.register.techniques.models import Technique


def waiting(ctx: Context, place_id: str | None = None) -> list[dict[str, Any]]:
    """Return what waits, by its day: ``place_id, technique, kind, key, text, due, who, overdue``."""
    rows = Technique.objects.filter(kind__in=("assumptions", "scenarios")).select_related("round", "reveal")
    if place_id is not None:
        rows = rows.filter(place_id=place_id)
    found = [row for one in rows for row in of_technique(ctx, show.view(ctx, one))]
    return sorted(found, key=lambda r: (r["due"], r["place_id"], r["technique"], r["key"]))


def of_technique(ctx: Context, told: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what waits in one technique, as ``show.view`` tells it."""
    today = ctx.now().date().isoformat()
    found = []
    for row in (*told["parts"].get("assumption", []), *told["parts"].get("indicator", [])):
        due = row["words"]["review_on"] if "review_on" in row["words"] else row["look_on"]
        if row["withdrawn"] or due is None:
            continue
        found.append(
            {
                "place_id": told["place_id"],
                "technique": told["technique"],
                "item": told["item"],
                "kind": told["kind"],
                "key": row["key"],
                "text": row["words"]["text"],
                "due": due,
                "who": row["words"].get("watched_by") or row["post"],
                "overdue": due < today,
            }
        )
    return found
