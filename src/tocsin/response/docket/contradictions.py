"""Commitments under way in one place that pull against each other (M35): flagged to both, and shown on both items."""

from __future__ import annotations

from typing import Any

from tocsin.catalog.pairs import against, pairs
from tocsin.core.context import Context
from tocsin.response.docket import letters, outbox
from tocsin.response.docket.models import Commitment, Item


def of_item(item: Item) -> list[dict[str, Any]]:
    """Return what contradicts the open commitments of an item: the two, whose they are, why, and on what basis."""
    if not item.place_id:
        return []
    found = []
    for mine in standing(item.place_id):
        for other in standing(item.place_id):
            pair = against(mine.option_id, other.option_id) if mine.pk != other.pk else None
            # Of two on one item each pair is told once.
            if mine.item_id != item.pk or pair is None or (other.item_id == item.pk and other.pk < mine.pk):
                continue
            found.append(
                {
                    "mine": _told(mine),
                    "other": _told(other),
                    "why": pair.why,
                    "basis": pairs().basis,
                    "reviewed": pairs().reviewed.isoformat() if pairs().reviewed else None,
                }
            )
    return found


def flag(ctx: Context, rows: list[Commitment]) -> None:
    """Tell both sides of every contradiction that new commitments make, in the transaction that makes them."""
    for mine in rows:
        if not mine.item.place_id:
            continue
        for other in standing(mine.item.place_id):
            pair = against(mine.option_id, other.option_id) if other.pk != mine.pk else None
            if pair is None:
                continue
            low, high = sorted((mine.pk, other.pk))
            for item, sides in ((mine.item, mine), (other.item, other)):
                letter = letters.contradicts(item, mine, other, pair.why)
                # The chair of each side: whoever decided it, and whoever must carry it out.
                for post in dict.fromkeys([sides.decision.post, sides.post]):
                    outbox.write(ctx, item, f"item-{item.pk}.contradiction-{low}-{high}", post, letter)


def standing(place_id: str) -> list[Commitment]:
    """Return the commitments under way in a place that are options of the catalogue, in order."""
    rows = Commitment.objects.filter(item__place_id=place_id, done_at=None).exclude(item__state=Item.State.CLOSED)
    return list(rows.exclude(option_id="").select_related("item", "decision").order_by("id"))


def _told(row: Commitment) -> dict[str, Any]:
    return {
        "commitment": row.pk,
        "item": row.item_id,
        "option": row.option_id,
        "what": row.what,
        "post": row.post,
        "decided_by": row.decision.post,
    }
