"""Move every clock. Once after a month gives the same rows as once an hour: dues come from dues, not from ticks.

Each item is settled in a transaction of its own, so an interruption leaves whole items only; the next tick goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction

from tocsin.core.context import Context
from tocsin.response.docket import digest, ladder, outbox
from tocsin.response.docket.models import Item
from tocsin.response.register import record


@dataclass
class Ticked:
    """What a tick did: rungs climbed, clocks that ran out, messages delivered, messages still waiting."""

    moved: list[dict[str, object]] = field(default_factory=list)
    lapses: list[dict[str, object]] = field(default_factory=list)
    messages: int = 0
    waiting: int = 0


def tick(ctx: Context) -> Ticked:
    """Settle every item up to the present, write the digests that are due, deliver what waits, sign a checkpoint."""
    done = ladder.Moves()
    for number in list(Item.objects.exclude(state=Item.State.CLOSED).order_by("id").values_list("pk", flat=True)):
        with transaction.atomic():
            done += ladder.settle(ctx, ladder.lock(number), ctx.now())
    digest.write_due(ctx)
    delivered = outbox.deliver(ctx)
    record.checkpoint(ctx)
    return Ticked(moved=done.moved, lapses=done.lapses, messages=delivered.sent, waiting=delivered.waiting)
