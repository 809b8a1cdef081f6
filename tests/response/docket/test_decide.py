"""Who may answer, with what words, until when: every refusal has a reason and changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from response.docket.desk import Run, by, in_days, kinds, rows, warning, weighed
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket import acts, show
from tocsin.response.docket.models import Commitment, Item
from tocsin.response.docket.tick import tick
from tocsin.response.register import people
from tocsin.response.register.models import Answer

pytestmark = pytest.mark.django_db(transaction=True)

WHY = "W1: two readers confirm it"


@pytest.fixture
def item(ctx: Context) -> Item:
    acts.take_run(ctx, Run("r1", [warning(ctx)]))
    return Item.objects.get()


def act(ctx: Context, item: Item, post: str = "principal", **words: Any) -> Any:
    said = {
        "kind": "act",
        "reasons": WHY,
        "options": ["D01"],
        "review_on": in_days(ctx, 9),
        **weighed(item.pk),
        **words,
    }
    return acts.decide(ctx, item.pk, by(post), **said)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"reasons": ""}, "needs reasons"),
        ({"reasons": " \n\t"}, "needs reasons"),
        ({"reasons": "."}, "say too little"),
        ({"reasons": "W1"}, "say too little"),
        ({"reasons": "W1 w1 W1: event_one_sided.v1.SDN.2026-02"}, "say too little"),
        ({"kind": "decline", "options": [], "would_change": "."}, "is not said"),
        ({"reasons": "Because I say so, once and again"}, "cite nothing"),
        ({"reasons": "Because I say so, warning 7 and W9 notwithstanding"}, "cite nothing"),
        ({"reasons": WHY, "cites": ["event_one_sided.v1.MMR.2026-02"]}, "no warning or assessment"),
        ({"options": []}, "names what will be done"),
        ({"options": ["Z99"]}, "no option 'Z99'"),
        ({"review_on": None}, "looked at again"),
        ({"review_on": "past"}, "is past"),
        ({"review_on": "far"}, "further off"),
        ({"commitments": [{"option_id": "D01", "due": "past"}]}, "due in the past"),
        ({"kind": "defer", "options": [], "defer_to": "far"}, "14 days at most"),
        ({"kind": "defer", "options": [], "defer_to": "today"}, "not after today"),
    ],
)
def test_a_decision_that_is_refused_says_why_and_changes_nothing(
    ctx: Context, item: Item, words: dict, said: str
) -> None:
    """M8, and the issue's Bad input: reasons that are empty, or cite nothing, are refused."""
    days = {"past": in_days(ctx, -1), "far": in_days(ctx, 900), "today": in_days(ctx, 0)}
    words = {k: days.get(v, v) if isinstance(v, str) else v for k, v in words.items()}
    if "commitments" in words:
        words["commitments"] = [{"option_id": "D01", "due": in_days(ctx, -2)}]
    before, entries = rows(), kinds()
    with pytest.raises(Refused, match=said):
        act(ctx, item, **words)
    assert rows() == before
    assert kinds() == entries


@pytest.mark.parametrize(
    ("kind", "words"), [("shrug", {}), ("decline", {"options": ["D01"]}), ("act", {"defer_to": "x"})]
)
def test_a_decision_that_makes_no_sense_is_misuse(ctx: Context, item: Item, kind: str, words: dict) -> None:
    if "defer_to" in words:
        words = {"defer_to": in_days(ctx, 3)}
    with pytest.raises(Misuse):
        act(ctx, item, **{"kind": kind, "options": ["D01"] if kind == "act" else [], **words})


