"""A clock that ran out: one row that is never changed or deleted, and one ledger entry, written together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tocsin.core.clock import iso
from tocsin.response.docket.models import Item, Lapse
from tocsin.response.docket.sheet import Sheet


@dataclass
class Moves:
    """What a settling did: rungs climbed and clocks run out, as ``tick`` reports them."""

    moved: list[dict[str, object]] = field(default_factory=list)
    lapses: list[dict[str, object]] = field(default_factory=list)

    def __iadd__(self, other: Moves) -> Moves:
        self.moved += other.moved
        self.lapses += other.lapses
        return self


def record_lapse(
    sheet: Sheet,
    item: Item,
    clock: str,
    *,
    tier: int,
    posts: list[str],
    due: datetime,
    at_ceiling: bool = False,
    climb_to: int | None = None,
    commitment_id: int | None = None,
) -> dict[str, object]:
    """Note one lapse and its ledger entry; return it as ``tick`` reports it."""
    told = {
        "item": item.pk,
        "clock": clock,
        "tier": tier,
        "posts": posts,
        "due": iso(due),
        "at_ceiling": at_ceiling,
        "commitment": commitment_id,
    }
    body = {**told, "place_id": item.place_id or None, "climbs_to": climb_to, "published": at_ceiling}
    row = Lapse(
        item_id=item.pk,
        clock=clock,
        tier=tier,
        posts=posts,
        due=due,
        recorded_at=sheet.ctx.now(),
        at_ceiling=at_ceiling,
        commitment_id=commitment_id,
    )
    sheet.lapse(row, body)
    return {**told, "place_id": item.place_id or None}
