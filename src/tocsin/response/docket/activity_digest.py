"""One digest a day tells a post of the activities it subscribed to: what is new or changed, and why it is told (M54).

It leaves at a fixed hour on the clock of the post's office, so nothing waits longer than a day; by channels that wake
somebody it goes when their quiet hours are over. What was entered between two hours does not depend on when this runs.
A restricted activity is told to posts that may see it alone, and its words are in no letter: they are read at the desk.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tocsin.catalog import directive
from tocsin.catalog.geography import places
from tocsin.core.context import Context
from tocsin.response.docket import outbox
from tocsin.response.register.activities import organisations, shield, subscriptions
from tocsin.response.register.contacts import zone_of
from tocsin.response.register.models import ActivityChange, Subscription


def write_due(ctx: Context) -> int:
    """Write each digest that is due and return how many were written. Running it twice writes no more."""
    offices = {p.id: p.office or "" for p in directive.current().posts}
    asked: dict[str, list[Subscription]] = {}
    for row in Subscription.objects.filter(until=None).order_by("post", "id"):
        asked.setdefault(row.post, []).append(row)
    return sum(_tell(ctx, post, rows, zone_of(offices.get(post, ""))) for post, rows in asked.items())


def _tell(ctx: Context, post: str, rows: list[Subscription], zone: str) -> int:
    cuts = subscriptions.cuts(min(row.told_to for row in rows), ctx.now(), zone)
    if not cuts:
        return 0
    written = 0
    with transaction.atomic():
        since = min(row.told_to for row in rows)
        for cut in cuts:
            lines = _lines(post, rows, since, cut)
            if lines:
                letter = _letter(lines, cut)
                written += outbox.write(ctx, None, f"activities-{cut:%Y-%m-%d}", post, letter)
            since = cut
        Subscription.objects.filter(pk__in=[row.pk for row in rows], told_to__lt=since).update(told_to=since)
    return written


def _lines(post: str, rows: list[Subscription], since: datetime, cut: datetime) -> list[str]:
    """Return a line an activity that changed in this time, seen or not by how it stands now; each is told once."""
    changes = ActivityChange.objects.filter(at__gt=since, at__lte=cut).select_related("activity").order_by("at", "id")
    newest = {c.activity_id: c for c in changes.prefetch_related("activity__at")}
    fresh = {c.activity_id for c in changes if c.kind == "new"}
    found, hidden = [], 0
    for number, change in newest.items():
        activity = change.activity
        why = [row for row in rows if row.told_to < change.at and subscriptions.wants(row, activity)]
        if not why or not shield.may_see(activity, [post]):
            continue
        if activity.restricted:
            hidden += 1
            continue
        there = ", ".join(places()[p.place_id].name for p in activity.at.all())
        what = " ".join(activity.what.split())
        found.append(
            f"- {'New' if number in fresh else 'Changed'}: {organisations.named(activity.organisation).name}, {there}: "
            f"{what if len(what) <= 200 else what[:199] + '…'} ({activity.status}; {activity.source}, "
            f"{activity.source_on}). You asked for {subscriptions.said(why[0])}."
        )
    if hidden:
        found.append(f"- {hidden} that few may see: read at the desk, under Activities.")
    return found


def _letter(lines: list[str], cut: datetime) -> tuple[str, str]:
    many = f"{len(lines)} entries" if len(lines) > 1 else "one entry"
    body = ["Since the last digest, of what your post asked to be told:", "", *lines, ""]
    body.append("Read them: tocsin activities list. To be told no more: tocsin activities unsubscribe NUMBER\n")
    return f"{cut:%Y-%m-%d}: who does what where, {many}", "\n".join(body)
