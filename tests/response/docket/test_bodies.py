"""Deciding as a body: nothing below the quorum takes effect, in whatever order people speak, recuse and go silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from response.docket.desk import Run, by, in_days, kinds, rows, warning, weighed
from tocsin.catalog import directive
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Refused, TocsinError
from tocsin.response.docket import acts, bodies, show, sitting
from tocsin.response.docket.models import Decision, Item, Lapse
from tocsin.response.docket.models_deciding import Concurrence
from tocsin.response.docket.tick import tick
from tocsin.response.register import people

pytestmark = pytest.mark.django_db(transaction=True)

WHY = "W1: two readers confirm it"
MINUTES = "Political and operations heard the desk officer; legal asked for the cable"
MEMBERS = ["deputy_political", "deputy_operations", "deputy_legal"]


@pytest.fixture
def item(ctx: Context, clock: FixedClock) -> Item:
    """A question that stands before the deputies, of whom two of three decide."""
    acts.take_run(ctx, Run("r1", [warning(ctx)]))
    clock.move(hours=73)
    tick(ctx)
    return Item.objects.get(tier=4)


def put(ctx: Context, item: Item, post: str = "deputy_political", **words: Any) -> Any:
    said = {"kind": "act", "reasons": WHY, "options": ["D01"], "review_on": in_days(ctx, 9), "minutes": MINUTES}
    return acts.propose(ctx, item.pk, by(post), **{**said, **weighed(item.pk), **words})


def test_the_deputies_decide_two_of_three_and_the_record_says_who(ctx: Context, item: Item, clock: FixedClock) -> None:
    """M31: proposed on minutes, assented to, in effect at the quorum; dissent stays."""
    due = item.decision_due
    with pytest.raises(Refused, match=r"decides as a body: 2 of 3 members say yes.*--minutes"):
        acts.decide(ctx, item.pk, by("deputies"), kind="act", reasons=WHY, options=["D01"], **weighed(item.pk))
    with pytest.raises(Refused, match="decides as a body"):
        acts.decide(ctx, item.pk, by("deputy_legal"), kind="act", reasons=WHY, options=["D01"], **weighed(item.pk))
    with pytest.raises(Refused, match="decides on minutes"):
        put(ctx, item, minutes="")
    proposal, taken = put(ctx, item)
    assert taken is None
    assert not Decision.objects.exists()
    item.refresh_from_db()
    assert (item.decision_due, item.owner_post, item.state) == (due, "deputies", "open")
    assert {m.to_post for m in item.messages.filter(key__contains="proposal")} == {"deputy_operations", "deputy_legal"}
    with pytest.raises(Refused, match="says why"):
        acts.dissent(ctx, item.pk, by("deputy_legal"), reasons="no")
    acts.dissent(ctx, item.pk, by("deputy_legal"), reasons="The cable has not been read yet")
    _, decision = acts.assent(ctx, item.pk, by("deputy_operations"))
    assert decision is not None
    assert (decision.post, decision.tier, decision.proposal_id) == ("deputies", 4, proposal.pk)
    shown = show.item(item.pk, ctx.now())
    assert shown["state"] == "acting"
    told = shown["proposals"][0]
    assert (told["assents"], told["dissents"], told["needed"]) == (
        ["deputy_political", "deputy_operations"],
        ["deputy_legal"],
        2,
    )
    assert [w["reasons"] for w in told["said"] if w["stand"] == "dissent"] == ["The cable has not been read yet"]
    assert kinds(item.pk)["decision.proposed"] == kinds(item.pk)["item.decided"] == 1
    assert (kinds(item.pk)["proposal.assented"], kinds(item.pk)["proposal.dissented"]) == (1, 1)
    with pytest.raises(Exception, match="append-only"):
        Concurrence.objects.filter(stand="dissent").delete()
    sheet = sitting.of_body(ctx, "deputies")
    assert [a["what"] for a in sheet["actions"]] == ["Quiet demarche by ambassador"]
    assert sheet["minutes"][0]["text"] == MINUTES
    assert sheet["agenda"] == []


def test_the_agenda_stands_in_the_order_of_the_docket(ctx: Context, item: Item, clock: FixedClock) -> None:
    """What is worse comes first though it is due later, and a rank set by hand holds here too."""
    acts.take_run(ctx, Run("r2", [warning(ctx, "MMR", "watch", period="later")]))
    watch = Item.objects.get(place_id="MMR")
    soon = ctx.now() + timedelta(hours=1)
    Item.objects.filter(pk=watch.pk).update(owner_post="deputies", decision_due=soon)
    item.refresh_from_db()
    assert item.decision_due > soon or item.decision_lapsed
    assert [i["id"] for i in sitting.of_body(ctx, "deputies")["agenda"]] == [item.pk, watch.pk]
    acts.override(ctx, watch.pk, by("principal"), rank=1, reasons="The envoy lands there tonight.")
    assert [i["id"] for i in sitting.of_body(ctx, "deputies")["agenda"]] == [watch.pk, item.pk]
    assert [i.pk for i in bodies.agenda(ctx, "deputies")] == [watch.pk, item.pk]


def test_a_proposal_stops_no_clock_and_lapses_with_it(ctx: Context, item: Item, clock: FixedClock) -> None:
    proposal, _ = put(ctx, item)
    assert proposal.until == item.decision_due
    assert [i["id"] for i in sitting.of_body(ctx, "deputies")["agenda"]] == [item.pk]
    clock.move(hours=191)
    assert [(la["clock"], la["tier"]) for la in tick(ctx).lapses] == [("decision", 4)]
    with pytest.raises(Refused, match=r"sits in no body|lapsed with the clock"):
        acts.assent(ctx, item.pk, by("deputy_legal"))
    assert not Decision.objects.exists()
    assert Lapse.objects.filter(clock="decision").exists()
    assert "lapsed with the clock" in show.item(item.pk, ctx.now())["proposals"][0]["ended"]


def test_a_word_is_given_once_and_may_be_changed_until_it_takes_effect(ctx: Context, item: Item) -> None:
    put(ctx, item)
    with pytest.raises(Refused, match="has said so already"):
        acts.assent(ctx, item.pk, by("deputy_political"))
    acts.dissent(ctx, item.pk, by("deputy_political"), reasons="On reading the cable I change my mind")
    _, decision = acts.assent(ctx, item.pk, by("deputy_legal"))
    assert decision is None, "the first assent was taken back: one is not two"
    _, decision = acts.assent(ctx, item.pk, by("deputy_operations"))
    assert decision is not None
    with pytest.raises(Refused, match="took effect as decision"):
        acts.assent(ctx, item.pk, by("deputy_political"))
    with pytest.raises(Refused, match="was decided while this form was open"):
        put(ctx, item, post="deputy_legal", saw=0)


def test_one_person_in_two_seats_is_one_voice(ctx: Context, item: Item) -> None:
    operator = people.ensure_operator(ctx)
    people.hold(ctx, "deputy_legal", people.add(ctx, "ada", "Ada Example", by("operator")), by("operator"))
    ada = people.holders("deputy_legal")[0]

    def at(post: str, person: Any) -> people.Actor:
        return people.Actor(post, person, "desk", signed=True)

    said = {"kind": "act", "reasons": WHY, "options": ["D01"], "review_on": in_days(ctx, 9), "minutes": MINUTES}
    with pytest.raises(Refused, match="signed"):
        acts.propose(ctx, item.pk, people.Actor("deputy_political", operator, "desk"), **said, **weighed(item.pk))
    acts.propose(ctx, item.pk, at("deputy_political", operator), **said, **weighed(item.pk))
    _, decision = acts.assent(ctx, item.pk, at("deputy_operations", operator))
    assert decision is None
    with pytest.raises(Refused, match="signed"):
        acts.assent(ctx, item.pk, people.Actor("deputy_legal", ada, "desk"))
    _, decision = acts.assent(ctx, item.pk, at("deputy_legal", ada))
    assert decision is not None
    assert decision.person == operator, "the record names who proposed it"


SPEAK = st.tuples(st.sampled_from(["propose", "assent", "dissent", "recuse", "lapse"]), st.sampled_from(MEMBERS))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(SPEAK, min_size=1, max_size=9))
def test_no_order_of_words_and_recusals_decides_below_the_quorum(
    said: list[tuple[str, str]], ctx: Context, item: Item, clock: FixedClock
) -> None:
    """However members speak and step aside: a decision has two assents of members who are not recused."""
    from django.db import transaction

    with transaction.atomic():
        due = item.decision_due
        for act, post in said:
            try:
                if act == "propose":
                    put(ctx, item, post)
                elif act == "assent":
                    acts.assent(ctx, item.pk, by(post))
                elif act == "dissent":
                    acts.dissent(ctx, item.pk, by(post), reasons="I do not agree with this")
                elif act == "recuse":
                    acts.recuse(ctx, item.pk, by(post), reasons="My brother commands there")
            except TocsinError:
                continue
            now = Item.objects.get(pk=item.pk)
            assert now.decision_due == due, "nothing here moves the decision clock"
        for decision in Decision.objects.filter(item=item, proposal__isnull=False):
            words = {c.post: c.stand for c in decision.proposal.concurrences.filter(at__lte=decision.at).order_by("id")}
            out = {r.recused_post for r in item.recusals.filter(ledger_seq__lt=decision.ledger_seq)}
            assert sum(stand == "assent" and post not in out for post, stand in words.items()) >= 2
        assert Decision.objects.filter(item=item, proposal=None).count() == 0
        if not bodies.standing(Item.objects.get(pk=item.pk), "deputies").possible and not Decision.objects.exists():
            assert Item.objects.get(pk=item.pk).tier == 5, "too few are left: it went up at once"
        transaction.set_rollback(True)


def test_anybody_who_was_told_may_append_a_dissent_while_it_is_open(
    ctx: Context, item: Item, clock: FixedClock
) -> None:
    """Signed dissent outside bodies: right to append dissent (domain H5)."""
    with pytest.raises(Refused, match="no decision"):
        acts.dissent(ctx, item.pk, by("desk_officer"), reasons="The envoy was not asked at all")
    put(ctx, item)
    acts.assent(ctx, item.pk, by("deputy_legal"))
    acts.dissent(ctx, item.pk, by("desk_officer"), reasons="The envoy was not asked at all")
    with pytest.raises(Refused, match="was not told"):
        acts.dissent(ctx, item.pk, by("liaison"), reasons="The envoy was not asked at all")
    before = rows()
    clock.move(days=directive.current().decisions.dissent_days, hours=1)
    with pytest.raises(Refused, match="was open until"):
        acts.dissent(ctx, item.pk, by("desk_officer"), reasons="The envoy was not asked at all")
    assert rows()["decisions"] == before["decisions"]
    assert [d["post"] for d in show.item(item.pk, ctx.now())["dissents"]] == ["desk_officer"]


def test_minutes_are_kept_with_the_agenda_as_it_stood(ctx: Context, item: Item) -> None:
    kept = acts.minute(ctx, "deputies", by("deputy_legal"), minutes="We heard the desk officer and adjourned")
    assert kept.agenda == [item.pk]
    with pytest.raises(Refused, match="no seat"):
        acts.minute(ctx, "deputies", by("analyst"), minutes="We heard the desk officer and adjourned")
    with pytest.raises(TocsinError, match="is no body"):
        acts.minute(ctx, "principal", by("principal"), minutes="We heard the desk officer and adjourned")
    assert sitting.of_body(ctx, "deputies")["minutes"][0]["items"] == [item.pk]


def test_one_hand_by_command_line_is_one_voice(ctx: Context, item: Item) -> None:
    """Whoever sits at a terminal may name any seat: the quorum counts hands, and another hand completes it."""
    put(ctx, item)
    _, decision = acts.assent(ctx, item.pk, replace(by("deputy_legal"), os_user="deputy_political"))
    assert decision is None
    assert bodies.standing(item, "deputies", item.proposals.get()).assents == ("deputy_political",)
    _, decision = acts.assent(ctx, item.pk, by("deputy_operations"))
    assert decision is not None


def test_a_recused_hand_acts_under_no_other_post(ctx: Context, item: Item) -> None:
    acts.recuse(ctx, item.pk, by("deputy_legal"), reasons="My brother commands one of these units")
    with pytest.raises(Refused, match="takes no part"):
        acts.acknowledge(ctx, item.pk, replace(by("principal"), os_user="deputy_legal"))
