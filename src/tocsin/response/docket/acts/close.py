"""Look at a decision again, and close an item. Nothing closes without a decision or a lapse.

An item that was decided to act closes on evidence that it was done, or on a review that says how far it was not: both
are rows that stay, and whoever closes says which it is.
"""

from __future__ import annotations

from datetime import date, timedelta

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import said
from tocsin.response.docket import deputies, outbox
from tocsin.response.docket.acts.propose import who
from tocsin.response.docket.acts.turn import turn
from tocsin.response.docket.models import Item, Lapse
from tocsin.response.docket.models_deciding import Review
from tocsin.response.docket.rank import DECIDED, answering
from tocsin.response.register.people import Actor
from tocsin.response.register.record import enter

FOUND = [choice.value for choice in Review.Found]
HOW = f"Say --found {', '.join(FOUND)}"


def review(
    ctx: Context, number: int, actor: Actor, *, reasons: str, review_on: date | None = None, found: str = ""
) -> Item:
    """Record that a decision was looked at again and stands; the next review is due by the directive or as given.

    ``found`` says how far what was decided was done (done, partly, not_done). To change the decision, decide anew: the
    later one supersedes. Raises Refused when nothing is decided, without reasons, below the item's tier, or when the
    next date is past or over the cap; Misuse for another word in ``found``.
    """
    reasons = said(reasons)
    with turn(ctx, number) as item:
        actor = answering(actor, "review", item, ctx.now())
        if item.state not in DECIDED:
            raise Refused(f"Item {number} is {item.state}: there is no decision to review", todo="Decide it")
        if not reasons:
            raise Refused("A review says what was found", todo="Write --reasons")
        _check_found(item, found)
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
            "found": found or None,
            "reasons": reasons,
            "was_due": str(before) if before else None,
            "next": str(following),
            "by": actor.body(),
        }
        entry = enter(ctx, kind="item.reviewed", item=item.pk, body=body)
        _keep(ctx, item, actor, found, reasons, seq=entry.seq, next_on=following)
        return item


def close(ctx: Context, number: int, actor: Actor, *, reasons: str, found: str = "") -> Item:
    """Close an item that was decided to act or decline, or that lapsed at its ceiling; its record stays.

    Of a decision to act ``found`` says how far it was done: ``done`` needs the evidence of every commitment, anything
    less is a review of its own. Raises Refused while it is undecided, while it is deferred, while a commitment is
    neither shown to be done nor recorded as lapsed, without reasons, or below the item's tier.
    """
    reasons = said(reasons)
    with turn(ctx, number) as item:
        actor = answering(actor, "close", item, ctx.now())
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
        _check_kept(item, found)
        before = item.state
        item.state, item.closed_at = Item.State.CLOSED, ctx.now()
        item.save(update_fields=["state", "closed_at"])
        outbox.withdraw(ctx, item)
        body = {"from": before, "found": found or None, "reasons": reasons, "by": actor.body()}
        entry = enter(ctx, kind="item.closed", item=item.pk, body=body)
        _keep(ctx, item, actor, found, reasons, seq=entry.seq, closes=True)
        return item


def _check_found(item: Item, found: str) -> None:
    if found and found not in FOUND:
        raise Misuse(f"{found!r} is no finding of a review", todo=HOW)
    if found and item.state != Item.State.ACTING:
        raise Refused(f"Item {item.pk} was not decided to act: there was nothing to do", todo="Leave --found out")


def _check_kept(item: Item, found: str) -> None:
    """Refuse to close what runs, and a word on the doing that the evidence does not bear out."""
    lapsed = set(Lapse.objects.filter(item=item, clock="commitment").values_list("commitment_id", flat=True))
    # Cancelled with the consent it needs, a commitment is no longer under way; it was not done all the same.
    lapsed |= set(item.commitments.filter(cancellings__agreed=True).values_list("pk", flat=True))
    open_ones = list(item.commitments.filter(done_at=None))
    running = [c.pk for c in open_ones if c.pk not in lapsed]
    if running:
        numbers = ", ".join(map(str, running))
        raise Refused(
            f"Item {item.pk} has commitments under way: {numbers}", todo="Show them done, or wait until they are due"
        )
    _check_found(item, found)
    if item.state != Item.State.ACTING:
        return
    if not found:
        raise Refused(f"Item {item.pk} was decided to act and closes on what was found of the doing", todo=HOW)
    if found == Review.Found.DONE and open_ones:
        numbers = ", ".join(str(c.pk) for c in open_ones)
        raise Refused(
            f"Commitments {numbers} are not shown to be done", todo="Show their evidence, or say --found partly"
        )


def _keep(
    ctx: Context,
    item: Item,
    actor: Actor,
    found: str,
    reasons: str,
    *,
    seq: int,
    next_on: date | None = None,
    closes: bool = False,
) -> None:
    deputies.keep(ctx, item, actor, "close" if closes else "review", seq)
    Review.objects.create(
        item=item,
        decision=item.decisions.order_by("id").last(),
        found=found,
        reasons=reasons,
        next_on=next_on,
        closes=closes,
        at=ctx.now(),
        ledger_seq=seq,
        **who(actor),
    )
