"""Surge mode: declared and ended with reasons by the posts the directive names, capped."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.words import said, substantial
from tocsin.response.docket import letters, outbox
from tocsin.response.docket.models import Surge
from tocsin.response.register.people import Actor, Verdict, may
from tocsin.response.register.record import enter


def standing(ctx: Context) -> Surge | None:
    """Return the surge in force now; None without one. It ends by itself at its cap."""
    return Surge.objects.filter(ended_at=None, expires_at__gt=ctx.now()).order_by("id").last()


def may_declare(actor: Actor) -> Verdict:
    """Judge whether an actor may declare or end a surge."""
    held = may(actor, "read")
    named = directive.current().surge.declared_by
    if not held.allowed or actor.post in named:
        return held
    return Verdict(
        False,
        f"A surge is declared and ended by {', '.join(named) or 'nobody'}, by the directive",
        f"Ask {', '.join(named)}" if named else "Name the posts under surge in the directive",
    )


def declare(ctx: Context, actor: Actor, *, reasons: str, days: int | None = None) -> Surge:
    """Declare a surge for so many days, the directive's cap at most. Raises Refused."""
    rules = directive.current().surge
    may_declare(actor).enforce()
    reasons = _reasons(reasons)
    length = rules.cap_days if days is None else days
    if not 0 < length <= rules.cap_days:
        raise Refused(f"A surge lasts 1 to {rules.cap_days} days, not {length}", todo="Declare it anew when it is over")
    with transaction.atomic():
        running = standing(ctx)
        if running is not None:
            raise Refused(f"A surge is in force until {iso(running.expires_at)}", todo="End it first")
        row = Surge.objects.create(
            declared_at=ctx.now(),
            declared_post=actor.post,
            reasons=reasons,
            expires_at=ctx.now() + timedelta(days=length),
        )
        body = {"surge": row.pk, "reasons": reasons, "expires_at": iso(row.expires_at), "by": actor.body()}
        enter(ctx, kind="surge.declared", body=body)
        _tell(ctx, row, "declared", reasons)
    outbox.deliver_after(ctx)
    return row


def end(ctx: Context, actor: Actor, *, reasons: str) -> Surge:
    """End the surge in force. Raises Refused when there is none, without reasons, or when the actor may not."""
    may_declare(actor).enforce()
    reasons = _reasons(reasons)
    with transaction.atomic():
        row = standing(ctx)
        if row is None:
            raise Refused("No surge is in force")
        row = Surge.objects.select_for_update().get(pk=row.pk)
        row.ended_at, row.ended_post, row.ended_reasons = ctx.now(), actor.post, reasons
        row.save()
        enter(ctx, kind="surge.ended", body={"surge": row.pk, "reasons": reasons, "by": actor.body()})
        _tell(ctx, row, "ended", reasons)
    outbox.deliver_after(ctx)
    return row


def _reasons(text: str) -> str:
    reasons = said(text)
    if not substantial(reasons):
        raise Refused("A surge is declared and ended with reasons", todo="Write them in a sentence: --reasons TEXT")
    return reasons


def _tell(ctx: Context, row: Surge, what: str, reasons: str) -> None:
    subject = f"Surge {what}" + (f", until {letters.when(row.expires_at)}" if what == "declared" else "")
    body = f"{reasons}\n\nIn a surge no task of prevention is cancelled without the agreement of a named senior.\n"
    for post in directive.current().surge.tell:
        outbox.write(ctx, None, f"surge-{row.pk}.{what}", post, (subject, body))