@pytest.mark.parametrize(
    "reasons",
    [
        "W1",
        "As w1 says",
        "warning 1 is enough",
        "See event_one_sided.v1.SDN.2026-02.",
        "The tripwire event_one_sided fired",
        "ucdp_ged counts 412",
        "Assessed: RF7 present",
        "A{answer} by the desk",
        "assessment {answer}",
    ],
)
def test_citations_as_people_write_them(ctx: Context, item: Item, reasons: str) -> None:
    answer = Answer.objects.create(
        code="RF7", place_id="SDN", state="present", confidence="high", evidence="x", post="analyst", at=ctx.now()
    )
    decision = act(ctx, item, reasons=f"{reasons.format(answer=answer.pk)} Two readers confirm it.")
    expected = f"assessment:{answer.pk}" if "ssess" in reasons or "A{" in reasons else "event_one_sided.v1.SDN.2026-02"
    assert decision.cites == [expected]
    assert show.item(item.pk, ctx.now())["trace"]["broken"] == []


def test_an_assessment_of_another_place_is_no_citation(ctx: Context, item: Item) -> None:
    other = Answer.objects.create(
        code="RF7", place_id="MMR", state="present", confidence="high", evidence="x", post="analyst", at=ctx.now()
    )
    with pytest.raises(Refused, match="cite nothing"):
        act(ctx, item, reasons=f"A{other.pk} and RF7, as two readers confirm")


@pytest.mark.parametrize("post", ["analyst", "second_reader", "mission_head"])
def test_no_tier_below_the_items_may_answer(ctx: Context, item: Item, post: str) -> None:
    for attempt in (
        lambda: acts.acknowledge(ctx, item.pk, by(post)),
        lambda: act(ctx, item, post),
        lambda: acts.close(ctx, item.pk, by(post), reasons="x"),
    ):
        with pytest.raises(Refused, match=r"stands at tier 3.*Ask desk_officer"):
            attempt()
    assert kinds(item.pk) == {"item.opened": 1}


@pytest.mark.parametrize("post", ["overseer", "operator"])
def test_posts_without_a_tier_decide_nothing(ctx: Context, item: Item, post: str) -> None:
    with pytest.raises(Refused, match="decides nothing"):
        act(ctx, item, post)


def test_a_higher_tier_may_always_answer(ctx: Context, item: Item) -> None:
    assert acts.acknowledge(ctx, item.pk, by("principal")).first
    item.refresh_from_db()
    assert (item.owner_post, item.tier) == ("principal", 3)


def test_one_acknowledgement_stops_the_clock_for_all(ctx: Context, item: Item, clock: FixedClock) -> None:
    due = item.decision_due
    assert acts.acknowledge(ctx, item.pk, by("desk_officer")).first
    assert not acts.acknowledge(ctx, item.pk, by("desk_officer")).first
    with pytest.raises(Refused, match="acknowledged by desk_officer"):
        acts.acknowledge(ctx, item.pk, by("deputies"))
    assert kinds(item.pk)["item.acknowledged"] == 1
    clock.move(hours=200)
    assert tick(ctx).lapses == []
    item.refresh_from_db()
    assert item.decision_due == due


def test_nobody_acknowledges_around_a_clock_that_ran_out(ctx: Context, item: Item, clock: FixedClock) -> None:
    """The lapse is found by the act itself, although no tick ran; the refused act leaves it in the record."""
    clock.move(hours=73)
    with pytest.raises(Refused, match="stands at tier 4"):
        acts.acknowledge(ctx, item.pk, by("desk_officer"))
    assert [(la.clock, la.tier) for la in item.lapses.all()] == [("delivery", 3)]


