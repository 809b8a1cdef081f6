"""Acknowledge: one person has it. The delivery clock stops for everybody; the decision clock runs on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import deputies, ladder, letters, outbox
from tocsin.response.docket.acts.turn import turn
from tocsin.response.docket.models import Item
from tocsin.response.docket.rank import acting_as, answering
from tocsin.response.register.people import Actor
from tocsin.response.register.record import enter


@dataclass(frozen=True)
class Acknowledged:
    """Who stopped the delivery clock, for whom, when, and whether it was this call that did."""

    item: Item
    post: str
    at: datetime
    first: bool
    acting_for: str = ""


def acknowledge(ctx: Context, number: int, actor: Actor) -> Acknowledged:
    """Acknowledge the item on the rung it stands on; the post becomes its owner.

    The same post acknowledging again changes nothing. Raises Refused when another post was first, when the post
    stands below the item's tier, or when there is nothing to acknowledge.
    """
    with turn(ctx, number) as item:
        actor = answering(actor, "acknowledge", item, ctx.now())
        step = ladder.standing_step(item)
        if step.acknowledged_at is not None and step.acknowledged_post == actor.post:
            return Acknowledged(item, actor.post, step.acknowledged_at, first=False)
        if step.acknowledged_at is not None:
            raise Refused(
                f"Item {number} was acknowledged by {step.acknowledged_post} at {iso(step.acknowledged_at)}: "
                "that stopped the clock for all",
                todo=f"Decide it, or speak to {step.acknowledged_post}",
            )
        if item.state not in (Item.State.OPEN, Item.State.LAPSED):
            raise Refused(f"Item {number} is {item.state}: no delivery clock is running", todo="See tocsin docket show")
        step.acknowledged_at, step.acknowledged_post = ctx.now(), actor.post
        step.save(update_fields=["acknowledged_at", "acknowledged_post"])
        outbox.withdraw(ctx, item)
        item.owner_post = acting_as(actor, item)
        item.save(update_fields=["owner_post"])
        body = {"by": actor.body(), "tier": step.tier, "told": step.posts, "decision_due": iso(item.decision_due)}
        entry = enter(ctx, kind="item.acknowledged", item=item.pk, body=body)
        deputies.keep(ctx, item, actor, "acknowledge", entry.seq)
        for post in step.posts:
            if post != actor.post:
                outbox.write(
                    ctx,
                    item,
                    f"item-{item.pk}.rung-{item.steps.count()}.acknowledged",
                    post,
                    letters.acknowledged(item, letters.by(actor.post, actor.duty)),
                )
        return Acknowledged(item, actor.post, step.acknowledged_at, first=True, acting_for=actor.acting_for)
