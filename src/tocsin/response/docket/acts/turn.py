"""One turn at an item: settle its clocks, then act under its lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from tocsin.core.context import Context
from tocsin.response.docket import ladder, outbox
from tocsin.response.docket.models import Item


@contextmanager
def turn(ctx: Context, number: int) -> Iterator[Item]:
    """Yield the item, settled and locked; commit what the block did, then deliver messages.

    The settling commits apart from the act: a refused act leaves the lapses it came too late for. An exception in
    the block rolls the act back whole. Raises Refused when there is no such item.
    """
    with transaction.atomic():
        ladder.settle(ctx, [ladder.lock(number)], ctx.now())
    with transaction.atomic():
        yield ladder.lock(number)
        ladder.keep_due(number)
    outbox.deliver_after(ctx)
