"""What is said in a technique: by versions, in the open or sealed; and nothing of it is ever lost."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket import rounds as due_rounds
from tocsin.response.register.assessments import rounds
from tocsin.response.register.assessments.sheets import sealed_with
from tocsin.response.register.models import LedgerBody, LedgerEntry
from tocsin.response.register.people import Actor
from tocsin.response.register.techniques import ideas, keep, show
from tocsin.response.register.techniques.models import TechniquePart

pytestmark = pytest.mark.django_db
ANALYST = Actor("analyst", None, "cli", "amal")
READER = Actor("second_reader", None, "cli", "berta")
DESK = Actor("desk_officer", None, "cli", "carl")
SECRET = "the convoy was let through because nobody read the second page"
WHY = "Was it the army, or somebody who wishes it to look so?"


def begin(ctx, kind="hypotheses", **more):
    return keep.open_technique(ctx, ANALYST, "SDN", kind, **{"question": WHY, **more})


def hypothesis(text="The army did it on orders from above", deception=False):
    return {"text": text, "deception": deception}


def evidence(text="Radio traffic stopped an hour before", link="https://example.org/radio", **more):
    return {"text": text, "link": link, "credibility": "high", "relevance": "high", **more}


def reason(text=SECRET, although="acted"):
    return {"although": although, "text": text, "early_sign": ""}


def test_a_part_has_versions_and_undo_is_one_more(ctx) -> None:
    one = begin(ctx)
    first = keep.put(ctx, one, ANALYST, "hypothesis", hypothesis())
    assert (first.key, first.version) == ("H1", 1)
    assert keep.put(ctx, one, ANALYST, "hypothesis", hypothesis(), key="H1") == first
    second = keep.put(ctx, one, READER, "hypothesis", hypothesis("A militia did it on its own"), key="H1", made_from=1)
    assert second.version == 2
    with pytest.raises(Refused, match="H1 was written anew meanwhile, by second_reader"):
        keep.put(ctx, one, ANALYST, "hypothesis", hypothesis("Nobody gave any order for it"), key="H1", made_from=1)
    assert keep.take_back(ctx, one, ANALYST, "H1").withdrawn
    assert keep.standing_keys(one, "hypothesis") == []
    back = keep.bring_back(ctx, one, ANALYST, "H1", 1)
    assert (back.version, back.words, back.withdrawn) == (4, first.words, False)
    (told,) = show.view(ctx, one)["parts"]["hypothesis"]
    assert [v["version"] for v in told["before"]] == [1, 2, 3]
    assert keep.put(ctx, one, ANALYST, "hypothesis", hypothesis("Something else altogether now")).key == "H2"


@pytest.mark.parametrize(
    ("part", "words", "error", "match"),
    [
        ("hypothesis", {"text": "No"}, Refused, "says too little"),
        ("hypothesis", {}, Refused, "is not said"),
        ("hypothesis", {"colour": "red"}, Misuse, "no field 'colour'"),
        ("cell", {"evidence": "E1", "hypothesis": "H1", "mark": "C"}, Misuse, "'E1' is none of “Evidence”"),
        ("evidence", evidence(credibility="certain"), Misuse, "'certain' is none of “Credibility”"),
        ("assumption", {}, Misuse, "is no part of competing hypotheses"),
        ("hypothesis", {"text": "x " * 20_000}, Refused, "too long"),
    ],
)
def test_what_says_nothing_is_not_kept(ctx, part, words, error, match) -> None:
    one = begin(ctx)
    with pytest.raises(error, match=match):
        keep.put(ctx, one, ANALYST, part, words)
    assert not TechniquePart.every.exists()


def test_a_technique_is_about_a_question_on_a_place(ctx) -> None:
    for change, error in (
        ({"kind": "astrology"}, Misuse),
        ({"question": "Why?"}, Refused),
        ({"kind": "assumptions", "blind": True}, Refused),
        ({"kind": "premortem", "closes_at": ctx.now()}, Refused),
        ({"kind": "premortem", "invited": ["janitor"]}, Misuse),
    ):
        with pytest.raises(error):
            begin(ctx, **change)
    with pytest.raises(Misuse):
        keep.open_technique(ctx, ANALYST, "XXX", "wild_card", question=WHY)


def test_a_premortem_is_blind_until_all_have_handed_in_and_then_opens_with_its_seals(ctx) -> None:
    one = begin(ctx, "premortem", invited=["analyst", "second_reader"])
    mine = keep.put(ctx, one, ANALYST, "reason", reason())
    keep.put(ctx, one, READER, "reason", reason("The money came after the rains had begun", "did_not_act"))
    assert mine.key == "R1.1"
    assert show.view(ctx, one)["parts"]["reason"] == []
    assert SECRET not in show.as_json(ctx, one)
    assert not LedgerBody.objects.filter(body__contains=SECRET).exists()
    seen = show.own(ctx, one, ANALYST)
    assert [r["words"]["text"] for r in seen["parts"]["reason"]] == [SECRET]
    with pytest.raises(Refused, match="not invited"):
        keep.put(ctx, one, DESK, "reason", reason())
    with pytest.raises(Refused, match="comes after the reveal"):
        keep.put(ctx, one, ANALYST, "group", {})
    with pytest.raises(Refused, match="another seat's own"):
        keep.put(ctx, one, READER, "reason", reason(), key="R1.1")
    keep.hand_in(ctx, one, ANALYST)
    with pytest.raises(Refused, match="You have handed in"):
        keep.put(ctx, one, ANALYST, "reason", reason("One more thing came to my mind"))
    one = keep.hand_in(ctx, one, READER)
    assert one.reveal.because == "all_handed_in"
    told = show.view(ctx, one)
    assert [r["key"] for r in told["parts"]["reason"]] == ["R1.1", "R2.1"]
    assert told["missing"] == ["In no group yet, so without an early sign and what is done: R1.1, R2.1"]
    mine = TechniquePart.objects.get(key="R1.1")
    sealed = json.loads(LedgerBody.objects.get(entry__seq=mine.ledger_seq).body)["sealed"]
    said = {"part": "reason", "key": "R1.1", "version": 1, "words": mine.words, "withdrawn": False}
    assert sealed_with(bytes.fromhex(mine.seal), said) == sealed
    group = {"name": "Too late", "reasons": "R1.1 R2.1", "early_sign": "The second page is never quoted to anybody",
             "done": "The desk officer reads it aloud on Monday", "who": "desk_officer"}  # fmt: skip
    keep.put(ctx, one, DESK, "group", group)
    assert show.view(ctx, one)["missing"] == []
    late = keep.put(ctx, one, DESK, "reason", reason("Nobody was left who spoke the language there"))
    assert late.seal == ""
    assert show.view(ctx, one)["parts"]["reason"][-1]["after_reveal"]


def test_time_reveals_what_was_handed_in_and_nothing_else(ctx, clock) -> None:
    one = begin(ctx, "premortem", invited=["analyst", "second_reader"], closes_at=ctx.now() + timedelta(hours=2))
    keep.put(ctx, one, ANALYST, "reason", reason())
    keep.put(ctx, one, READER, "reason", reason("The money came after the rains had begun"))
    keep.hand_in(ctx, one, READER)
    clock.move(hours=3)
    due_rounds.go(ctx)
    due_rounds.go(ctx)
    one = keep.found("SDN", 1)
    assert one.reveal.because == "closed"
    assert [r["key"] for r in show.view(ctx, one)["parts"]["reason"]] == ["R2.1"]
    assert LedgerEntry.objects.filter(kind="technique.revealed").count() == 1
    keep.hand_in(ctx, one, ANALYST)
    assert [r["key"] for r in show.view(ctx, one)["parts"]["reason"]] == ["R1.1", "R2.1"]


def test_cells_in_a_blind_round_are_each_assessors_own_and_then_disagree_in_sight(ctx) -> None:
    blind = rounds.open_round(
        ctx, ANALYST, "SDN", question=WHY, invited=["analyst", "second_reader"],
        closes_at=ctx.now() + timedelta(days=2),
    )  # fmt: skip
    one = begin(ctx, round=blind)
    assert (one.blind, len(one.invited), one.closes_at) == (True, 2, blind.closes_at)
    keep.put(ctx, one, ANALYST, "hypothesis", hypothesis())
    keep.put(ctx, one, ANALYST, "hypothesis", hypothesis("We are shown what we wish to see", deception=True))
    keep.put(ctx, one, READER, "evidence", evidence())
    for actor, row in ((ANALYST, ("II", "C")), (READER, ("C", "C"))):
        for h, mark in zip(("H1", "H2"), row, strict=True):
            keep.put(ctx, one, actor, "cell", {"evidence": "E1", "hypothesis": h, "mark": mark})
        assert show.view(ctx, one)["analysis"]["by_seat"] == []
        keep.hand_in(ctx, one, actor)
    said = show.view(ctx, keep.found("SDN", 1))["analysis"]
    assert [(s["post"], s["order"]) for s in said["by_seat"]] == [
        ("analyst", [["H2"], ["H1"]]),
        ("second_reader", [["H1", "H2"]]),
    ]
    assert said["opposed"] == ["E1.H1"]
    assert said["by_seat"][1]["evidence"]["E1"]["says"] == "same"


def test_who_argues_against_is_named_and_answered_by_another(ctx) -> None:
    one = begin(ctx, "red_team", invited=["second_reader"])
    words = {"text": "The radio was silent because it was being repaired", "rests_on": ""}
    with pytest.raises(Refused, match="The red team is named"):
        keep.put(ctx, one, DESK, "challenge", words)
    key = keep.put(ctx, one, READER, "challenge", words).key
    answer = {"challenge": key, "text": "The repair was on the day after", "changed": "no"}
    with pytest.raises(Refused, match="does not answer it"):
        keep.put(ctx, one, READER, "reply", answer)
    assert show.view(ctx, one)["missing"] == [f"{key} is not answered"]
    keep.put(ctx, one, DESK, "reply", answer)
    assert show.view(ctx, one)["missing"] == []


def test_a_withdrawn_source_counts_for_less_everywhere(ctx, monkeypatch) -> None:
    from types import SimpleNamespace

    one = begin(ctx)
    keep.put(ctx, one, ANALYST, "hypothesis", hypothesis())
    keep.put(ctx, one, ANALYST, "evidence", evidence())
    keep.put(ctx, one, ANALYST, "cell", {"evidence": "E1", "hypothesis": "H1", "mark": "I"})
    assert show.view(ctx, one)["analysis"]["by_seat"][0]["against"]["H1"]["score"] == "1.0"
    monkeypatch.setattr("tocsin.catalog.withdrawn.lookup", lambda _link: SimpleNamespace(sentence="It was retracted."))
    told = show.view(ctx, one)
    assert told["parts"]["evidence"][0]["lowered_because"] == "It was retracted."
    assert told["analysis"]["by_seat"][0]["against"]["H1"]["score"] == "0.7"


def test_assumptions_and_indicators_fall_due(ctx, clock) -> None:
    held = begin(ctx, "assumptions")
    day = (ctx.now() + timedelta(days=3)).date().isoformat()
    words = {"text": "The airport stays open for us", "held_because": "It was open in both earlier crises",
             "wrong_if": "A notice to airmen closes it", "standing": "caveat", "caveat": "",
             "review_on": day}  # fmt: skip
    keep.put(ctx, held, ANALYST, "assumption", words)
    assert show.view(ctx, held)["missing"] == ["K1 is held with a caveat that is not said"]
    watch = begin(ctx, "scenarios")
    keep.put(ctx, watch, ANALYST, "scenario", {"name": "Siege", "course": "The roads close and then the market"})
    words = {"scenario": "S1", "text": "Lorries are turned back", "threshold": "Three days in a row", "source": "WFP",
             "means": "The siege has begun", "look_on": day, "watched_by": "analyst"}  # fmt: skip
    keep.put(ctx, watch, ANALYST, "indicator", words)
    clock.move(days=4)
    assert f"K1 was to be looked at again by {day}" in show.view(ctx, held)["missing"]
    assert show.view(ctx, watch)["parts"]["indicator"][0]["overdue"]
    later = (ctx.now() + timedelta(days=9)).date().isoformat()
    look = {"indicator": "I1", "found": "cannot_tell", "text": "Nobody was at the crossing", "look_on": later}
    keep.put(ctx, watch, ANALYST, "look", look)
    (row,) = show.view(ctx, watch)["parts"]["indicator"]
    assert (row["overdue"], row["look_on"], row["found"]) == (False, later, "cannot_tell")


def test_ideas_are_kept_with_why_they_were_rejected_and_found_again(ctx) -> None:
    what = "The ombudsman rides along with the market lorries"
    idea = ideas.add(ctx, ANALYST, title="Ombudsman on the road", what=what, options=["D01", "D02"], place_id="SDN")
    ideas.add(ctx, READER, title="Radio in two languages", what="The station reads the names of the lorries")
    for word, why, state in (
        ("rejected", "The office has no car this year", "rejected"),
        ("open_again", "The office was given two cars", "open"),
    ):
        ideas.say(ctx, READER, idea.pk, word, why)
        assert ideas.search("ombudsman")[0]["state"] == state
    assert [row["id"] for row in ideas.search("two cars")] == [idea.pk]
    assert [row["id"] for row in ideas.search("D02")] == [idea.pk]
    assert ideas.search("lorries languages")[0]["title"] == "Radio in two languages"
    assert ideas.search("", state="rejected") == []
    assert [w["word"] for w in ideas.search("ombudsman")[0]["said"]] == ["rejected", "open_again"]
    for change, error in (
        ({"options": ["D01"]}, Refused), ({"options": ["D01", "ZZ9"]}, Misuse), ({"what": "No"}, Refused),
    ):  # fmt: skip
        with pytest.raises(error):
            ideas.add(ctx, ANALYST, **{"title": "An idea", "what": what, **change})


def test_pairs_that_nobody_put_together_cross_instruments() -> None:
    ranked = [("A1", "law"), ("A2", "law"), ("B1", "money"), ("C1", "talks"), ("C2", "talks")]
    assert ideas.untried(ranked, set()) == [["A1", "B1"], ["A2", "C1"]]
    assert ideas.untried(ranked, {frozenset(("A1", "B1"))})[0] == ["A1", "C1"]
