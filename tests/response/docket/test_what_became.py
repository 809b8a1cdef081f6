"""Barriers, positions, labels, contradictions, reopening and outcomes: what became of a decision, with its evidence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from response.docket.desk import Run, by, in_days, kinds, rows, warning, weighed
from tocsin.catalog import directive, labels, pairs
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused, TocsinError
from tocsin.response.docket import acts, show, will
from tocsin.response.docket.models import Item, Message
from tocsin.response.docket.models_deciding import Barrier
from tocsin.response.docket.tick import tick
from tocsin.response.register import people

pytestmark = pytest.mark.django_db(transaction=True)

WHY = "W1: two readers confirm it"
BARRIER = {
    "type": "will_not", "sphere": "political", "by": "A permanent member", "option": "D13",
    "why": "It said it would block any statement", "evidence": "Press line of 12 November, page two",
    "workaround": "A statement of the regional body instead",
}  # fmt: skip


@pytest.fixture
def item(ctx: Context) -> Item:
    acts.take_run(ctx, Run("r1", [warning(ctx)]))
    return Item.objects.get()


def act(ctx: Context, item: Item, *options: str, post: str = "principal", **more: Any) -> Any:
    said = {"kind": "act", "reasons": WHY, "options": options or ["D01"], "review_on": in_days(ctx, 9)}
    return acts.decide(ctx, item.pk, by(post), **{**said, **weighed(item.pk), **more})


def finish(ctx: Context, item: Item) -> None:
    for row in item.commitments.all():
        acts.complete(ctx, row.pk, by("principal"), "Cable 7")
    acts.close(ctx, item.pk, by("principal"), reasons="Done as decided", found="done")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"type": ""}, "no type of barrier"),
        ({"type": "could_not"}, "no type of barrier"),
        ({"sphere": "moral"}, "no kind of barrier"),
        ({"evidence": " "}, "with its evidence"),
        ({"workaround": ""}, "with its workaround"),
        ({"option": ""}, "one option or one commitment"),
        ({"option": "Z99"}, "no option"),
        ({"by": "Ada Example"}, "is a person here"),
        ({"by": "ada"}, "is a person here"),
        ({"why": "ada  EXAMPLE would not sign it"}, "names a person"),
        ({"by": ""}, "not named"),
    ],
)
def test_a_barrier_has_a_type_evidence_a_way_around_and_no_person(
    ctx: Context, item: Item, words: dict, said: str
) -> None:
    """M22: the type is mandatory. No dossiers on persons."""
    people.add(ctx, "ada", "Ada Example", by("operator"))
    with pytest.raises(TocsinError, match=said):
        acts.block(ctx, item.pk, by("analyst"), **{**BARRIER, **words})
    assert not Barrier.objects.exists()
    assert "option.blocked" not in kinds(item.pk)


def test_the_will_map_says_which_blockers_are_capability_and_which_are_will(ctx: Context, item: Item) -> None:
    """M41, with evidence; and M22's shares by type."""
    first = acts.block(ctx, item.pk, by("analyst"), **BARRIER)
    cannot = {"type": "cannot", "sphere": "operational", "by": "The mission", "option": "S04"}
    acts.block(ctx, item.pk, by("analyst"), **{**BARRIER, **cannot})
    acts.position(
        ctx, item.pk, by("analyst"), by="A permanent member", stance="against", option="D13",
        statement="We shall not support a statement", source="S/PV.9999, page 12", said_on=date(2026, 11, 12),
    )  # fmt: skip
    found = will.of_item(item.pk, ctx.now())
    assert [b["option"] for b in found["will"]] == ["D13"]
    assert [b["option"] for b in found["capability"]] == ["S04"]
    assert found["law"] == []
    assert found["will"][0]["evidence"] == BARRIER["evidence"]
    assert {o["option"] for o in found["who_can_act"]} == {"D13", "S04"}
    assert all(o["actors"] for o in found["who_can_act"])
    assert found["positions"][0]["source"] == "S/PV.9999, page 12"
    assert will.shares()["months"] == [
        {"month": "2026-11", "n": 2, "cannot": 1, "will_not": 1, "may_not": 0,
         "cannot_pct": 50, "will_not_pct": 50, "may_not_pct": 0}
    ]  # fmt: skip
    later = acts.block(ctx, item.pk, by("analyst"), **{**BARRIER, "type": "may_not"})
    assert later.supersedes == first
    acts.lift(ctx, item.pk, by("analyst"), barrier=later.pk, evidence="The statement of 20 November")
    now = will.of_item(item.pk, ctx.now())
    assert (now["will"], now["law"]) == ([], [])
    assert len(now["barriers"]) == 4, "what was replaced and lifted stays"
    with pytest.raises(Refused, match="no standing barrier"):
        acts.lift(ctx, item.pk, by("analyst"), barrier=first.pk, evidence="The statement of 20 November")


