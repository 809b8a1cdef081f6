"""Reviewing and closing: on evidence of doing, or on a review that says how far it was not done."""

from __future__ import annotations

from typing import Any

import pytest

from response.docket.desk import Run, by, in_days, kinds, warning, weighed
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket import acts, show
from tocsin.response.docket.models import Commitment, Decision, Item
from tocsin.response.docket.tick import tick

pytestmark = pytest.mark.django_db(transaction=True)

WHY = "W1: two readers confirm it"


@pytest.fixture
def item(ctx: Context) -> Item:
    acts.take_run(ctx, Run("r1", [warning(ctx)]))
    return Item.objects.get()


def act(ctx: Context, item: Item) -> Any:
    said = {"kind": "act", "reasons": WHY, "options": ["D01"], "review_on": in_days(ctx, 9), **weighed(item.pk)}
    return acts.decide(ctx, item.pk, by("principal"), **said)


def test_a_review_sets_the_next_one_or_becomes_a_lapse(ctx: Context, item: Item, clock: FixedClock) -> None:
    with pytest.raises(Refused, match="no decision to review"):
        acts.review(ctx, item.pk, by("principal"), reasons="x")
    acts.decide(
        ctx,
        item.pk,
        by("principal"),
        kind="decline",
        reasons=WHY,
        review_on=in_days(ctx, 5),
        **weighed(item.pk, decline=True),
    )
    with pytest.raises(Refused, match="what was found"):
        acts.review(ctx, item.pk, by("principal"), reasons=" ")
    assert acts.review(ctx, item.pk, by("principal"), reasons="Unchanged").review_on == in_days(ctx, 30)
    clock.move(days=31)
    assert [la["clock"] for la in tick(ctx).lapses] == ["review"]


def test_nothing_closes_without_a_decision_or_a_lapse(ctx: Context, item: Item, clock: FixedClock) -> None:
    with pytest.raises(Refused, match="nothing was decided"):
        acts.close(ctx, item.pk, by("principal"), reasons="It is quiet")
    acts.decide(ctx, item.pk, by("desk_officer"), kind="defer", reasons=WHY, defer_to=in_days(ctx, 3))
    with pytest.raises(Refused, match="waits for a decision"):
        acts.close(ctx, item.pk, by("principal"), reasons="It is quiet")
    act(ctx, item)
    with pytest.raises(Refused, match="commitments under way"):
        acts.close(ctx, item.pk, by("principal"), reasons="It is quiet")
    acts.complete(ctx, Commitment.objects.get().pk, by("principal"), "Cable 7")
    with pytest.raises(Refused, match="with reasons"):
        acts.close(ctx, item.pk, by("principal"), reasons="")
    with pytest.raises(Refused, match="on what was found of the doing"):
        acts.close(ctx, item.pk, by("principal"), reasons="It is quiet")
    with pytest.raises(Misuse, match="no finding"):
        acts.close(ctx, item.pk, by("principal"), reasons="It is quiet", found="mostly")
    assert acts.close(ctx, item.pk, by("principal"), reasons="It is quiet", found="done").state == "closed"
    assert [(r.found, r.closes) for r in item.reviews.all()] == [("done", True)]
    with pytest.raises(Refused, match="closed already"):
        acts.close(ctx, item.pk, by("principal"), reasons="again")
    with pytest.raises(Refused, match="is closed"):
        act(ctx, item)
    clock.move(days=400)
    assert tick(ctx).lapses == []


def test_what_was_not_shown_to_be_done_closes_on_a_review_that_says_so(
    ctx: Context, item: Item, clock: FixedClock
) -> None:
    act(ctx, item)
    assert acts.review(ctx, item.pk, by("principal"), reasons="Half of it", found="partly").state == "acting"
    clock.move(days=20)
    tick(ctx)
    with pytest.raises(Refused, match="not shown to be done"):
        acts.close(ctx, item.pk, by("principal"), reasons="It is quiet", found="done")
    acts.close(ctx, item.pk, by("principal"), reasons="The ambassador was never received", found="not_done")
    assert [r["found"] for r in show.item(item.pk, ctx.now())["reviews"]] == ["partly", "not_done"]


def test_closing_needs_a_named_decider_and_reasons_and_every_later_edit_shows(
    ctx: Context, item: Item, clock: FixedClock
) -> None:
    """M8: an escalated item is closed with neither? Refused; and what is changed later is seen."""
    clock.move(hours=73)
    tick(ctx)
    for post, said in (("desk_officer", "stands at tier 4"), ("principal", "nothing was decided")):
        with pytest.raises(Refused, match=said):
            acts.close(ctx, item.pk, by(post), reasons="It is quiet now")
    with pytest.raises(Misuse):
        acts.close(ctx, item.pk, by("nobody_such"), reasons="It is quiet now")
    words = {"kind": "decline", "reasons": WHY, "review_on": in_days(ctx, 5), **weighed(item.pk, decline=True)}
    first = acts.decide(ctx, item.pk, by("principal"), **words)
    with pytest.raises(Refused, match="with reasons"):
        acts.close(ctx, item.pk, by("principal"), reasons=" ")
    second = acts.decide(ctx, item.pk, by("principal"), **{**words, "reasons": "W1 was read again by three readers"})
    shown = show.item(item.pk, ctx.now())["decisions"]
    assert [(d["id"], d["standing"]) for d in shown] == [
        (first.pk, f"superseded by decision {second.pk}"),
        (second.pk, "in force"),
    ]
    assert kinds(item.pk)["item.decided"] == 2
    with pytest.raises(Exception, match="append-only"):
        Decision.objects.filter(pk=second.pk).update(reasons="Nothing was said")


def test_an_item_that_lapsed_undecided_may_be_closed_by_the_top(ctx: Context, item: Item, clock: FixedClock) -> None:
    clock.move(days=30)
    tick(ctx)
    acts.close(ctx, item.pk, by("principal"), reasons="Overtaken by item 9")
    assert show.item(item.pk, ctx.now())["decision"] is None
    assert item.lapses.filter(at_ceiling=True).exists()
