"""Clocks on reports: a reader who did not read, a post that kept a report. Each lapse once, each way around once.

Dues come from dues and not from ticks: one tick after a month writes what a tick an hour would have written.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.response.docket import outbox
from tocsin.response.docket.reports import firing, letters
from tocsin.response.register.record import enter
from tocsin.response.register.reports.models import Hop, Reading, Report, ReportLapse
from tocsin.response.register.reports.path import GRAVE, Standing, hop_due, standing


def settle_all(ctx: Context) -> list[dict[str, object]]:
    """Settle every report whose clock may have run out, each in a transaction of its own; return the lapses."""
    now, rules = ctx.now(), directive.current()
    hops = Hop.objects.filter(report=OuterRef("pk"))
    lapsed = Exists(ReportLapse.objects.filter(report=OuterRef("pk"), clock="reading"))
    grave = Exists(Reading.objects.filter(report=OuterRef("pk"), severity__gte=GRAVE))
    unread = Q(read__lt=len(rules.reports.readers)) & ~lapsed
    ran_out = Exists(hops.filter(due__lte=now)) & ~Exists(hops.filter(to_tier=rules.top))
    waiting = (
        Report.objects.annotate(read=Count("readings"), last=Subquery(hops.order_by("-id").values("kind")[:1]))
        .filter((Q(read_due__lte=now) & (unread | (~Exists(hops) & grave))) | ran_out)
        .exclude(last=Hop.Kind.HELD, read__gte=len(rules.reports.readers))
    )
    lapses = []
    for number in waiting.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            lapses += settle(ctx, Report.objects.select_for_update().get(pk=number))
    return lapses


def settle(ctx: Context, report: Report) -> list[dict[str, object]]:
    """Bring one report up to the present, inside the caller's transaction with its row locked; return its lapses."""
    lapses: list[dict[str, object]] = []
    while True:
        rules = directive.version(report.directive_version)
        readings = list(report.readings.all())
        hops = list(report.hops.all())
        stands = standing(report, hops, readings, rules)
        lapses += _unread(ctx, report, readings)
        if stands.due is None or stands.due > ctx.now() or stands.tier >= rules.top:
            return lapses
        lapses += _go_around(ctx, report, stands, readings)


def _unread(ctx: Context, report: Report, readings: list[Reading]) -> list[dict[str, object]]:
    """Record the readers whose clock ran out; what the other read counts from then on."""
    rules = directive.version(report.directive_version)
    in_time = {r.post for r in readings if r.at <= report.read_due}
    silent = [p for p in rules.reports.readers if p not in in_time]
    if report.read_due > ctx.now() or not silent or report.lapses.filter(clock="reading").exists():
        return []
    lapse = _lapse(ctx, report, "reading", tier=1, posts=silent, due=report.read_due)
    firing.evaluate_places(ctx, [report.place_id])
    return [lapse]


def _go_around(ctx: Context, report: Report, stands: Standing, readings: list[Reading]) -> list[dict[str, object]]:
    """Let a report go on past whoever let its clock run out: the original, to the next tier, marked so."""
    rules = directive.version(report.directive_version)
    assert stands.due is not None
    read = {r.post for r in readings if r.at <= stands.due}
    if stands.tier == 1:
        silent = [p for p in rules.reports.readers if p not in read]
        # Who read something grave and sent nothing up kept it; who did not read has a lapse of the reading already.
        kept = [r.post for r in readings if r.post in read and any((o.severity or 0) >= GRAVE for o in readings)]
        around = [*kept, *silent]
    else:
        kept = around = rules.posts_of(stands.tier)
    lapses = [_lapse(ctx, report, "hop", tier=stands.tier, posts=kept, due=stands.due)] if kept else []
    to = stands.tier + 1
    due = hop_due(rules, to, stands.due)
    unverified = len(read) < len(rules.reports.readers)
    body = {
        "report": report.pk,
        "from_tier": stands.tier,
        "to_tier": to,
        "around": around,
        "at": iso(stands.due),
        "due": iso(due) if due else None,
        "unverified": unverified,
        "text": "original",
    }
    entry = enter(ctx, kind="report.went_around", body=body)
    hop = Hop.objects.create(
        report=report,
        kind=Hop.Kind.AROUND,
        from_tier=stands.tier,
        to_tier=to,
        post=", ".join(around)[:60],
        via="clock",
        text="",
        arrived_at=stands.arrived_at,
        at=stands.due,
        due=due,
        ledger_seq=entry.seq,
    )
    for post in rules.posts_of(to):
        outbox.write(ctx, None, f"report-{report.pk}.hop-{hop.pk}", post, letters.around(report, hop, unverified))
    return lapses


def _lapse(
    ctx: Context, report: Report, clock: str, *, tier: int, posts: list[str], due: datetime
) -> dict[str, object]:
    """Write one lapse, its ledger entry and a message to the line managers; return it as ``tick`` reports it."""
    rules = directive.version(report.directive_version)
    told = {"report": report.pk, "clock": clock, "tier": tier, "posts": posts, "due": iso(due)}
    entry = enter(ctx, kind="report.lapsed", body={**told, "place_id": report.place_id})
    ReportLapse.objects.create(
        report=report, clock=clock, tier=tier, posts=posts, due=due, recorded_at=ctx.now(), ledger_seq=entry.seq
    )
    for manager in dict.fromkeys(m for p in posts if (m := rules.post(p).line_manager)):
        key = f"report-{report.pk}.{clock}-{tier}.lapsed"
        outbox.write(ctx, None, key, manager, letters.lapsed(report, clock, posts))
    return {**told, "place_id": report.place_id}
