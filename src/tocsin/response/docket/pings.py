"""Pings: every office is asked to answer now and then; one that does not is stale, and a successor is asked for.

A ping is a message to the office. Its silence is told to its line manager's office and opens a watch item; it never
leads to a further message to whoever was silent. Answering makes the office fresh, however late.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from tocsin.catalog import directive, tripwires
from tocsin.catalog.directive import Office
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import clocks, letters, outbox
from tocsin.response.docket.acts.open import receive
from tocsin.response.register.contacts import above, may_change
from tocsin.response.register.models import Holding, Ping
from tocsin.response.register.people import OPERATOR, Actor, may
from tocsin.response.register.record import enter
from tocsin.tripwires import evaluate

TRIPWIRE = "silence_office"


def posts_of(office: str) -> list[str]:
    """Return the posts that sit in an office, in the order of the directive."""
    return [p.id for p in directive.current().posts if p.office == office]


def managers_of(office: str) -> list[str]:
    """Return the posts asked when an office is silent: those of the office its line managers sit in, else above it.

    The office of its nearest line manager outside it; without one its parent's; without that the operator.
    """
    rules = directive.current()
    chains = [above(post) for post in posts_of(office)]
    outside = [next((m for m in chain if rules.post(m).office not in (office, None)), None) for chain in chains]
    offices = [str(rules.post(m).office) for m in outside if m] or [p for p in (rules.office(office).parent,) if p]
    found = posts_of(offices[0]) if offices else []
    return found or [OPERATOR]


def ping(ctx: Context, office: str, actor: Actor | None) -> Ping:
    """Ask an office to answer; None as the actor is the directive's own interval. One question at a time is open.

    Raises Misuse on an unknown office; Refused when it is asked already, or when the actor may not.
    """
    rules = directive.current()
    found = rules.office(office)
    if actor is not None:
        _may_ask(actor, office)
    now = ctx.now()
    due = clocks.end_of_day((now + timedelta(days=found.answer_days)).date())
    try:
        with transaction.atomic():
            row = Ping.objects.create(office=office, asked_at=now, answer_due=due)
            body = {"ping": row.pk, "office": office, "answer_due": iso(due), "by": actor.body() if actor else None}
            enter(ctx, kind="office.asked", body=body)
            for post in posts_of(office) or [OPERATOR]:
                outbox.write(ctx, None, f"ping-{row.pk}", post, _asks(found, due))
    except IntegrityError:
        running = Ping.objects.get(office=office, answered_at=None)
        raise Refused(
            f"The office {office} was asked on {running.asked_at:%Y-%m-%d} and has not answered yet",
            todo="Wait for its answer, or name a successor: tocsin people hold POST NAME",
        ) from None
    outbox.deliver_after(ctx)
    return row


def answer(ctx: Context, office: str, actor: Actor) -> Ping:
    """Answer for an office, under one of its posts: it is fresh from now. Raises Refused when it was not asked."""
    rules = directive.current()
    rules.office(office)
    may(actor, "read").enforce()
    if rules.post(actor.post).office != office:
        raise Refused(f"{actor.post} does not sit in the office {office}", todo="Only its own posts answer for it")
    with transaction.atomic():
        row = Ping.objects.select_for_update().filter(office=office, answered_at=None).first()
        if row is None:
            raise Refused(f"The office {office} was not asked, or has answered", todo="See tocsin people offices")
        row.answered_at, row.answered_post = ctx.now(), actor.post
        row.save()
        body = {"ping": row.pk, "office": office, "was_stale": row.stale_at is not None, "by": actor.body()}
        enter(ctx, kind="office.answered", body=body)
        if row.stale_at is not None:
            for post in managers_of(office):
                outbox.write(ctx, None, f"ping-{row.pk}.fresh", post, _fresh(rules.office(office), row))
    outbox.deliver_after(ctx)
    return row


def run_due(ctx: Context) -> dict[str, list[str]]:
    """Ask every office whose interval is over and record every silence that is; return the offices of both."""
    return {"asked": _ask_due(ctx), "stale": _silences(ctx)}


def next_due(office: Office) -> datetime | None:
    """Return when an office is to be asked next; None while it is asked, or while nobody but the operator sits in it.

    Counted from its last asking, or, before the first, from when somebody first held one of its posts.
    """
    last = Ping.objects.filter(office=office.id).order_by("id").last()
    if last is not None and last.answered_at is None:
        return None
    named = Holding.objects.filter(post__in=posts_of(office.id), until=None).exclude(person__username=OPERATOR)
    first = named.order_by("since").first()
    if first is None:
        return None
    return (last.asked_at if last else first.since) + timedelta(days=office.ping_days)


def _ask_due(ctx: Context) -> list[str]:
    asked = []
    for office in directive.current().offices:
        due = next_due(office)
        if due is not None and due <= ctx.now():
            ping(ctx, office.id, None)
            asked.append(office.id)
    return asked


def _silences(ctx: Context) -> list[str]:
    found = []
    known = {o.id: o for o in directive.current().offices}
    for number in Ping.objects.filter(answered_at=None, stale_at=None, answer_due__lte=ctx.now()).values_list(
        "pk", flat=True
    ):
        with transaction.atomic():
            row = Ping.objects.select_for_update().get(pk=number)
            if row.answered_at is not None or row.stale_at is not None:
                continue
            row.stale_at = ctx.now()
            row.save()
            office = known.get(row.office)
            if office is None:  # a directive without it is in force: nobody is asked for what is no office any more
                continue
            asked = managers_of(office.id)
            body = {"ping": row.pk, "office": office.id, "asked_at": iso(row.asked_at), "successor_asked_of": asked}
            enter(ctx, kind="office.stale", body=body)
            for post in asked:
                outbox.write(ctx, None, f"ping-{row.pk}.stale", post, _stale(office, row))
            for firing in evaluate(tripwires.get(TRIPWIRE), [_asked(office, row)], ctx.now()):
                warning = {**asdict(firing), "warning_id": firing.warning_id, "fired_at": ctx.now()}
                receive(ctx, {**warning, "as_of": f"{ctx.now():%Y-%m-%d}"}, f"pings up to {ctx.now():%Y-%m-%d}")
            found.append(office.id)
    return found


def _asked(office: Office, row: Ping) -> dict[str, Any]:
    before = Ping.objects.filter(office=office.id).exclude(answered_at=None).order_by("answered_at").last()
    return {
        "office": office.id,
        "name": office.name,
        "asked_on": row.asked_at.date(),
        "answer_by": (row.answer_due - timedelta(days=1)).date(),
        "last_answer": before.answered_at.date() if before and before.answered_at else None,
    }


def _may_ask(actor: Actor, office: str) -> None:
    """Anybody with a tier may ask an office to answer, and whoever may change what stands of it."""
    if directive.current().post(actor.post).tier is None:
        may_change(actor, office).enforce()
    else:
        may(actor, "read").enforce()


def _asks(office: Office, due: datetime) -> tuple[str, str]:
    subject = f"{office.name}: please answer by {letters.until(due)}"
    return subject, (
        "This asks whether the office can be reached. One answer, by any of its posts, is enough:\n"
        f"tocsin people answer {office.id} --by POST, or the page /people.\n"
        "Without one the office is marked stale and its line manager is asked for a successor.\n"
    )


def _stale(office: Office, row: Ping) -> tuple[str, str]:
    subject = f"{office.name} has not answered: please name a successor"
    return subject, (
        f"It was asked on {letters.when(row.asked_at)} and had until {letters.until(row.answer_due)}.\n"
        "Nobody writes to it again because of this. Name who takes over each of its posts:\n"
        "tocsin people hold POST NAME, or the page /people.\n"
    )


def _fresh(office: Office, row: Ping) -> tuple[str, str]:
    return f"{office.name} has answered", f"It answered on {letters.when(row.answered_at or row.asked_at)}.\n"