def test_a_decision_at_the_desk_is_signed_by_the_person_who_holds_the_post(ctx: Context, item: Item) -> None:
    operator = people.ensure_operator(ctx)
    unsigned = people.Actor("principal", operator, "desk")
    with pytest.raises(Refused, match="signed"):
        acts.decide(
            ctx,
            item.pk,
            unsigned,
            kind="act",
            reasons=WHY,
            options=["D01"],
            review_on=in_days(ctx, 3),
            **weighed(item.pk),
        )
    signed = people.Actor("principal", operator, "desk", signed=True)
    with pytest.raises(Refused, match="What would change the decision"):
        acts.decide(ctx, item.pk, signed, kind="decline", reasons=WHY, review_on=in_days(ctx, 3), **weighed(item.pk))
    decision = acts.decide(
        ctx,
        item.pk,
        signed,
        kind="decline",
        reasons=WHY,
        review_on=in_days(ctx, 3),
        **weighed(item.pk, decline=True),
    )
    assert (decision.person, decision.via) == (operator, "desk")
    people.hold(ctx, "principal", people.add(ctx, "ada", "Ada", by("operator")), by("operator"))
    with pytest.raises(Refused, match="does not hold the post"):
        acts.decide(
            ctx,
            item.pk,
            signed,
            kind="act",
            reasons=WHY,
            options=["D01"],
            review_on=in_days(ctx, 3),
            **weighed(item.pk),
        )


def test_by_command_line_too_a_decline_says_what_would_change_it(ctx: Context, item: Item) -> None:
    words = {"kind": "decline", "reasons": WHY, "review_on": in_days(ctx, 3), **weighed(item.pk)}
    with pytest.raises(Refused, match="What would change the decision is not said"):
        acts.decide(ctx, item.pk, by("principal"), **words)
    decision = acts.decide(ctx, item.pk, by("principal"), **words, would_change="A second month over 25")
    assert (decision.would_change, decision.options_chosen) == ("A second month over 25", ["NOTHING"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"rejected": {}}, "considered and not chosen"),
        ({"kind": "decline", "options": [], "would_change": "A second month over 25", "rejected": {}}, "not chosen"),
        ({"rejected": {"D04": " "}}, "Why D04 is not chosen is not said"),
        ({"rejected": {"D04": "no"}}, "Why D04 is not chosen is not said"),
        ({"rejected": {"D01": "Chosen and rejected at once"}}, "both chosen and rejected"),
        ({"rejected": {"Z99": "There is no such option"}}, "no option 'Z99'"),
        (
            {"kind": "decline", "options": [], "would_change": "A second month over 25",
             "rejected": {"NOTHING": "Declining chooses exactly this"}},
            "both chosen and rejected",
        ),
        ({"answers": {}}, "W1 asks “What will we do about one-sided killing in Sudan"),
        ({"answers": {"": "Yes."}}, "is not answered"),
    ],
)  # fmt: skip
def test_a_choice_between_nothing_is_refused(ctx: Context, item: Item, words: dict, said: str) -> None:
    """Point 5: chosen, and at least one rejected with why not; the tripwire's question is answered."""
    before = rows()
    with pytest.raises(Refused, match=said):
        act(ctx, item, **words)
    assert rows() == before


def test_doing_nothing_counts_as_the_option_that_was_rejected(ctx: Context, item: Item) -> None:
    decision = act(ctx, item, rejected={"NOTHING": "It would leave the town to its besiegers"})
    assert (decision.options_rejected, decision.options_chosen) == (["NOTHING"], ["D01"])
    assert decision.why_rejected == {"NOTHING": "It would leave the town to its besiegers"}


def test_every_tripwire_behind_an_item_has_its_question_answered(ctx: Context, item: Item) -> None:
    acts.ring_bell(ctx, "SDN", "Convoys with lists at dawn", by("analyst"))
    with pytest.raises(Refused, match=r"W2 asks “What will we do about what is reported"):
        act(ctx, item, answers={"": "The ambassador asks them to stop"})
    with pytest.raises(Misuse, match="of the tripwire 'forecast_rise'"):
        act(ctx, item, answers={"forecast_rise": "The ambassador asks them to stop"})
    decision = act(ctx, item)
    assert set(decision.answers) == {"event_one_sided", "bell"}


