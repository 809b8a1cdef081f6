"""Taking no part: the duty goes on, every act of the recused is refused, and no decision clock moves."""

from __future__ import annotations

import pytest

from response.docket.desk import Run, by, in_days, kinds, warning, weighed
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import acts, show
from tocsin.response.docket.models import Item
from tocsin.response.docket.tick import tick
from tocsin.response.register import people

pytestmark = pytest.mark.django_db(transaction=True)

WHY = "W1: two readers confirm it"
BECAUSE = "My brother commands the garrison there"


@pytest.fixture
def item(ctx: Context) -> Item:
    acts.take_run(ctx, Run("r1", [warning(ctx)]))
    return Item.objects.get()


def test_a_recused_officers_duty_goes_to_the_one_named_for_it(ctx: Context, item: Item, clock: FixedClock) -> None:
    due = item.decision_due
    with pytest.raises(Refused, match="says why"):
        acts.recuse(ctx, item.pk, by("desk_officer"), reasons="no")
    with pytest.raises(Refused, match="cannot recuse principal"):
        acts.recuse(ctx, item.pk, by("desk_officer"), post="principal", reasons=BECAUSE)
    clock.move(hours=1)
    row, now = acts.recuse(ctx, item.pk, by("desk_officer"), reasons=BECAUSE)
    assert (row.to_post, now.owner_post, now.tier, now.decision_due) == ("joint_office", "joint_office", 3, due)
    assert {m.to_post for m in item.messages.filter(key__contains="rung-2")} >= {"joint_office"}
    assert item.steps.order_by("id").last().delivery_due == item.steps.order_by("id").first().delivery_due
    words = {"kind": "act", "options": ["D01"], "reasons": WHY, "review_on": in_days(ctx, 9), **weighed(item.pk)}
    mine = {"type": "cannot", "sphere": "political", "by": "The ministry", "why": WHY, "evidence": WHY}
    refused = [
        lambda: acts.acknowledge(ctx, item.pk, by("desk_officer")),
        lambda: acts.decide(ctx, item.pk, by("desk_officer"), **words),
        lambda: acts.block(ctx, item.pk, by("desk_officer"), workaround=WHY, option="D01", **mine),
        lambda: acts.close(ctx, item.pk, by("desk_officer"), reasons="It is over now"),
        lambda: acts.dissent(ctx, item.pk, by("desk_officer"), reasons="I do not agree with it"),
    ]
    for attempt in refused:
        with pytest.raises(Refused, match="is recused from item"):
            attempt()
    assert acts.acknowledge(ctx, item.pk, by("joint_office")).post == "joint_office"
    decision = acts.decide(ctx, item.pk, by("joint_office"), **words)
    assert decision.post == "joint_office"
    with pytest.raises(Refused, match="is recused"):
        acts.complete(ctx, item.commitments.get().pk, by("desk_officer"), "Cable 7")
    assert kinds(item.pk)["item.recused"] == 1
    assert show.item(item.pk, ctx.now())["recusals"][0]["to"] == "joint_office"


def test_a_recusal_that_leaves_nobody_sends_the_item_up_at_once(ctx: Context, item: Item) -> None:
    due = item.decision_due
    acts.recuse(ctx, item.pk, by("joint_office"), reasons=BECAUSE)
    _, now = acts.recuse(ctx, item.pk, by("desk_officer"), reasons=BECAUSE)
    assert (now.tier, now.owner_post, now.decision_due, now.state) == (4, "deputies", due, "open")
    with pytest.raises(Refused, match="recused from item"):
        acts.acknowledge(ctx, item.pk, by("joint_office"))


def test_a_body_with_too_few_left_gives_it_to_the_one_named_for_it(ctx: Context, item: Item, clock: FixedClock) -> None:
    clock.move(hours=73)
    tick(ctx)
    acts.recuse(ctx, item.pk, by("deputy_legal"), reasons=BECAUSE)
    assert Item.objects.get(pk=item.pk).tier == 4
    _, now = acts.recuse(ctx, item.pk, by("deputy_political"), reasons=BECAUSE)
    assert (now.tier, now.owner_post, now.decision_due) == (5, "principal", item.decision_due)


def test_one_who_stands_in_is_told_when_the_item_climbs_to_a_recused_post(
    ctx: Context, item: Item, clock: FixedClock
) -> None:
    acts.recuse(ctx, item.pk, by("principal"), reasons=BECAUSE)
    clock.move(hours=72 + 120 + 1)
    tick(ctx)
    now = Item.objects.get(pk=item.pk)
    assert (now.tier, now.owner_post) == (5, "acting_principal")
    assert item.messages.filter(to_post="acting_principal", asks=True).exists()
    acts.acknowledge(ctx, item.pk, by("acting_principal"))


def test_at_the_top_with_nobody_left_it_stays_to_lapse_in_public(ctx: Context, clock: FixedClock) -> None:
    acts.take_run(ctx, Run("r1", [warning(ctx, level="emergency")]))
    item = Item.objects.get()
    acts.recuse(ctx, item.pk, by("acting_principal"), reasons=BECAUSE)
    acts.recuse(ctx, item.pk, by("principal"), reasons=BECAUSE)
    assert item.messages.filter(key__contains="nobody-left").exists()
    clock.move(hours=25)
    assert {la["at_ceiling"] for la in tick(ctx).lapses} == {True}


def test_at_the_desk_the_person_is_recused_whichever_post_they_act_under(ctx: Context, item: Item) -> None:
    operator = people.ensure_operator(ctx)
    at = people.Actor("desk_officer", operator, "desk", signed=True)
    acts.recuse(ctx, item.pk, at, reasons=BECAUSE)
    with pytest.raises(Refused, match="is recused from item"):
        acts.acknowledge(ctx, item.pk, people.Actor("principal", operator, "desk"))
    ada = people.add(ctx, "ada", "Ada Example", by("operator"))
    people.hold(ctx, "principal", ada, by("operator"))
    assert acts.acknowledge(ctx, item.pk, people.Actor("principal", ada, "desk")).first


def test_the_operator_recuses_one_holder_with_reasons(ctx: Context, item: Item) -> None:
    people.hold(ctx, "desk_officer", people.add(ctx, "ada", "Ada Example", by("operator")), by("operator"))
    with pytest.raises(Refused, match="does not hold"):
        acts.recuse(ctx, item.pk, by("operator"), post="desk_officer", person="bob", reasons=BECAUSE)
    row, now = acts.recuse(ctx, item.pk, by("operator"), post="desk_officer", person="ada", reasons=BECAUSE)
    assert (row.to_post, now.owner_post) == ("joint_office", "joint_office")
    with pytest.raises(Refused, match="already"):
        acts.recuse(ctx, item.pk, by("operator"), post="desk_officer", person="ada", reasons=BECAUSE)
