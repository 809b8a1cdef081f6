"""Whether anybody moves the clocks and delivers: every worker signs in here each round, and its silence is noticed."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta

from django.db.models import F

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.response.docket.models import Heartbeat

SILENT = timedelta(minutes=5)
"""A worker ticks every minute; after five without a sign it is taken for dead."""
KEPT = timedelta(days=30)


def name(kind: str) -> str:
    """Return what this process is called; ticks run by hand or by a timetable share one name a machine."""
    return f"{socket.gethostname()[:60]}:{'tick' if kind == 'tick' else os.getpid()}"


def begin(ctx: Context, kind: str) -> None:
    """Sign in a process that starts. ``kind`` is worker, serve or tick."""
    now = ctx.now()
    Heartbeat.objects.filter(beat_at__lt=now - KEPT).delete()
    Heartbeat.objects.update_or_create(
        name=name(kind),
        defaults={"kind": kind, "started_at": now, "beat_at": now, "stopped_at": None, "ticks": 0, "sent": 0},
    )


def beat(ctx: Context, kind: str, *, ticks: int = 0, sent: int = 0) -> None:
    """Say that this process is alive, and what it has done since."""
    Heartbeat.objects.filter(name=name(kind)).update(beat_at=ctx.now(), ticks=F("ticks") + ticks, sent=F("sent") + sent)


def end(ctx: Context, kind: str) -> None:
    """Sign out a process that ends in order."""
    Heartbeat.objects.filter(name=name(kind)).update(beat_at=ctx.now(), stopped_at=ctx.now())


def silence(now: datetime) -> str:
    """Return in a sentence that nobody moves the clocks or delivers, empty while somebody does."""
    last = Heartbeat.objects.order_by("-beat_at").first()
    if last is None:
        return "No worker has ever run here: clocks move and messages leave only when tocsin tick is run by hand"
    if now - last.beat_at <= SILENT and last.stopped_at is None:
        return ""
    alive = Heartbeat.objects.filter(stopped_at=None, beat_at__gt=now - SILENT).exists()
    if alive:
        return ""
    how = "stopped" if last.stopped_at else "was last heard of"
    return f"No worker runs: the last one {how} at {iso(last.beat_at)}. Clocks do not move and messages do not leave"
