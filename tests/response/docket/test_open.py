"""Opening and joining: one undecided item a place, levels rise, no decision falls due later, nothing counts twice."""

from __future__ import annotations

import pytest

from response.docket.desk import Run, by, in_days, kinds, rows, warning, weighed
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket import acts, show
from tocsin.response.docket.models import Item, Message, Warning
from tocsin.response.docket.tick import tick
from tocsin.response.register.models import LedgerBody, LedgerEntry

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_run_is_taken_once(ctx: Context) -> None:
    run = Run("r1", [warning(ctx), warning(ctx, "MMR"), warning(ctx, "SDN", period="rise")], cut=[warning(ctx, "KEN")])
    assert acts.take_run(ctx, run) == acts.Taken(opened=2, joined=1, cut=1)
    before = rows()
    assert acts.take_run(ctx, run) == acts.Taken(opened=2, joined=1, cut=1)
    assert rows() == before
    assert kinds() == {"item.opened": 2, "item.joined": 1, "run.taken": 1}


def test_the_same_warning_from_another_run_counts_once(ctx: Context) -> None:
    acts.take_run(ctx, Run("r1", [warning(ctx)]))
    acts.decide(
        ctx,
        Item.objects.get().pk,
        by("desk_officer"),
        kind="decline",
        reasons="W1: two readers confirm it",
        review_on=in_days(ctx, 9),
        **weighed(Item.objects.get().pk, decline=True),
    )
    assert acts.take_run(ctx, Run("r2", [warning(ctx)])) == acts.Taken(opened=0, joined=0, cut=0)
    assert Item.objects.count() == 1
    assert Warning.objects.count() == 1


def test_an_item_says_what_it_stands_on(ctx: Context) -> None:
    acts.take_run(ctx, Run("r1", [warning(ctx)]))
    shown = show.item(Item.objects.get().pk, ctx.now())
    assert shown["evidence_vintage"] == "as of 2026-11-23, newest figure 2026-02"
    assert shown["directive_version"] == "2"
    assert shown["run_id"] == "r1"
    assert [t["track"] for t in shown["tracks"]] == ["prevention", "response"]
    assert all(t["warning"] for t in shown["tracks"]), "M1: warns when a track has no owner"


def test_a_higher_level_raises_and_never_gives_more_time(ctx: Context, clock: FixedClock) -> None:
    acts.take_run(ctx, Run("r1", [warning(ctx, level="watch")]))
    item = Item.objects.get()
    due = item.decision_due
    clock.move(hours=100)
    acts.take_run(ctx, Run("r2", [warning(ctx, level="alert", period="2026-03")]))
    item.refresh_from_db()
    assert (item.level, item.tier, item.ceiling) == ("alert", 3, 5)
    assert item.decision_due == due, "an alert's 264 hours from now would have been later"
    acts.take_run(ctx, Run("r3", [warning(ctx, level="emergency", period="2026-04")]))
    item.refresh_from_db()
    assert (item.level, item.tier) == ("emergency", 5)
    assert item.decision_due <= due
    acts.take_run(ctx, Run("r4", [warning(ctx, level="watch", period="2026-05")]))
    item.refresh_from_db()
    assert item.level == "emergency", "a lower warning joins and lowers nothing"


def test_a_lapsed_watch_that_becomes_an_alert_climbs_on(ctx: Context, clock: FixedClock) -> None:
    acts.take_run(ctx, Run("r1", [warning(ctx, level="watch")]))
    clock.move(days=10)
    tick(ctx)
    acts.take_run(ctx, Run("r2", [warning(ctx, level="alert", period="2026-03")]))
    item = Item.objects.get()
    assert (item.state, item.tier) == ("open", 3)
    clock.move(hours=72 + 120 + 72)
    tick(ctx)
    item.refresh_from_db()
    assert (item.state, item.tier) == ("lapsed", 5)


