"""Acting for a post nobody of which is there: under one's own name and post, and only then."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from response.docket.desk import Run, by, in_days, warning, weighed
from tocsin.catalog import directive
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import acts, adoption, deputies, show
from tocsin.response.docket.models import Decision, Item
from tocsin.response.docket.models_deciding import ActedFor
from tocsin.response.docket.rank import may_answer
from tocsin.response.docket.tick import tick
from tocsin.response.register import people
from tocsin.response.register.models import Holding, LedgerBody, Person, Shift
from tocsin.response.register.people import Actor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def at_home(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """The directive is that of this test's home."""
    monkeypatch.setenv("TOCSIN_HOME", str(ctx.settings.home))


WHY = "W1: two readers confirm it"


def at(ctx: Context, post: str, name: str = "") -> Actor:
    """The holder of a post at the desk, who signs."""
    person, _ = Person.objects.get_or_create(username=name or f"p_{post}")
    Holding.objects.get_or_create(person=person, post=post, until=None, defaults={"since": ctx.now()})
    return Actor(post=post, person=person, via="desk", signed=True)


@pytest.fixture
def item(ctx: Context) -> Item:
    """A question that stands with the desk officer, whose deputy is the joint office."""
    acts.take_run(ctx, Run("r1", [warning(ctx)]))
    return Item.objects.get()


def decide(ctx: Context, item: Item, who: Actor, **more: object) -> Decision:
    said = {"kind": "act", "options": ["D01"], "reasons": WHY, "review_on": in_days(ctx, 9), **weighed(item.pk)}
    return acts.decide(ctx, item.pk, who, **{**said, **more})  # type: ignore[arg-type]


def shift(ctx: Context, who: Actor, post: str, *, days: int = 0) -> Shift:
    start = ctx.now() + timedelta(days=days, hours=-1)
    return Shift.objects.create(post=post, person=who.person, starts_at=start, ends_at=start + timedelta(days=1))


def test_while_its_holder_is_there_a_deputy_acknowledges_and_does_not_decide(ctx: Context, item: Item) -> None:
    at(ctx, "desk_officer")
    deputy = at(ctx, "joint_office")
    done = acts.acknowledge(ctx, item.pk, deputy)
    assert (done.post, done.acting_for, done.item.owner_post) == ("joint_office", "desk_officer", "desk_officer")
    with pytest.raises(Refused, match=r"deputises for desk_officer and may acknowledge; to decide, nobody of") as told:
        decide(ctx, item, deputy)
    assert told.value.todo == "Ask desk_officer"
    row = ActedFor.objects.get()
    assert (row.act, row.acted_for, row.post, row.person) == (
        "acknowledge",
        "desk_officer",
        "joint_office",
        deputy.person,
    )
    assert "may always acknowledge" in row.why
    with pytest.raises(Exception, match="append-only"):
        ActedFor.objects.update(acted_for="principal")


def test_when_nobody_holds_the_post_its_deputy_decides_under_their_own_name(ctx: Context, item: Item) -> None:
    deputy = at(ctx, "joint_office")
    decision = decide(ctx, item, deputy)
    assert (decision.post, decision.person, decision.tier) == ("joint_office", deputy.person, 3)
    entered = json.loads(LedgerBody.objects.get(pk=decision.ledger_seq).body)["by"]
    assert (entered["post"], entered["person"], entered["acting_for"]) == (
        "joint_office",
        "p_joint_office",
        "desk_officer",
    )
    assert "nobody holds the post of desk_officer" in entered["acting_why"]
    item.refresh_from_db()
    assert (item.owner_post, item.state) == ("desk_officer", "acting")
    shown = show.item(item.pk, ctx.now())
    assert [(a["act"], a["post"], a["acting_for"]) for a in shown["acted_for"]] == [
        ("decide", "joint_office", "desk_officer")
    ]
    assert shown["trace"]["broken"] == []
    assert {m.subject.partition(": ")[2] for m in item.messages.filter(key__contains="decision")} == {
        "joint_office, acting for desk_officer decided to act"
    }


