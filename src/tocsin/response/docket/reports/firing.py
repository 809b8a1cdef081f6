"""Report tripwires on what was read: a firing opens or joins a docket item, citing reports by number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta

from tocsin.catalog import directive
from tocsin.core.context import Context
from tocsin.response.docket.acts.open import receive
from tocsin.response.docket.models import Item, Warning
from tocsin.response.register.reports.models import Reading, Report
from tocsin.tripwires import Firing
from tocsin.tripwires.gate import armed_on_reports
from tocsin.tripwires.report import GradedReport, evaluate, params_of

GRAVEST = 3
"""A single reading of this severity does not wait for the second reader: there may be no second day."""


def evaluate_places(ctx: Context, place_ids: Iterable[str]) -> list[Item]:
    """Evaluate every armed report tripwire on some places; return the items opened or joined.

    Inside the act's transaction. The same firing changes nothing. A report that came late, and moves the day on which
    it first held, rings no second time within the quiet time.
    """
    now = ctx.now()
    graded = [g for place in sorted(set(place_ids)) for g in counted(place, now)]
    items = []
    for tripwire in sorted(armed_on_reports(), key=lambda t: -_rank(t.level)):
        for firing in evaluate(tripwire, graded, now):
            if _rung_already(firing, params_of(tripwire).quiet_days):
                continue
            warning = {
                **asdict(firing),
                "warning_id": firing.warning_id,
                "run_id": "",
                "fired_at": now,
                "as_of": f"{now:%Y-%m-%d}",
            }
            items.append(receive(ctx, warning, f"reports read to {now:%Y-%m-%d}"))
    return items


def counted(place_id: str, now: datetime) -> list[GradedReport]:
    """Return the readings on a place that count now, as the tripwires take them.

    Both readings count once there are two. One alone counts when the other reader's clock has run out, or at once when
    it is of the gravest severity; then it is marked unverified.
    """
    found = []
    readers = set(directive.current().reports.readers)
    readings: dict[int, list[Reading]] = {}
    for reading in Reading.objects.filter(report__place_id=place_id).order_by("id"):
        readings.setdefault(reading.report_id, []).append(reading)
    for report in Report.objects.filter(pk__in=readings).order_by("pk"):
        own = readings[report.pk]
        verified = len(own) >= min(2, len(readers))
        if verified or report.read_due <= now or any((r.severity or 0) >= GRAVEST for r in own):
            found += [_graded(report, r, verified) for r in own]
    return found


def _graded(report: Report, reading: Reading, verified: bool) -> GradedReport:
    # The day it is of, at its end; a report of today is of the moment it came.
    at = min(datetime.combine(report.dated, time.max, tzinfo=UTC), report.received_at)
    return GradedReport(
        report_id=str(report.pk),
        place_id=report.place_id,
        at=at,
        source_key=report.source_key,
        grade=reading.grade,
        factors=frozenset(reading.factors),
        severity=reading.severity,
        kind=report.kind,
        verified=verified,
    )


def _rung_already(firing: Firing, quiet_days: int) -> bool:
    """Tell whether this tripwire warned of this place within the quiet time before the firing's day, or since."""
    before = Warning.objects.filter(
        tripwire_id=firing.tripwire_id, version=firing.version, place_id=firing.place_id
    ).exclude(warning_id=firing.warning_id)
    since = date.fromisoformat(firing.period) - timedelta(days=quiet_days)
    return any(
        date.fromisoformat(name.rpartition(".")[2]) >= since for name in before.values_list("warning_id", flat=True)
    )


def _rank(level: str) -> int:
    return directive.RANK[level]