def test_contradictory_actions_are_flagged_to_both_and_on_both_items(
    ctx: Context, item: Item, clock: FixedClock
) -> None:
    """M35: two groups set contradictory actions."""
    act(ctx, item, "D01", post="desk_officer")
    clock.move(days=1)
    acts.take_run(ctx, Run("r2", [warning(ctx, period="2026-03")]))
    second = Item.objects.order_by("id").last()
    assert not Message.objects.filter(key__contains="contradiction").exists()
    act(ctx, second, "D08", post="principal")
    told = set(Message.objects.filter(key__contains="contradiction").values_list("item_id", "to_post"))
    assert told == {(item.pk, "desk_officer"), (second.pk, "principal"), (second.pk, "desk_officer")}
    for number, other in ((item.pk, "D08"), (second.pk, "D01")):
        shown = show.item(number, ctx.now())["contradictions"]
        assert [c["other"]["option"] for c in shown] == [other]
        assert (shown[0]["basis"], shown[0]["reviewed"]) == ("memory", None)
    acts.complete(ctx, item.commitments.get().pk, by("desk_officer"), "Cable 7")
    assert show.item(second.pk, ctx.now())["contradictions"] == []


def test_a_reopened_question_has_a_clock_of_its_own_and_the_old_one_keeps_its_past(
    ctx: Context, item: Item, clock: FixedClock
) -> None:
    due = item.decision_due
    with pytest.raises(Refused, match="not closed"):
        acts.reopen(ctx, item.pk, by("principal"), reasons="The convoys are back again")
    act(ctx, item)
    finish(ctx, item)
    before = rows()
    with pytest.raises(Refused, match=r"at tier 5.*no tier below"):
        acts.reopen(ctx, item.pk, by("desk_officer"), reasons="The convoys are back again")
    with pytest.raises(Refused, match="with reasons"):
        acts.reopen(ctx, item.pk, by("principal"), reasons="so")
    assert rows() == before
    clock.move(hours=10)
    again = acts.reopen(ctx, item.pk, by("principal"), reasons="The convoys are back again")
    assert (again.follows_id, again.state) == (item.pk, "open")
    assert again.decision_due == due, "the old clock had not run out: the new one is not later"
    assert [d["item"] for d in show.item(again.pk, ctx.now())["chain"]] == [item.pk]
    assert show.item(again.pk, ctx.now())["trace"]["broken"] == []
    item.refresh_from_db()
    assert (item.state, item.decision_due) == ("closed", due)
    with pytest.raises(Refused, match="asks about the same already"):
        acts.reopen(ctx, item.pk, by("principal"), reasons="The convoys are back again")
    act(ctx, again)
    chain = show.item(again.pk, ctx.now())["chain"]
    assert [d["item"] for d in chain] == [item.pk, again.pk]


def test_reopened_long_after_its_clock_the_question_runs_from_the_reopening(
    ctx: Context, item: Item, clock: FixedClock
) -> None:
    clock.move(days=40)
    tick(ctx)
    lapses = item.lapses.count()
    acts.close(ctx, item.pk, by("principal"), reasons="Overtaken by events")
    again = acts.reopen(ctx, item.pk, by("principal"), reasons="It was not overtaken at all")
    assert again.decision_due == ctx.now() + timedelta(hours=directive.current().level("alert").decision_hours)
    assert item.lapses.count() == lapses > 0


