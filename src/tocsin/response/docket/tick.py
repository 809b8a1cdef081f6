"""Move every clock. Once after a month gives the same rows as once an hour: dues come from dues, not from ticks.

Items are settled some hundreds at a time, each batch in one transaction, so an interruption leaves whole items only;
the next tick goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import transaction

from tocsin.core.context import Context
from tocsin.response.docket import adoption, ladder, outbox, rounds
from tocsin.response.docket.acts.outcome import ask_due
from tocsin.response.docket.models import Item
from tocsin.response.docket.reports import credit, settling
from tocsin.response.register import record


@dataclass
class Ticked:
    """What a tick did: rungs climbed, clocks that ran out, messages delivered, messages still waiting."""

    moved: list[dict[str, object]] = field(default_factory=list)
    lapses: list[dict[str, object]] = field(default_factory=list)
    messages: int = 0
    waiting: int = 0


BATCH = 500


def tick(ctx: Context, *, stop: Callable[[], bool] = lambda: False) -> Ticked:
    """Settle every item and report a clock of which has run out, write what is due, deliver, sign a checkpoint.

    ``stop`` is asked before each batch of sendings: a worker that is told to end leaves the rest to the next one.
    """
    adoption.settle(ctx)
    done = settle_due(ctx)
    done.lapses += settling.settle_all(ctx)
    credit.give(ctx)
    rounds.go(ctx)
    ask_due(ctx)
    delivered = outbox.deliver(ctx, stop=stop)
    record.checkpoint(ctx)
    return Ticked(moved=done.moved, lapses=done.lapses, messages=delivered.sent, waiting=delivered.waiting)


def settle_due(ctx: Context) -> ladder.Moves:
    """Settle the items that ``next_due`` names, oldest number first; what a clock does not touch is not read."""
    now, done = ctx.now(), ladder.Moves()
    numbers = list(Item.objects.filter(next_due__lte=now).order_by("id").values_list("pk", flat=True))
    for batch in batched(numbers, BATCH):
        with transaction.atomic():
            due = Item.objects.select_for_update().filter(pk__in=batch, next_due__lte=now).order_by("id")
            done += ladder.settle(ctx, due, now)
    return done


def batched(numbers: list[int], size: int) -> Iterator[list[int]]:
    """Yield a list in pieces."""
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]
