"""The worker: moves the clocks every minute and delivers every few seconds, until it is told to stop.

Any number may run at once, on one machine or several: items are settled under their locks and sendings claimed one
by one. Told to stop (SIGTERM, Ctrl-C), it finishes the sending it is at.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections

from tocsin.core.context import Context
from tocsin.core.errors import TocsinError
from tocsin.response.docket import heartbeats, outbox
from tocsin.response.docket.tick import tick

TICK_SECONDS = 60
DELIVER_SECONDS = 5


def run(
    ctx: Context,
    kind: str,
    *,
    stop: Callable[[], bool] = lambda: False,
    wait: Callable[[float], object] = time.sleep,
    say: Callable[[str], object] = lambda _: None,
    after: Callable[[Context], object] = lambda _: None,
) -> None:
    """Work until ``stop`` says so. What fails is said and tried again the next time; nothing ends the worker but that.

    ``wait`` pauses for some seconds, and may return earlier when told to stop. ``after`` follows each tick: what looks
    at the docket from above, which the docket does not know.
    """
    due = 0.0
    signed_in = False
    while not stop():
        try:
            if not signed_in:
                heartbeats.begin(ctx, kind)
                signed_in = True
            if time.monotonic() >= due:
                done = tick(ctx, stop=stop)
                heartbeats.beat(ctx, kind, ticks=1, sent=done.messages)
                after(ctx)
                due = time.monotonic() + TICK_SECONDS
            else:
                sent = outbox.deliver(ctx, stop=stop).sent
                heartbeats.beat(ctx, kind, sent=sent)
        except Exception as error:  # noqa: BLE001 - a clock that dies silently is the one failure not allowed here
            why = error.sentence() if isinstance(error, TocsinError) else f"{type(error).__name__}: {error}"
            say(f"the clocks could not be moved: {why}")
            due = time.monotonic() + TICK_SECONDS
        finally:
            close_old_connections()
        if not stop():
            wait(DELIVER_SECONDS)
    try:
        heartbeats.end(ctx, kind)
    except (DatabaseError, OSError) as error:
        say(f"the worker stopped and could not say so: {error}")
