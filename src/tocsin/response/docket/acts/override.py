"""A rank set by hand: with reasons, by the rank rule, showing the order before; it ends when the item is decided."""

from __future__ import annotations

from datetime import timedelta

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.words import said, substantial
from tocsin.response.docket import deputies, ranked
from tocsin.response.docket.acts.turn import turn
from tocsin.response.docket.models import Override
from tocsin.response.docket.rank import answering
from tocsin.response.register.people import Actor
from tocsin.response.register.record import enter

MOST_DAYS, SHOWN = 30, 50


def override(ctx: Context, number: int, actor: Actor, *, rank: int, reasons: str, days: int = 14) -> Override:
    """Put an undecided item at a rank for so many days. The row and the entry hold the order before and after.

    Raises Refused without reasons, below the item's tier, when it is decided, or on a rank or days that are none.
    """
    reasons = said(reasons)
    with turn(ctx, number) as item:
        actor = answering(actor, "override", item, ctx.now())
        if item.state not in ranked.UNDECIDED:
            raise Refused(f"Item {number} is {item.state}: only what awaits a decision has a rank")
        if not substantial(reasons):
            raise Refused("A rank is set by hand with reasons", todo="Write them in a sentence: --reasons TEXT")
        if rank < 1:
            raise Refused(f"There is no rank {rank}", todo="1 is first")
        if not 0 < days <= MOST_DAYS:
            raise Refused(f"A rank set by hand holds 1 to {MOST_DAYS} days, not {days}")
        before = ranked.standing(ctx).items
        Override.objects.filter(item=item, withdrawn_at=None).update(withdrawn_at=ctx.now())
        row = Override.objects.create(
            item=item,
            rank=rank,
            reasons=reasons,
            at=ctx.now(),
            expires_at=ctx.now() + timedelta(days=days),
            post=actor.post,
            person=actor.person,
            directive_version=directive.current().version,
            before=[r.facts.number for r in before[:SHOWN]],
        )
        after = ranked.standing(ctx).items
        row.after = [r.facts.number for r in after[:SHOWN]]
        was = next(r for r in before if r.facts.number == number)
        body = {
            "rank": rank,
            "was": was.rank,
            "by_rule": was.by_rule,
            "points": was.total,
            "why": was.why,
            "reasons": reasons,
            "before": row.before,
            "after": row.after,
            "expires_at": iso(row.expires_at),
            "by": actor.body(),
        }
        row.ledger_seq = enter(ctx, kind="rank.set", item=item.pk, body=body).seq
        row.save()
        deputies.keep(ctx, item, actor, "override", row.ledger_seq)
    return row


def withdraw(ctx: Context, number: int, actor: Actor, *, reasons: str) -> Override:
    """Take a rank set by hand back: the item stands where the rule puts it. Raises Refused when there is none."""
    reasons = said(reasons)
    with turn(ctx, number) as item:
        actor = answering(actor, "override", item, ctx.now())
        row = Override.objects.filter(item=item, withdrawn_at=None, expires_at__gt=ctx.now()).order_by("id").last()
        if row is None:
            raise Refused(f"Item {number} has no rank set by hand")
        if not substantial(reasons):
            raise Refused("A rank is taken back with reasons", todo="Write them in a sentence: --reasons TEXT")
        row.withdrawn_at = ctx.now()
        row.save()
        body = {"rank": row.rank, "reasons": reasons, "by": actor.body()}
        entry = enter(ctx, kind="rank.withdrawn", item=item.pk, body=body)
        deputies.keep(ctx, item, actor, "override", entry.seq)
    return row