def test_the_outcome_is_asked_for_once_and_kept_as_a_claim(ctx: Context, item: Item, clock: FixedClock) -> None:
    """Domain H4: the “prevented?” field, with its claimed cause and confidence."""
    act(ctx, item)
    with pytest.raises(Refused, match="once it is closed"):
        acts.outcome(ctx, item.pk, by("principal"), came="no_onset", evidence="No report of killings since")
    finish(ctx, item)
    tick(ctx)
    assert not Message.objects.filter(key__contains=".outcome.").exists()
    clock.move(days=directive.current().decisions.outcome_after_days + 1)
    tick(ctx)
    tick(ctx)
    assert [m.to_post for m in Message.objects.filter(key__contains=".outcome.")] == ["principal"]
    words = {"came": "no_onset_acted", "evidence": "No report of killings in a year"}
    with pytest.raises(Refused, match="claimed cause"):
        acts.outcome(ctx, item.pk, by("principal"), **words)
    with pytest.raises(Misuse, match="no outcome"):
        acts.outcome(ctx, item.pk, by("principal"), came="prevented", evidence="It was prevented by us")
    words |= {"claimed_cause": "The ambassador's demarche held the convoys", "confidence": "low"}
    acts.outcome(ctx, item.pk, by("principal"), **words)
    acts.outcome(ctx, item.pk, by("principal"), came="onset", evidence="Two hundred dead in a village found later")
    shown = show.item(item.pk, ctx.now())
    assert shown["outcome"]["came"] == "onset"
    assert [o["confidence"] for o in shown["outcomes"]] == ["low", None]


def test_no_action_no_claim_of_prevention(ctx: Context, item: Item) -> None:
    said = {"kind": "decline", "reasons": WHY, "review_on": in_days(ctx, 5), **weighed(item.pk, decline=True)}
    acts.decide(ctx, item.pk, by("principal"), **said)
    acts.close(ctx, item.pk, by("principal"), reasons="Nothing more came")
    with pytest.raises(Refused, match="Nobody decided to act"):
        acts.outcome(
            ctx, item.pk, by("principal"), came="no_onset_acted", evidence="No report of killings since",
            claimed_cause="Our watching eyes alone", confidence="low",
        )  # fmt: skip


def test_the_label_log_says_who_applied_or_avoided_one_when_and_what_it_opened(ctx: Context) -> None:
    """M70; and rule 9: X called it Y, never Tocsin."""
    cited = {"document": "Statement to the Council, S/PV.8888"}
    acts.label(
        ctx, "SDN", by("analyst"), term="humanitarian", use="applied", by="Department of State",
        said_on=date(2026, 3, 2), opened=["fund: crisis reserve"], closed=["mandate: none to protect"], **cited,
    )  # fmt: skip
    acts.label(
        ctx, "SDN", by("analyst"), term="genocide", use="avoided", by="Department of State", said_on=date(2026, 2, 1),
        words="acts that may have occurred", opened=["U01"], **cited,
    )  # fmt: skip
    found = will.labels_of("SDN")
    assert [(r["label"], r["use"], r["by"], r["said_on"]) for r in found] == [
        ("genocide", "avoided", "Department of State", "2026-02-01"),
        ("humanitarian", "applied", "Department of State", "2026-03-02"),
    ]
    assert found[0]["words"] == "acts that may have occurred"
    assert found[0]["opened"][0]["procedure"] == "U01"
    assert (found[1]["opened"][0]["kind"], found[1]["closed"][0]["kind"]) == ("fund", "mandate")
    assert kinds()["label.recorded"] == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"term": "evil"}, "no label of the catalogue"),
        ({"use": "avoided", "words": ""}, "words used instead"),
        ({"document": ""}, "the document it stands in"),
        ({"said_on": date(2027, 1, 1)}, "still to come"),
        ({"opened": ["money"]}, "is no effect"),
        ({"by": "Ada Example"}, "is a person"),
    ],
)
def test_a_label_is_of_the_catalogue_cited_and_of_an_office(ctx: Context, words: dict, said: str) -> None:
    people.add(ctx, "ada", "Ada Example", by("operator"))
    good: dict[str, Any] = {
        "term": "genocide", "use": "applied", "by": "The Assembly", "said_on": date(2026, 3, 2),
        "document": "Resolution 12 of the Assembly",
    }  # fmt: skip
    with pytest.raises(TocsinError, match=said):
        acts.label(ctx, "SDN", by("analyst"), **{**good, **words})
    assert will.labels_of("SDN") == []


def test_the_pairs_and_the_labels_of_the_catalogue_hold_together(tmp_path: Any) -> None:
    assert pairs.check() == labels.check() == []
    bad = tmp_path / "pairs.yml"
    bad.write_text(
        "basis: memory\nreviewed: null\npairs:\n"
        "  - {a: D01, b: Z99, why: there is no such option}\n  - {a: D01, b: D01, why: a pair of only one}\n"
    )
    assert [f.rule for f in pairs.check(bad)] == ["is no option and no instrument", "a pair is of two, and given once"]
    named = tmp_path / "labels.yml"
    named.write_text("basis: memory\nlabels:\n  - {id: genocide, name: genocide, term: T99}\n")
    assert [f.rule for f in labels.check(named)] == ["names no term"]
