"""Look at a decision again, and close an item. Nothing closes without a decision or a lapse."""

from __future__ import annotations

from datetime import date, timedelta

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.words import said
from tocsin.response.docket import outbox
from tocsin.response.docket.acts.turn import turn
from tocsin.response.docket.models import Item, Lapse
from tocsin.response.docket.rank import DECIDED, may_answer
from tocsin.response.register.people import Actor
from tocsin.response.register.record import enter


def review(ctx: Context, number: int, actor: Actor, *, reasons: str, review_on: date | None = None) -> Item:
    """Record that a decision was looked at again and stands; the next review is due by the directive or as given.

    To change it, decide anew: the later decision supersedes. Raises Refused when nothing is decided, without reasons,
    below the item's tier, or when the next date is past or over the cap.
    """
    reasons = said(reasons)
    with turn(ctx, number) as item:
        may_answer(actor, "review", item).enforce()
        if item.state not in DECIDED:
            raise Refused(f"Item {number} is {item.state}: there is no decision to review", todo="Decide it")
        if not reasons:
            raise Refused("A review says what was found", todo="Write --reasons")
        rules = directive.version(item.directive_version).decisions
        today = ctx.now().date()
        following = review_on or today + timedelta(days=rules.review_default_days)
        last = today + timedelta(days=rules.review_cap_days)
        if not today < following <= last:
            raise Refused(
                f"The next review cannot be on {following}", todo=f"Choose a day after {today}, {last} at the latest"
            )
        before, item.review_on = item.review_on, following
        item.save(update_fields=["review_on"])
        body = {
            "reasons": reasons,
            "was_due": str(before) if before else None,
            "next": str(following),
            "by": actor.body(),
        }
        enter(ctx, kind="item.reviewed", item=item.pk, body=body)
        return item


def close(ctx: Context, number: int, actor: Actor, *, reasons: str) -> Item:
    """Close an item that was decided to act or decline, or that lapsed at its ceiling; its record stays.

    Raises Refused while it is undecided, while it is deferred, while a commitment is neither shown to be done nor
    recorded as lapsed, without reasons, or below the item's tier.
    """
    reasons = said(reasons)
    with turn(ctx, number) as item:
        may_answer(actor, "close", item).enforce()
        if item.state == Item.State.CLOSED:
            raise Refused(f"Item {number} is closed already", where=f"since {iso(item.closed_at)}")
        if item.state not in (*DECIDED, Item.State.LAPSED):
            why = (
                "it waits for a decision"
                if item.state == Item.State.DEFERRED
                else "nothing was decided and its clocks still run"
            )
            raise Refused(f"Item {number} cannot be closed: {why}", todo="Decide to act or to decline")
        if not reasons:
            raise Refused("An item is closed with reasons", todo="Write --reasons")
        lapsed = set(Lapse.objects.filter(item=item, clock="commitment").values_list("commitment_id", flat=True))
        lapsed |= set(item.commitments.filter(cancellings__agreed=True).values_list("pk", flat=True))
        running = [c.pk for c in item.commitments.filter(done_at=None) if c.pk not in lapsed]
        if running:
            numbers = ", ".join(map(str, running))
            raise Refused(
                f"Item {number} has commitments under way: {numbers}", todo="Show them done, or wait until they are due"
            )
        before = item.state
        item.state, item.closed_at = Item.State.CLOSED, ctx.now()
        item.save(update_fields=["state", "closed_at"])
        outbox.withdraw(ctx, item)
        enter(ctx, kind="item.closed", item=item.pk, body={"from": before, "reasons": reasons, "by": actor.body()})
        return item