@pytest.mark.parametrize(("kind", "more"), [("act", {"options": ["D01"]}), ("decline", {})])
def test_after_a_decision_a_new_warning_asks_anew(ctx: Context, clock: FixedClock, kind: str, more: dict) -> None:
    acts.take_run(ctx, Run("r1", [warning(ctx)]))
    first = Item.objects.get()
    acts.decide(
        ctx,
        first.pk,
        by("principal"),
        kind=kind,
        reasons="W1: two readers confirm it",
        review_on=in_days(ctx, 30),
        **weighed(first.pk, decline=kind == "decline"),
        **more,
    )
    before = show.item(first.pk, ctx.now())
    clock.move(days=3)
    second = acts.ring_bell(ctx, "SDN", "It has begun", by("analyst"))
    assert second.pk != first.pk
    assert second.follows_id == first.pk
    after = show.item(first.pk, ctx.now())
    assert after["decisions"] == before["decisions"]
    assert after["followed_by"] == [second.pk]
    assert show.of_place("SDN") == second.pk


def test_a_warning_calls_a_deferred_question_back_and_leaves_no_more_time(ctx: Context, clock: FixedClock) -> None:
    acts.take_run(ctx, Run("r1", [warning(ctx)]))
    item = Item.objects.get()
    acts.decide(
        ctx,
        item.pk,
        by("desk_officer"),
        kind="defer",
        reasons="W1; the envoy reports on Friday",
        defer_to=in_days(ctx, 14),
    )
    item.refresh_from_db()
    deferred_due = item.decision_due
    clock.move(days=1)
    acts.ring_bell(ctx, "SDN", "The envoy was turned back", by("second_reader"))
    item.refresh_from_db()
    assert Item.objects.count() == 1
    assert item.state == "open"
    assert item.decision_due <= deferred_due
    assert [s.why for s in item.steps.all()][-1].endswith("while the question was deferred")


def test_a_silent_source_has_an_item_of_its_own(ctx: Context) -> None:
    silent = {
        "kind": "silence",
        "tripwire_id": "silence_source",
        "source_id": "ucdp_ged",
        "level": "watch",
        "question": "",
    }
    acts.take_run(ctx, Run("r1", [warning(ctx, None, **silent), warning(ctx, None, period="2026-03", **silent)]))
    item = Item.objects.get()
    assert (item.place_id, item.source_id) == ("", "ucdp_ged")
    assert item.warnings.count() == 2
    assert show.item(item.pk, ctx.now())["about"] == "source ucdp_ged"


def test_the_bell_needs_reasons_and_a_place(ctx: Context) -> None:
    with pytest.raises(Refused, match="reason"):
        acts.ring_bell(ctx, "SDN", "  \n", by("analyst"))
    with pytest.raises(Misuse, match="not a place"):
        acts.ring_bell(ctx, "Atlantis", "Convoys", by("analyst"))
    assert Item.objects.count() == 0
    assert LedgerEntry.objects.count() == 0


@pytest.mark.parametrize("post", ["analyst", "overseer", "operator", "principal"])
def test_anybody_may_ring_and_nothing_public_says_who(ctx: Context, post: str) -> None:
    acts.ring_bell(ctx, "SDN", "Convoys", by(post))
    again = acts.ring_bell(ctx, "SDN", "Convoys", by(post))
    assert again.warnings.count() == 1, "the same bell twice is one bell"
    entry = LedgerEntry.objects.get()
    assert post not in entry.leaf
    assert post in LedgerBody.objects.get().body
    warning_row = Warning.objects.get()
    assert post not in f"{warning_row.warning_id} {warning_row.summary} {warning_row.because}"
    if post not in ("principal",):
        assert all(post not in m.body + m.subject for m in Message.objects.exclude(to_post=post))


def test_a_damaged_run_does_not_stop_the_bell(ctx: Context) -> None:
    folder = ctx.settings.home / "runs" / "2026-11-23-0123456789"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("{")
    item = acts.ring_bell(ctx, "SDN", "Convoys", by("analyst"))
    assert item.evidence_vintage == "the latest run is damaged"


def test_no_place_is_exempt(ctx: Context) -> None:
    """Rule 10: the same rules for allies and rivals; every place of the list can be rung on."""
    from tocsin.catalog.geography import places

    for place_id in sorted(places().by_id)[::23]:
        assert acts.ring_bell(ctx, place_id, "Convoys", by("analyst")).tier == 3
