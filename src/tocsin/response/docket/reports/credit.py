"""Early-report credit (M25): a report came before a warning, a decision to act, or an onset on its place.

Credit goes to a report, by number, whatever became of it on its way: held, softened, never read. There is no debit. A
report after which nothing came stays what it was, and a well-reasoned false alarm costs its writer nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from tocsin.core.context import Context
from tocsin.response.docket.models import Decision, Warning
from tocsin.response.docket.models_deciding import Outcome
from tocsin.response.register.record import enter
from tocsin.response.register.reports.models import Credit, Report

WITHIN = timedelta(days=365)
"""A report is early for what came within a year of it."""
WARNS = ("forecast", "event", "bell", "report")
"""Kinds of warning about a place."""


def give(ctx: Context) -> int:
    """Record the credit that is due and not recorded; return how many rows were written.

    Of each kind the first that came after the report counts. A report that both readers graded 0 (routine) is no
    early report of a warning or a decision, but it is of an onset.
    """
    written = 0
    for before in Credit.Before.values:
        waiting = Report.objects.exclude(credits__before=before).order_by("pk")
        first = waiting.order_by("received_at").first()
        if first is None:
            continue
        places = set(waiting.values_list("place_id", flat=True))
        for place_id, at, reference, item in _events(before, places, first.received_at):
            early = waiting.filter(place_id=place_id, received_at__lt=at, received_at__gte=at - WITHIN)
            for report in early:
                if before == Credit.Before.ONSET or not _routine(report):
                    _write(ctx, report, before=before, at=at, reference=reference, item=item)
                    written += 1
    return written


def _write(ctx: Context, report: Report, *, before: str, at: datetime, reference: str, item: int | None) -> None:
    lead = int((at - report.received_at).total_seconds() // 3600)
    with transaction.atomic():
        body = {"report": report.pk, "before": before, "reference": reference, "lead_hours": lead}
        entry = enter(ctx, kind="report.credited", item=item, body=body)
        Credit.objects.create(
            report=report,
            before=before,
            reference=reference,
            item=item,
            lead_hours=lead,
            given_at=ctx.now(),
            ledger_seq=entry.seq,
        )


def _events(before: str, places: set[str], since: datetime) -> Iterator[tuple[str, datetime, str, int | None]]:
    """Yield what a report can precede, the earliest first: place, when, reference, item."""
    if before == Credit.Before.WARNING:
        warnings = Warning.objects.filter(place_id__in=places, fired_at__gt=since, kind__in=WARNS)
        # A report that is read fires the watch by itself; being read is no news that came after it.
        for warning in warnings.exclude(kind="report", level="watch").order_by("fired_at", "id"):
            item = warning.items.order_by("id").first()
            yield warning.place_id, warning.fired_at, warning.warning_id, item.pk if item else None
    elif before == Credit.Before.DECISION:
        decisions = Decision.objects.filter(item__place_id__in=places, at__gt=since, kind=Decision.Kind.ACT)
        for decision in decisions.select_related("item").order_by("at", "id"):
            yield decision.item.place_id, decision.at, f"decision {decision.pk}", decision.item_id
    else:
        onsets = Outcome.objects.filter(item__place_id__in=places, at__gt=since, came=Outcome.Came.ONSET)
        for onset in onsets.select_related("item").order_by("at", "id"):
            yield onset.item.place_id, onset.at, f"outcome {onset.pk}", onset.item_id


def _routine(report: Report) -> bool:
    severities = list(report.readings.values_list("severity", flat=True))
    return bool(severities) and all(s == 0 for s in severities)
