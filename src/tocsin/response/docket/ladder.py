"""The ladder: an item enters a rung, silence carries it up, the ceiling ends it in a published lapse.

Everything here runs inside the caller's transaction, with the item's row locked. ``settle`` brings one item up to a
moment: it records every clock that ran out before it, each at its own due and in order, each with one ledger entry.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import clocks, letters, outbox, overdue
from tocsin.response.docket.lapses import Moves, record_lapse
from tocsin.response.docket.models import Item, Step


def lock(number: int) -> Item:
    """Return an item with its row locked until the transaction ends. Raises Refused when there is none."""
    try:
        return Item.objects.select_for_update().get(pk=number)
    except Item.DoesNotExist:
        raise Refused(f"There is no docket item {number}", todo="See tocsin docket list") from None


def standing_step(item: Item) -> Step:
    """Return the rung the item stands on."""
    step = item.steps.filter(left_at=None).order_by("id").last()
    assert step is not None, f"item {item.pk} stands on no rung"
    return step


def enter_rung(
    ctx: Context,
    item: Item,
    tier: int,
    entered: datetime,
    why: str,
    *,
    due: datetime | None = None,
    also: Iterable[str] = (),
) -> Step:
    """Put the item on a rung, start its delivery clock, give it to the rung's owner and tell who must be told.

    ``due`` is set when a clock already running falls due earlier than a fresh one; ``also`` are posts that the
    tripwire names beside those of the rung.
    """
    rules = directive.version(item.directive_version)
    item.steps.filter(left_at=None).update(left_at=entered)
    due = due or clocks.delivery_due(rules, item.level, tier, entered)
    told = list(dict.fromkeys([*rules.told(item.level, tier), *also]))
    step = Step.objects.create(item=item, tier=tier, posts=told, why=why[:120], entered_at=entered, delivery_due=due)
    item.tier = tier
    item.owner_post = rules.tier(tier).owner
    item.save()
    key = f"item-{item.pk}.rung-{item.steps.count()}"
    for post in told:
        letter = letters.must_answer if rules.post(post).tier == tier else letters.told_too
        outbox.write(ctx, item, key, post, letter(item, tier, due, why))
    return step


def settle(ctx: Context, item: Item, now: datetime) -> Moves:
    """Record everything that ran out up to ``now``, in the order in which it ran out. Nothing when nothing did."""
    moves = Moves()
    while True:
        step = standing_step(item)
        ran_out = clocks.next_run_out(standing(item, step))
        day = overdue.returns_on(item)
        returns = clocks.start_of_day(day) if day is not None else None
        kept = overdue.next_overdue(item)
        moments = [
            m
            for m in (ran_out.at if ran_out else None, returns, kept.due if kept else None)
            if m is not None and m <= now
        ]
        if not moments:
            return moves
        first = min(moments)
        if returns is not None and returns == first:
            overdue.come_back(ctx, item, returns)
        elif ran_out is not None and ran_out.at == first:
            moves += _run_out(ctx, item, step, ran_out)
        else:
            assert kept is not None
            moves += overdue.record(ctx, item, kept)


def standing(item: Item, step: Step) -> clocks.Standing:
    """Return what the clocks need to know of an item."""
    return clocks.Standing(
        state=item.state,
        level=item.level,
        tier=item.tier,
        ceiling=item.ceiling,
        step_due=step.delivery_due,
        acknowledged=step.acknowledged_at is not None,
        step_lapsed=step.lapsed,
        decision_due=item.decision_due,
        decision_lapsed=item.decision_lapsed,
    )


def _run_out(ctx: Context, item: Item, step: Step, event: clocks.RunOut) -> Moves:
    """Record one moment at which clocks ran out; climb, or publish at the ceiling."""
    rules = directive.version(item.directive_version)
    silent = rules.posts_of(event.tier)
    moves = Moves()
    for clock in event.clocks:
        moves.lapses.append(
            record_lapse(
                ctx,
                item,
                clock,
                tier=event.tier,
                posts=silent,
                due=event.at,
                at_ceiling=event.at_ceiling,
                climb_to=event.climb_to,
            )
        )
    step.lapsed = True
    step.save(update_fields=["lapsed"])
    if "decision" in event.clocks:
        item.decision_lapsed = True
    if item.state == Item.State.DEFERRED:
        item.state = Item.State.OPEN
    if event.exhausted:
        item.state = Item.State.LAPSED
    item.save()
    if event.climb_to is not None:
        failed_to = "decide" if "decision" in event.clocks else "acknowledge"
        named = ", ".join(letters.title(item, post) for post in silent)
        why = f"tier {event.tier} ({named}) did not {failed_to} by {letters.when(event.at)}"
        enter_rung(ctx, item, event.climb_to, event.at, why)
        moves.moved.append(
            {
                "item": item.pk,
                "place_id": item.place_id or None,
                "from_tier": event.tier,
                "to_tier": event.climb_to,
                "at": iso(event.at),
            }
        )
    return moves
