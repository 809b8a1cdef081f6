"""A home whose questions run under two versions of the directive: each by its own, the house by the one in force."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from response.docket.desk import Run, by, in_days, warning, weighed
from tocsin.catalog import directive
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.response.docket import acts, adoption, ranked, sitting
from tocsin.response.docket.models import Item, Message
from tocsin.response.docket.tick import tick
from tocsin.response.oversight import entries, figures, latency, story
from tocsin.response.register import people
from tocsin.response.register.models import Person

pytestmark = pytest.mark.django_db(transaction=True)

HEIRS = {"desk_officer": "coordinator", "deputies": "board", "principal": "board", "analyst": "monitor",
         "second_reader": "monitor", "mission_head": "coordinator"}  # fmt: skip
WHY = "W1: two readers confirm it"


@pytest.fixture
def both(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> tuple[Item, Item]:
    """A question under the default directive, and one under that of a coalition, adopted while the first runs."""
    return opened(ctx, monkeypatch)


def opened(ctx: Context, monkeypatch: pytest.MonkeyPatch, *, also: bool = False) -> tuple[Item, Item]:
    monkeypatch.setenv("TOCSIN_HOME", str(ctx.settings.home))
    people.ensure_operator(ctx)
    acts.take_run(ctx, Run("r1", [warning(ctx, "SDN", "watch"), *([warning(ctx, "KEN")] if also else [])]))
    adoption.adopt(ctx, directive.find("coalition"), by("operator"), successors=HEIRS)
    assert directive.current().version == "coalition-1"
    acts.take_run(ctx, Run("r2", [warning(ctx, "MMR", "watch")]))
    old, new = Item.objects.get(place_id="SDN"), Item.objects.get(place_id="MMR")
    assert (old.directive_version, new.directive_version) == ("2", "coalition-1")
    return old, new


def told() -> list[Any]:
    return list(story.stories(entries.from_register().entries).values())


def test_a_warning_whose_tripwire_names_posts_of_today_joins_an_item_of_yesterday(
    ctx: Context, both: tuple[Item, Item]
) -> None:
    """The posts told are those that the item's version has; a post it has not would stop the warning."""
    old, new = both
    for place in ("SDN", "MMR"):
        grave = warning(ctx, place, "emergency", "2026-03", kind="report", tripwire_id="report_emergency")
        acts.take_run(ctx, Run(f"r-{place}", [grave]))
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.level, old.tier, old.owner_post) == ("emergency", 5, "principal")
    assert {"desk_officer", "principal"} <= set(old.steps.order_by("id").last().posts)
    assert (new.level, new.tier) == ("emergency", directive.version("coalition-1").level("emergency").entry)
    assert not {"desk_officer", "principal"} & set(new.steps.order_by("id").last().posts)


@pytest.mark.parametrize("held", [True, False])
def test_the_weekly_digest_goes_by_the_version_of_each_lapse(
    ctx: Context, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, held: bool
) -> None:
    """To the tier its own version tells; where nobody is left in that, to those whom today's would tell."""
    old, new = both = opened(ctx, monkeypatch, also=held)
    # The desk officer of the earlier version stays for as long as a question stands with them.
    assert bool(people.holders("desk_officer")) is held
    clock.move(days=21)
    tick(ctx)
    digests = {m.to_post: m.body for m in Message.objects.filter(key__startswith="digest-watch")}
    today = directive.current()
    for item in both:
        assert item.lapses.filter(at_ceiling=True, tier=2).exists()
    for post in today.posts_of(today.digest.to_tier):
        assert f"Item {new.pk}," in digests[post]
        assert (f"Item {old.pk}," in digests[post]) is not held
    assert ("desk_officer" in digests) is held
    if held:
        assert f"Item {old.pk}," in digests["desk_officer"]
        assert f"Item {new.pk}," not in digests["desk_officer"]


def test_the_tables_of_latency_name_the_hours_and_offices_of_each(ctx: Context, both: tuple[Item, Item]) -> None:
    old, new = both
    for item in both:
        acts.acknowledge(ctx, item.pk, by(item.owner_post))
    hours = sorted({directive.version(i.directive_version).level("watch").decision_hours for i in both})
    row = next(r for r in latency.by_step(told(), {}, ctx.now()) if (r["level"], r["n"] > 0) == ("watch", True)
               and r["allowed"])  # fmt: skip
    assert row["allowed"] == hours
    offices = {r["office"] for r in latency.by_office(told())}
    for item in both:
        assert directive.version(item.directive_version).post(item.steps.get().acknowledged_post).office in offices
    posts = {r["post"]: r["office"] for r in latency.by_post(told())}
    assert posts["analyst"] == directive.version("2").post("analyst").office
    first = next(t for t in figures.tiers() if t["tier"] == old.tier)
    ran = {directive.version(i.directive_version).tier(old.tier).hours for i in both if i.tier == old.tier}
    assert first["allowed"] == sorted(ran)
    assert new.pk


def test_the_order_of_work_is_the_rule_in_force_for_all(ctx: Context, both: tuple[Item, Item]) -> None:
    standing = ranked.standing(ctx)
    assert standing.version == "coalition-1"
    assert {r.facts.number for r in standing.items} == {i.pk for i in both}


def test_a_body_of_an_earlier_version_keeps_its_sheet(ctx: Context, both: tuple[Item, Item]) -> None:
    assert sitting.of_body(ctx, "deputies")["quorum"] == directive.version("2").body("deputies").quorum
    assert Person.objects.filter(username="operator").exists()


def test_the_outcome_is_asked_for_when_the_items_own_version_says(
    ctx: Context, both: tuple[Item, Item], clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = {i.pk: directive.version(i.directive_version).decisions.outcome_after_days for i in both}
    for item in both:
        owner = item.owner_post
        said = {"kind": "decline", "reasons": WHY, "review_on": in_days(ctx, 9), **weighed(item.pk, decline=True)}
        acts.decide(ctx, item.pk, by(owner), **said)
        acts.close(ctx, item.pk, by(owner), reasons="It is over")
    clock.move(hours=24 * min(days.values()) - 1)
    tick(ctx)
    assert not Message.objects.filter(key__contains=".outcome.").exists()
    clock.move(hours=2)
    tick(ctx)
    asked = set(Message.objects.filter(key__contains=".outcome.").values_list("item_id", flat=True))
    assert asked == {pk for pk, after in days.items() if timedelta(days=after) <= timedelta(days=min(days.values()))}
