"""The story at docket level (issue, point 11): a bell, two silent clocks, tier 5, a decision with reasons."""

from __future__ import annotations

import pytest

from response.docket.desk import by, in_days, kinds, weighed
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.response.docket import acts, show
from tocsin.response.docket.models import Item, Lapse
from tocsin.response.docket.tick import tick

pytestmark = pytest.mark.django_db(transaction=True)


def test_silence_carries_an_alert_to_the_principal_who_decides(ctx: Context, clock: FixedClock) -> None:
    item = acts.ring_bell(ctx, "Sudan", "Convoys north of El Fasher since Friday", by("analyst"))
    due = item.decision_due
    assert (item.level, item.tier, item.owner_post) == ("alert", 3, "desk_officer")

    clock.move(hours=72)
    first = tick(ctx)
    assert first.moved == [
        {"item": item.pk, "place_id": "SDN", "from_tier": 3, "to_tier": 4, "at": "2026-11-26T12:00:00Z"}
    ]
    clock.move(hours=120)
    assert [m["to_tier"] for m in tick(ctx).moved] == [5]

    shown = show.item(item.pk, ctx.now())
    assert (shown["tier"], shown["owner"], shown["state"]) == (5, "principal", "open")
    assert [(la["clock"], la["tier"], la["posts"]) for la in shown["lapses"]] == [
        ("delivery", 3, ["desk_officer"]),
        ("delivery", 4, ["deputies"]),
    ]
    assert {c["name"]: c["state"] for c in shown["clocks"]} == {"delivery": "running", "decision": "running"}
    assert Item.objects.get(pk=item.pk).decision_due == due

    acts.decide(
        ctx, item.pk, by("principal"), kind="act", reasons="On the bell: two readers confirm it.",
        options=["D01", "D03"], dissent="The deputies would wait.", review_on=in_days(ctx, 14), **weighed(item.pk),
    )  # fmt: skip
    shown = show.item(item.pk, ctx.now())
    assert shown["state"] == "acting"
    assert {c["name"]: c["state"] for c in shown["clocks"]}["decision"] == "met"
    assert [c["option_id"] for c in sorted(shown["commitments"], key=lambda c: c["id"])] == ["D01", "D03"]
    assert shown["decision"]["cites"] == [shown["warnings"][0]["warning_id"]]
    assert shown["decision"]["via"] == "cli"
    assert shown["decision"]["signed"] is False
    assert shown["decision"]["person"] is None
    assert shown["trace"]["broken"] == []
    assert kinds(item.pk) == {"item.opened": 1, "clock.lapsed": 2, "item.decided": 1}
    told = {m["to"] for m in shown["messages"]}
    assert {"desk_officer", "deputies", "principal"} <= told
    assert all(m["delivered_at"] for m in shown["messages"])


def test_total_silence_ends_in_a_published_lapse_that_stays(ctx: Context, clock: FixedClock) -> None:
    """M26: the lapse is in the record and cannot be deleted."""
    item = acts.ring_bell(ctx, "SDN", "Convoys", by("analyst"))
    clock.move(days=40)
    done = tick(ctx)
    item.refresh_from_db()
    assert item.state == "lapsed"
    assert [la["at_ceiling"] for la in done.lapses] == [False, False, True, True]
    with pytest.raises(Exception, match="append-only"):
        Lapse.objects.all().delete()
    assert tick(ctx).lapses == []
    # Late is better than never: the principal can still decide, and the lapse stays.
    acts.decide(
        ctx,
        item.pk,
        by("principal"),
        kind="decline",
        reasons="W1: two readers confirm it",
        review_on=in_days(ctx, 9),
        **weighed(item.pk, decline=True),
    )
    shown = show.item(item.pk, ctx.now())
    assert shown["state"] == "declined"
    decision = next(c for c in shown["clocks"] if c["name"] == "decision")
    assert decision["state"] == "lapsed"
    assert decision["answered_at"] is not None
    assert len(shown["lapses"]) == 4


def test_an_acknowledged_item_still_lapses_when_nobody_decides(ctx: Context, clock: FixedClock) -> None:
    """Rule 7: two clocks. Acknowledging stops delivery; after the decision clock each tier has its hours."""
    item = acts.ring_bell(ctx, "SDN", "Convoys", by("analyst"))
    acts.acknowledge(ctx, item.pk, by("desk_officer"))
    clock.move(hours=263)
    assert tick(ctx).lapses == []
    clock.move(hours=1)
    done = tick(ctx)
    assert [(la["clock"], la["tier"]) for la in done.lapses] == [("decision", 3)]
    assert [m["to_tier"] for m in done.moved] == [4]
    acts.acknowledge(ctx, item.pk, by("deputies"))
    clock.move(hours=120)
    assert [(la["clock"], la["tier"]) for la in tick(ctx).lapses] == [("decision", 4)]
    clock.move(hours=72)
    assert [(la["clock"], la["tier"], la["at_ceiling"]) for la in tick(ctx).lapses] == [("delivery", 5, True)]
    item.refresh_from_db()
    assert item.state == "lapsed"


def test_an_emergency_tells_three_tiers_and_gives_the_top_one_day(ctx: Context, clock: FixedClock) -> None:
    from response.docket.desk import Run, warning

    acts.take_run(ctx, Run("r1", [warning(ctx, level="emergency")]))
    item = Item.objects.get()
    assert item.tier == 5
    step = item.steps.get()
    assert {"desk_officer", "deputies", "principal"} <= set(step.posts)
    assert {m.to_post for m in item.messages.all()} >= {"desk_officer", "deputies", "principal"}
    clock.move(hours=24)
    done = tick(ctx)
    assert [(la["clock"], la["at_ceiling"]) for la in done.lapses] == [("delivery", True), ("decision", True)]
    assert done.moved == []


def test_a_watch_ends_at_tier_two_and_in_the_digest_of_the_tier_above(ctx: Context, clock: FixedClock) -> None:
    from response.docket.desk import Run, warning
    from tocsin.response.docket.models import Message

    acts.take_run(ctx, Run("r1", [warning(ctx, level="watch")]))
    clock.move(days=5)
    tick(ctx)
    item = Item.objects.get()
    assert (item.tier, item.state) == (2, "lapsed")
    assert not Message.objects.filter(key__startswith="digest").exists(), "the week is not over"
    clock.move(days=2)
    tick(ctx)
    digest = Message.objects.get(key__startswith="digest")
    assert digest.to_post == "desk_officer"
    assert "Sudan" in digest.body
    clock.move(days=30)
    tick(ctx)
    assert Message.objects.filter(key__startswith="digest").count() == 1
