"""Promises with a date: commitments, reviews, and a deferral whose day has come. Run by ``ladder.settle``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.core.clock import iso
from tocsin.response.bulk import grouped
from tocsin.response.docket import clocks, letters, silent
from tocsin.response.docket.lapses import Moves, record_lapse
from tocsin.response.docket.models import Cancelling, Commitment, Decision, Item, Lapse
from tocsin.response.docket.sheet import Case, Sheet

REVIEWED = (Item.State.ACTING, Item.State.DECLINED)


@dataclass(frozen=True)
class Overdue:
    """A promise whose day is over: a commitment, or a review when ``commitment`` is None."""

    due: datetime
    commitment: Commitment | None


def returns(items: Sequence[Item]) -> dict[int, datetime]:
    """Return when each deferred item comes back to its owner: the first moment of the day its last decision names."""
    deferred = [i.pk for i in items if i.state == Item.State.DEFERRED]
    if not deferred:
        return {}
    last = {d.item_id: d.defer_to for d in Decision.objects.filter(item__in=deferred).order_by("id")}
    return {number: clocks.start_of_day(day) for number, day in last.items() if day is not None}


def come_back(sheet: Sheet, case: Case, at: datetime) -> None:
    """Put a deferred item back before its owner when its day begins; it must be decided when that day ends."""
    item = case.item
    item.state = Item.State.OPEN
    case.returns = None
    sheet.changed(item)
    body = {"at": iso(at), "decision_due": iso(item.decision_due), "owner": item.owner_post}
    sheet.enter("item.came_back", item, body)
    letter = letters.overdue(
        item, "decision", f"It was deferred until today. Decide by {letters.when(item.decision_due)}.", at
    )
    told = (letter[0].replace("overdue since", "back on"), letter[1])
    for post in silent.others(sheet.rules(item), item, [item.owner_post]):
        sheet.tell(item, f"item-{item.pk}.back-{at:%Y%m%d}", post, told)


def promises(items: Sequence[Item]) -> dict[int, list[Overdue]]:
    """Return what each item has promised, not kept and not lapsed, earliest first, a commitment before a review."""
    # A closed item has kept or broken its own. What was promised before a deferral is promised still.
    watched = [i for i in items if i.state != Item.State.CLOSED]
    if not watched:
        return {}
    numbers = [i.pk for i in watched]
    broken = grouped(Lapse.objects.filter(item__in=numbers, clock__in=["commitment", "review"]))
    cancelled = Cancelling.objects.filter(commitment__item__in=numbers, agreed=True).values("commitment_id")
    kept = Commitment.objects.filter(item__in=numbers, done_at=None).exclude(pk__in=cancelled)
    made = grouped(kept.order_by("due", "id"))
    found = {}
    for item in watched:
        lapsed = {lapse.commitment_id for lapse in broken.get(item.pk, []) if lapse.clock == "commitment"}
        open_ones = [Overdue(c.due, c) for c in made.get(item.pk, []) if c.pk not in lapsed]
        if item.review_on is not None and item.state in REVIEWED:
            due = clocks.end_of_day(item.review_on)
            if not any(lapse.clock == "review" and lapse.due == due for lapse in broken.get(item.pk, [])):
                open_ones.append(Overdue(due, None))
        found[item.pk] = sorted(open_ones, key=lambda o: o.due)
    return found


def record(sheet: Sheet, case: Case, promise: Overdue) -> Moves:
    """Record the lapse of a commitment or a review and tell its post, the owner and the line manager."""
    item = case.item
    rules = sheet.rules(item)
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
    lapse = record_lapse(sheet, item, clock, tier=tier, posts=[post], due=promise.due, commitment_id=commitment_id)
    case.promises.remove(promise)
    named = dict.fromkeys(p for p in (post, item.owner_post, rules.post(post).line_manager) if p)
    for to in silent.others(rules, item, list(named)):
        sheet.tell(item, key, to, letters.overdue(item, clock, what, promise.due))
    return Moves(lapses=[lapse])