def test_deferring_moves_the_decision_and_a_second_one_belongs_above(
    ctx: Context, item: Item, clock: FixedClock
) -> None:
    acts.decide(
        ctx,
        item.pk,
        by("desk_officer"),
        kind="defer",
        reasons="W1; the envoy reports on Friday",
        defer_to=in_days(ctx, 3),
    )
    item.refresh_from_db()
    assert item.state == "deferred"
    assert item.decision_due.date() == in_days(ctx, 4)
    assert item.decisions.get().waits_for == "W1; the envoy reports on Friday"
    clock.move(days=2, hours=13)
    assert tick(ctx).lapses == []
    item.refresh_from_db()
    assert item.state == "open", "on its day a deferred question is back before its owner"
    with pytest.raises(Refused, match="belongs to tier 4"):
        acts.decide(ctx, item.pk, by("desk_officer"), kind="defer", reasons=WHY, defer_to=in_days(ctx, 5))
    acts.decide(ctx, item.pk, by("principal"), kind="defer", reasons=WHY, defer_to=in_days(ctx, 5))
    with pytest.raises(Refused, match="top of the ladder"):
        acts.decide(ctx, item.pk, by("principal"), kind="defer", reasons=WHY, defer_to=in_days(ctx, 6))


def test_a_deferral_that_runs_out_is_a_lapse_and_climbs(ctx: Context, item: Item, clock: FixedClock) -> None:
    acts.decide(ctx, item.pk, by("desk_officer"), kind="defer", reasons=WHY, defer_to=in_days(ctx, 3))
    clock.move(days=4)
    done = tick(ctx)
    assert [(la["clock"], la["tier"]) for la in done.lapses] == [("decision", 3)]
    assert [m["to_tier"] for m in done.moved] == [4]


def test_commitments_have_clocks_too(ctx: Context, item: Item, clock: FixedClock) -> None:
    promise = {"option_id": "D01", "post": "mission_head", "due": in_days(ctx, 5), "shown_by": "Note of the meeting"}
    act(ctx, item, options=["D01", "D03"], commitments=[promise])
    first, second = Commitment.objects.order_by("id")
    assert (first.post, first.due - ctx.now(), second.post) == (
        "mission_head",
        timedelta(days=5, hours=12),
        "desk_officer",
    )
    with pytest.raises(Refused, match="when something shows it"):
        acts.complete(ctx, first.pk, by("mission_head"), "  ")
    with pytest.raises(Refused, match="above analyst"):
        acts.complete(ctx, first.pk, by("analyst"), "done")
    acts.complete(ctx, first.pk, by("mission_head"), "Note 12")
    with pytest.raises(Refused, match="was shown to be done"):
        acts.complete(ctx, first.pk, by("mission_head"), "Note 12")
    clock.move(days=20)
    lapses = tick(ctx).lapses
    assert [(la["clock"], la["commitment"]) for la in lapses] == [("commitment", second.pk), ("review", None)]
    acts.complete(ctx, second.pk, by("desk_officer"), "Late, but done")
    states = {c["id"]: c["state"] for c in show.item(item.pk, ctx.now())["commitments"]}
    assert states == {first.pk: "met", second.pk: "lapsed"}


def test_a_commitment_names_a_post_of_the_directive(ctx: Context, item: Item) -> None:
    with pytest.raises(Misuse, match="no post"):
        act(ctx, item, commitments=[{"option_id": "D01", "post": "somebody"}])


def test_a_later_decision_supersedes_and_erases_nothing(ctx: Context, item: Item, clock: FixedClock) -> None:
    first = act(ctx, item)
    clock.move(hours=1)
    second = acts.decide(
        ctx,
        item.pk,
        by("principal"),
        kind="decline",
        reasons=WHY,
        review_on=in_days(ctx, 5),
        **weighed(item.pk, decline=True),
    )
    assert second.supersedes_id == first.pk
    assert item.decisions.count() == 2
    with pytest.raises(Exception, match="append-only"):
        first.reasons = "softened"
        first.save()


def test_an_item_that_is_not_there_is_refused(ctx: Context) -> None:
    with pytest.raises(Refused, match="no docket item 99"):
        acts.acknowledge(ctx, 99, by("principal"))
    with pytest.raises(Refused, match="no docket item 99"):
        show.item(99, ctx.now())