def test_the_operator_who_stands_in_is_nobody_of_the_post(ctx: Context, item: Item) -> None:
    deputy = at(ctx, "joint_office")
    people.ensure_operator(ctx)
    assert people.holders("desk_officer")
    assert deputies.absent("desk_officer", ctx.now())
    assert decide(ctx, item, deputy).post == "joint_office"


def test_off_duty_is_absent_and_on_duty_is_not(ctx: Context, item: Item, clock: FixedClock) -> None:
    officer, deputy = at(ctx, "desk_officer"), at(ctx, "joint_office")
    shift(ctx, officer, "desk_officer")
    assert not may_answer(deputy, "decide", item, ctx.now()).allowed
    clock.move(hours=30)
    verdict = may_answer(deputy, "decide", item, ctx.now())
    assert (verdict.allowed, verdict.acting_for) == (True, "desk_officer")
    assert "nobody who holds the post of desk_officer is on duty" in verdict.rule
    # The deputy's own watch over the post is no watch of its holder.
    shift(ctx, deputy, "desk_officer")
    assert may_answer(deputy, "decide", item, ctx.now()).allowed


def test_the_rank_rule_is_that_of_the_post_acted_for(ctx: Context, item: Item, clock: FixedClock) -> None:
    low, high = at(ctx, "joint_office"), at(ctx, "acting_principal")
    clock.move(hours=73)
    tick(ctx)
    with pytest.raises(Refused, match=r"no tier below the item's|decides nothing"):
        acts.acknowledge(ctx, item.pk, low)
    decision = decide(
        ctx, item, high, kind="defer", options=[], review_on=None, defer_to=in_days(ctx, 2), rejected={}, answers={}
    )
    assert (decision.tier, decision.post) == (5, "acting_principal")


def test_a_body_is_acted_for_by_nobody_and_a_recusal_goes_before(ctx: Context, item: Item) -> None:
    officer, deputy = at(ctx, "desk_officer"), at(ctx, "joint_office")
    acts.recuse(ctx, item.pk, deputy, reasons="My brother commands the garrison there")
    Holding.objects.filter(person=officer.person).update(until=ctx.now())
    with pytest.raises(Refused, match="is recused from item"):
        decide(ctx, item, deputy)
    assert not [p for p in deputies.of(at(ctx, "deputy_legal"), item) if p.body]


def test_who_holds_the_post_acts_under_it_and_one_hand_is_one_voice(ctx: Context, item: Item) -> None:
    """The holder who is off duty has no second voice as their own deputy."""
    both = at(ctx, "joint_office", "ada")
    at(ctx, "desk_officer", "ada")
    shift(ctx, both, "desk_officer", days=-9)
    assert deputies.absent("desk_officer", ctx.now())
    assert deputies.of(both, item) == []
    assert not may_answer(both, "decide", item, ctx.now()).allowed


def test_a_directive_may_let_deputies_act_at_any_time(ctx: Context) -> None:
    found = directive.find("2")
    text = found.text.replace('version: "2"', 'version: "mine-1"')
    text = text.replace("deputies: [joint_office]", "deputies: [joint_office]\n    deputies_act: always")
    adoption.adopt(ctx, found._replace(version="mine-1", text=text), by("operator"))
    acts.take_run(ctx, Run("r1", [warning(ctx)]))
    item = Item.objects.get(directive_version="mine-1")
    at(ctx, "desk_officer")
    decision = decide(ctx, item, at(ctx, "joint_office"))
    assert decision.post == "joint_office"
    assert "by the directive the deputies of desk_officer act at any time" in ActedFor.objects.get().why


def test_by_command_line_too(ctx: Context, item: Item) -> None:
    assert acts.acknowledge(ctx, item.pk, by("joint_office")).item.owner_post == "desk_officer"
    assert decide(ctx, item, by("joint_office")).os_user == "joint_office"
    assert list(ActedFor.objects.values_list("act", "acted_for")) == [
        ("acknowledge", "desk_officer"),
        ("decide", "desk_officer"),
    ]
