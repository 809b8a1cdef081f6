"""Promises with a date: commitments, reviews, and a deferral whose day has come. Run by ``ladder.settle``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.response.docket import clocks, letters, outbox
from tocsin.response.docket.lapses import Moves, record_lapse
from tocsin.response.docket.models import Commitment, Item, Lapse
from tocsin.response.register.record import enter

WATCHED = (Item.State.ACTING, Item.State.DECLINED)


@dataclass(frozen=True)
class Overdue:
    """A promise whose day is over: a commitment, or a review when ``commitment`` is None."""

    due: datetime
    commitment: Commitment | None


def returns_on(item: Item) -> date | None:
    """Return the day a deferred item comes back to its owner; None when it is not deferred or is back already."""
    if item.state != Item.State.DEFERRED:
        return None
    last = item.decisions.order_by("id").last()
    return last.defer_to if last is not None else None


def come_back(ctx: Context, item: Item, at: datetime) -> None:
    """Put a deferred item back before its owner when its day begins; it must be decided when that day ends."""
    item.state = Item.State.OPEN
    item.save()
    enter(
        ctx,
        kind="item.came_back",
        item=item.pk,
        body={"at": iso(at), "decision_due": iso(item.decision_due), "owner": item.owner_post},
    )
    letter = letters.overdue(
        item, "decision", f"It was deferred until today. Decide by {letters.when(item.decision_due)}.", at
    )
    outbox.write(
        ctx,
        item,
        f"item-{item.pk}.back-{at:%Y%m%d}",
        item.owner_post,
        (letter[0].replace("overdue since", "back on"), letter[1]),
    )


def next_overdue(item: Item) -> Overdue | None:
    """Return the earliest commitment or review of an item that has no lapse yet and was not kept; None without any."""
    if item.state not in WATCHED:
        # Undecided items have made no promise, and a closed one has kept or broken its own.
        return None
    found: list[Overdue] = []
    lapsed = set(Lapse.objects.filter(item=item, clock="commitment").values_list("commitment_id", flat=True))
    for commitment in item.commitments.filter(done_at=None).exclude(pk__in=lapsed).order_by("due", "id")[:1]:
        found.append(Overdue(commitment.due, commitment))
    if item.review_on is not None:
        due = clocks.end_of_day(item.review_on)
        if not Lapse.objects.filter(item=item, clock="review", due=due).exists():
            found.append(Overdue(due, None))
    return min(found, key=lambda o: o.due) if found else None


def record(ctx: Context, item: Item, promise: Overdue) -> Moves:
    """Record the lapse of a commitment or a review and tell its post, the owner and the line manager."""
    rules = directive.version(item.directive_version)
    if promise.commitment is not None:
        post, clock = promise.commitment.post, "commitment"
        what = f"Not shown to be done: {promise.commitment.what}"
        key = f"item-{item.pk}.commitment-{promise.commitment.pk}.overdue"
    else:
        post, clock = item.owner_post, "review"
        what = "The decision was to be looked at again and was not."
        key = f"item-{item.pk}.review-{promise.due:%Y%m%d}.overdue"
    tier = rules.post(post).tier or item.tier
    commitment_id = promise.commitment.pk if promise.commitment else None
    lapse = record_lapse(ctx, item, clock, tier=tier, posts=[post], due=promise.due, commitment_id=commitment_id)
    for to in dict.fromkeys(p for p in (post, item.owner_post, rules.post(post).line_manager) if p):
        outbox.write(ctx, item, key, to, letters.overdue(item, clock, what, promise.due))
    return Moves(lapses=[lapse])
