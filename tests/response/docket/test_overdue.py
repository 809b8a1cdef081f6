"""What was promised is promised still, whatever becomes of the question it was promised on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from response.docket.desk import Run, by, in_days, warning, weighed
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import acts, ladder
from tocsin.response.docket.models import Commitment, Item, Lapse, Message
from tocsin.response.docket.tick import tick

pytestmark = pytest.mark.django_db

WHY = "W1: two readers confirm it"


def acted(ctx: Context) -> Item:
    """A question that was decided to act on, with one commitment due in five days."""
    acts.take_run(ctx, Run("r1", [warning(ctx)]))
    item = Item.objects.get()
    said = {"kind": "act", "reasons": WHY, "options": ["D01"], "review_on": in_days(ctx, 5)}
    acts.decide(ctx, item.pk, by("desk_officer"), **said, **weighed(item.pk))
    Commitment.objects.update(due=ctx.now() + (in_days(ctx, 5) - ctx.now().date()))
    return item


def lapses() -> list[tuple[str, int | None]]:
    return list(Lapse.objects.filter(clock="commitment").values_list("clock", "commitment_id"))


@pytest.mark.parametrize("state", ["open", "deferred", "lapsed", "declined"])
def test_a_commitment_lapses_on_its_day_in_whatever_state_its_question_is(
    ctx: Context, clock: FixedClock, state: str
) -> None:
    """Today a decided question is never put off again; a register from before that rule holds such rows."""
    item = acted(ctx)
    made = Commitment.objects.get()
    Item.objects.filter(pk=item.pk).update(state=state, review_on=None, decision_due=ctx.now() + timedelta(days=60))
    ladder.keep_due(item.pk)
    item.refresh_from_db()
    assert item.next_due == ladder.next_due(item) == made.due, "the commitment is what runs out first"
    clock.move(days=6)
    tick(ctx)
    assert lapses() == [("commitment", made.pk)]
    lapse = Lapse.objects.get(clock="commitment")
    assert (lapse.due, lapse.ledger_seq is not None) == (made.due, True)
    assert Message.objects.filter(key__contains=f"commitment-{made.pk}.overdue", to_post=made.post).exists()
    item.refresh_from_db()
    assert item.state == state, "a broken promise decides nothing"


def test_a_decided_question_is_not_put_off_around_its_commitments(ctx: Context, clock: FixedClock) -> None:
    item = acted(ctx)
    with pytest.raises(Refused, match="is decided and cannot be deferred"):
        acts.decide(ctx, item.pk, by("desk_officer"), kind="defer", reasons=WHY, defer_to=in_days(ctx, 12))
    acts.decide(
        ctx, item.pk, by("desk_officer"), kind="decline", reasons=WHY, review_on=in_days(ctx, 30),
        **weighed(item.pk, decline=True),
    )  # fmt: skip
    clock.move(days=6)
    tick(ctx)
    assert len(lapses()) == 1, "a decision that supersedes the first takes nothing of it back"


def test_a_question_that_lapsed_closes_once_its_commitment_has(ctx: Context, clock: FixedClock) -> None:
    item = acted(ctx)
    Item.objects.filter(pk=item.pk).update(state="lapsed", review_on=None)
    ladder.keep_due(item.pk)
    with pytest.raises(Refused, match="commitments under way"):
        acts.close(ctx, item.pk, by("principal"), reasons="Nobody answered it")
    clock.move(days=6)
    acts.close(ctx, item.pk, by("principal"), reasons="Nobody answered, and the promise was broken")
    item.refresh_from_db()
    assert (item.state, item.next_due) == ("closed", None)
    assert len(lapses()) == 1
