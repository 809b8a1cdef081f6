"""Reports from a place that stop: an item for the analyst. Nothing here reads a report or a way to its writer."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Max
from django.db.models.functions import TruncDate

from tocsin.catalog.tripwires import Tripwire, all_tripwires
from tocsin.core.context import Context
from tocsin.response.docket.acts.open import receive
from tocsin.response.docket.models import Warning
from tocsin.response.register.reports.models import Report
from tocsin.tripwires import evaluate
from tocsin.tripwires.reports_stop import Arrivals, params_of

FORGOTTEN_DAYS = 730
"""A place that nobody has reported from for so long is not asked about any more."""


def ring(ctx: Context) -> list[str]:
    """Open or join an item for each quiet that is new; return the ids of the warnings.

    Running it twice does no more.
    """
    rung = []
    for tripwire in all_tripwires().values():
        if tripwire.kind != "reports_stop":
            continue
        for firing in evaluate(tripwire, arrivals(tripwire, ctx.now()), ctx.now()):
            if Warning.objects.filter(warning_id=firing.warning_id).exists():
                continue
            warning: dict[str, Any] = {**asdict(firing), "warning_id": firing.warning_id, "fired_at": ctx.now()}
            receive(ctx, {**warning, "as_of": f"{ctx.now():%Y-%m-%d}"}, f"reports received to {ctx.now():%Y-%m-%d}")
            rung.append(firing.warning_id)
    return rung


def arrivals(tripwire: Tripwire, now: datetime) -> list[Arrivals]:
    """Return for each place reported from lately: the newest day, and on how many days and from how many sources."""
    params = params_of(tripwire)
    lately = Report.objects.filter(received_at__gt=now - timedelta(days=FORGOTTEN_DAYS), received_at__lte=now)
    found = []
    for row in lately.values("place_id").annotate(last=Max("received_at")).order_by("place_id"):
        newest = row["last"].astimezone(UTC).date()
        begin = datetime.combine(newest - timedelta(days=params.lookback_days - 1), time(0), UTC)
        mine = lately.filter(place_id=row["place_id"], received_at__gte=begin)
        pairs = mine.annotate(day=TruncDate("received_at", tzinfo=UTC)).order_by().values_list("source_key", "day")
        voices: dict[str, set[date]] = {}
        for key, day in pairs.distinct():
            voices.setdefault(key, set()).add(day)
        days = set().union(*voices.values())
        # Only the days go on from here: who wrote on them stays behind.
        each = tuple(frozenset(v) for _, v in sorted(voices.items(), key=lambda kv: sorted(kv[1])))
        found.append(Arrivals(row["place_id"], min(days), newest, len(days), len(voices), each))
    return found
