"""A drill on the live system: one marked message to every post by every way it has, and who answers it.

It opens no item and moves no clock. What it finds is entered in the ledger when it is over: who answered after how
long, and who did not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import letters, outbox
from tocsin.response.docket.models import DeliveryDrill, DrillCall, Message, Sending
from tocsin.response.register.people import Actor, may
from tocsin.response.register.record import enter

HOURS = 24
"""How long a post has to answer."""


@dataclass(frozen=True)
class Heard:
    """What a drill has heard of one post."""

    post: str
    answered_at: datetime | None
    minutes: int | None
    via: str
    ways: list[dict[str, Any]]


def call(ctx: Context, actor: Actor, *, post: str | None = None, hours: int = HOURS) -> DeliveryDrill:
    """Send the marked message to every post that a tier owns or may answer, or to one. Returns the drill.

    Raises Refused when the actor may not, or while another drill is open; Misuse on an unknown post.
    """
    may(actor, "assign").enforce()
    rules = directive.current()
    posts = [rules.post(post).id] if post else [p.id for p in rules.posts if p.tier is not None]
    now = ctx.now()
    with transaction.atomic():
        if DeliveryDrill.objects.select_for_update().filter(closed_at=None).exists():
            raise Refused("A drill is open already", todo="Wait for it, or: tocsin drill delivery --close")
        drill = DeliveryDrill.objects.create(started_at=now, by_post=actor.post, answer_by=now + timedelta(hours=hours))
        for called in posts:
            letter = letters.drill(rules.post(called).title, drill.answer_by)
            message = outbox.compose(
                ctx, None, f"drill-{drill.pk}", called, letter, answer_by=drill.answer_by, asks=True, exercise=True
            )
            # Nothing is held back in a drill: what is tried is every way, now.
            message.level = "emergency"
            message.save(force_insert=True)
            DrillCall.objects.create(drill=drill, post=called, message=message)
        body = {"drill": drill.pk, "posts": posts, "answer_by": iso(drill.answer_by), "by": actor.body()}
        enter(ctx, kind="drill.called", body=body)
    outbox.deliver(ctx)
    return drill


def answer(ctx: Context, message: Message, *, via: str) -> bool:
    """Record that a call was answered, once; return whether it was a call. A closed drill hears no more."""
    with transaction.atomic():
        calls = DrillCall.objects.select_for_update().filter(message=message, drill__closed_at=None)
        found = calls.first()
        if found is None:
            return False
        calls.filter(answered_at=None).update(answered_at=ctx.now(), answered_via=via)
        outbox.withdraw_message(ctx, message)
    return True


def waits(message: Message) -> bool:
    """Tell whether a message is a call that an open drill still waits for."""
    return DrillCall.objects.filter(message=message, answered_at=None, drill__closed_at=None).exists()


def heard(drill: DeliveryDrill) -> list[Heard]:
    """Return what was heard of each post, in the order in which they were called."""
    found = []
    for row in drill.calls.select_related("message").prefetch_related("message__sendings").order_by("id"):
        ways = [
            {"channel": s.channel, "state": s.state, "error": s.last_error or None} for s in row.message.sendings.all()
        ]
        minutes = int((row.answered_at - drill.started_at).total_seconds() // 60) if row.answered_at else None
        found.append(Heard(row.post, row.answered_at, minutes, row.answered_via, ways))
    return found


def close(ctx: Context, actor: Actor) -> DeliveryDrill:
    """End the open drill and enter its result. Raises Refused when none is open or the actor may not."""
    may(actor, "assign").enforce()
    with transaction.atomic():
        drill = DeliveryDrill.objects.select_for_update().filter(closed_at=None).first()
        if drill is None:
            raise Refused("No drill is open", todo="Start one: tocsin drill delivery --by operator")
        told = heard(drill)
        body = {
            "drill": drill.pk,
            "started_at": iso(drill.started_at),
            "answered": [{"post": h.post, "minutes": h.minutes, "via": h.via} for h in told if h.answered_at],
            "unanswered": [h.post for h in told if not h.answered_at],
            "ways_failed": [
                {"post": h.post, "channel": w["channel"], "state": w["state"]}
                for h in told
                for w in h.ways
                if w["state"] in (Sending.State.FAILED, Sending.State.WAITING)
            ],
            "by": actor.body(),
        }
        entry = enter(ctx, kind="drill.closed", body=body)
        for row in drill.calls.select_related("message"):
            outbox.withdraw_message(ctx, row.message)
        drill.closed_at, drill.ledger_seq = ctx.now(), entry.seq
        drill.save(update_fields=["closed_at", "ledger_seq"])
    return drill


def unanswered(drill: DeliveryDrill) -> list[str]:
    """Return the posts that did not answer a drill: what the register of gaps reads."""
    return list(drill.calls.filter(answered_at=None).order_by("id").values_list("post", flat=True))
