"""The ladder: an item enters a rung, silence carries it up, the ceiling ends it in a published lapse.

Everything here runs inside the caller's transaction, with the item's row locked. ``settle`` brings one item up to a
moment: it records every clock that ran out before it, each at its own due and in order, each with one ledger entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.bulk import grouped
from tocsin.response.docket import clocks, letters, overdue, silent
from tocsin.response.docket.lapses import Moves, record_lapse
from tocsin.response.docket.models import Item, Step
from tocsin.response.docket.sheet import Case, Sheet


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
    sheet = Sheet(ctx)
    case = cases([item])[0]
    step = _enter(sheet, case, tier, entered, why, due=due, also=also)
    sheet.flush()
    return step


def _enter(
    sheet: Sheet,
    case: Case,
    tier: int,
    entered: datetime,
    why: str,
    *,
    due: datetime | None = None,
    also: Iterable[str] = (),
) -> Step:
    item = case.item
    rules = sheet.rules(item)
    if case.step is not None:
        sheet.left(case.step, entered)
    due = due or clocks.delivery_due(rules, item.level, tier, entered)
    owner = rules.tier(tier).owner
    # Where the owner is recused, somebody else has the duty: they own what stands here, and are told.
    owner = item.stand_ins.get(owner) or owner
    told = silent.others(rules, item, list(dict.fromkeys([*rules.told(item.level, tier), *also, owner])))
    step = Step(item_id=item.pk, tier=tier, posts=told, why=why[:120], entered_at=entered, delivery_due=due)
    sheet.new_steps.append(step)
    case.step, case.rungs = step, case.rungs + 1
    item.tier = tier
    item.owner_post = owner
    sheet.changed(item)
    key = f"item-{item.pk}.rung-{case.rungs}"
    for post in told:
        answers = rules.post(post).tier == tier or post == owner
        letter = letters.must_answer if answers else letters.told_too
        sheet.tell(item, key, post, letter(item, rules, tier, due, why), answer_by=due, asks=answers)
    return step


def cases(items: Sequence[Item]) -> list[Case]:
    """Return items with all that their clocks hang on, in as many queries for a thousand as for one."""
    # Clocks hang on when a rung is due and was answered, never on whom it told or why.
    rows = Step.objects.filter(item__in=[i.pk for i in items]).order_by("id").defer("posts", "why", "entered_at")
    steps = grouped(rows)
    back, promised = overdue.returns(items), overdue.promises(items)
    found = []
    for item in items:
        rungs = steps.get(item.pk, [])
        standing_on = [s for s in rungs if s.left_at is None]
        found.append(
            Case(
                item=item,
                step=standing_on[-1] if standing_on else None,
                rungs=len(rungs),
                returns=back.get(item.pk),
                promises=promised.get(item.pk, []),
            )
        )
    return found


def settle(ctx: Context, items: Iterable[Item], now: datetime) -> Moves:
    """Record everything that ran out up to ``now`` on these items, each in the order in which it ran out.

    Also brings ``next_due`` up to date. Writes nothing when nothing did. The items are locked by the caller.
    """
    moves, sheet = Moves(), Sheet(ctx)
    for case in cases(list(items)):
        first, ran_out = _first(case)
        while first is not None and first <= now:
            moves += _happen(sheet, case, first, ran_out)
            first, ran_out = _first(case)
        if case.item.next_due != first:
            case.item.next_due = first
            sheet.changed(case.item)
    sheet.flush()
    return moves


def next_due(item: Item) -> datetime | None:
    """Return the next moment at which a clock of an item runs out, as its rows say now; None when none runs."""
    return _first(cases([item])[0])[0]


def keep_due(number: int) -> None:
    """Bring ``next_due`` of an item up to date after an act: the last thing in the act's transaction."""
    item = Item.objects.get(pk=number)
    due = next_due(item)
    if due != item.next_due:
        Item.objects.filter(pk=number).update(next_due=due)


def _first(case: Case) -> tuple[datetime | None, clocks.RunOut | None]:
    """Return the next moment at which anything happens to a case, and what its ladder does next."""
    assert case.step is not None, f"item {case.item.pk} stands on no rung"
    ran_out = clocks.next_run_out(standing(case.item, case.step))
    moments = [ran_out.at if ran_out else None, case.returns, case.promises[0].due if case.promises else None]
    return min((m for m in moments if m is not None), default=None), ran_out


def _happen(sheet: Sheet, case: Case, first: datetime, ran_out: clocks.RunOut | None) -> Moves:
    """Record what happens at the first moment of a case."""
    if case.returns == first:
        overdue.come_back(sheet, case, first)
        return Moves()
    if ran_out is not None and ran_out.at == first:
        return _run_out(sheet, case, ran_out)
    return overdue.record(sheet, case, case.promises[0])


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


def _run_out(sheet: Sheet, case: Case, event: clocks.RunOut) -> Moves:
    """Record one moment at which clocks ran out; climb, or publish at the ceiling."""
    item, step = case.item, case.step
    assert step is not None
    rules = sheet.rules(item)
    silent = rules.posts_of(event.tier)
    moves = Moves()
    for clock in event.clocks:
        moves.lapses.append(
            record_lapse(
                sheet,
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
    sheet.step(step)
    if "decision" in event.clocks:
        item.decision_lapsed = True
    if item.state == Item.State.DEFERRED:
        item.state, case.returns = Item.State.OPEN, None
    if event.exhausted:
        item.state = Item.State.LAPSED
    sheet.changed(item)
    if event.climb_to is not None:
        failed_to = "decide" if "decision" in event.clocks else "acknowledge"
        named = ", ".join(letters.title(rules, post) for post in silent)
        why = f"tier {event.tier} ({named}) did not {failed_to} by {letters.when(event.at)}"
        _enter(sheet, case, event.climb_to, event.at, why)
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
