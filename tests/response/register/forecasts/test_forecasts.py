"""Forecasts of people: blind until their own word, certainty refused, every word kept, what came told by another."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tocsin.core.clock import FixedClock
from tocsin.core.errors import Misuse, Refused
from tocsin.ledger import leaf
from tocsin.response.docket import rounds as docket_rounds
from tocsin.response.register import people
from tocsin.response.register.assessments.sheets import sealed_with
from tocsin.response.register.forecasts import ending, giving, questions, record, rules, seen, subjects
from tocsin.response.register.models import Forecast, LedgerBody, LedgerEntry

pytestmark = pytest.mark.django_db
ANALYST = people.Actor("analyst", None, "cli", "amal")
READER = people.Actor("second_reader", None, "cli", "berta")
THIRD = people.Actor("reserve_reader", None, "cli", "chen")
DESK = people.Actor("desk_officer", None, "cli", "dora")
OVERSEER = people.Actor("overseer", None, "cli", "olu")
WHY = "The curfew was lifted and the markets are open again."


def ask(ctx, **change):
    given = {
        "statement": "The government closes the border crossing at Adre to aid.",
        "horizon": (ctx.now() + timedelta(days=60)).date(),
        "rule": "True when OCHA reports it closed to aid for a whole day.",
        "source": "OCHA situation reports on Sudan",
        "resolver": "desk_officer",
        "closes_at": ctx.now() + timedelta(days=30),
        "base_rate": "0.05",
        "base_rate_source": "closures in 2023-2025, OCHA",
        **change,
    }
    return questions.ask(ctx, ANALYST, "SDN", **given)


def bodies(kind):
    rows = LedgerBody.objects.filter(entry__kind=kind).order_by("entry_id")
    return [json.loads(row.body) for row in rows]


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"statement": "Soon"}, Refused, "statement"),
        ({"rule": ""}, Refused, "rule"),
        ({"source": ""}, Refused, "source"),
        ({"resolver": "king"}, Misuse, "no post"),
        ({"closes_at": None}, Refused, "cannot close"),
        ({"base_rate": "1"}, Misuse, "no rate"),
        ({"base_rate_source": ""}, Refused, "where it is from"),
        ({"invited": ["king"]}, Misuse, "no post"),
    ],
)
def test_a_question_that_cannot_be_told_true_from_false_is_not_asked(ctx, change, error, match):
    if "closes_at" in change:
        change = {"closes_at": ctx.now() + timedelta(days=90)}
    with pytest.raises(error, match=match):
        ask(ctx, **change)
    assert not LedgerEntry.objects.filter(kind="forecast.asked").exists()


@pytest.mark.parametrize(
    ("said", "kept"),
    [("0.12", "0.120"), (".001", "0.001"), ("12%", "0.120"), ("1 in 8", "0.125"), ("0,3", "0.300"), ("99.9%", "0.999")],
)
def test_a_probability_is_read_as_people_write_it(said, kept):
    assert str(giving.probability(said)) == kept


@pytest.mark.parametrize(("said", "todo"), [("0", ".001"), ("1", ".999"), ("0.0004", ".001"), ("100%", ".999")])
def test_certainty_is_refused_and_says_how_far_one_may_go(said, todo):
    with pytest.raises(Refused, match=f"You may go to {todo}"):
        giving.probability(said)


@pytest.mark.parametrize("said", ["", "often", "-0.1", "12", "nan", "1 in 0", "1e999"])
def test_what_is_no_probability_is_told_how_to_write_one(said):
    with pytest.raises(Misuse, match="no probability"):
        giving.probability(said)


def test_nobody_sees_anything_of_others_before_a_number_of_their_own(ctx, clock):
    one = ask(ctx)
    giving.give(ctx, ANALYST, one.pk, "0.4", why=WHY)
    for whose in ("berta", "olu", ""):
        told = seen.view(ctx, one, whose)
        assert told["shown"] is None
        assert told["blind"] == giving.BLIND
        assert "0.4" not in json.dumps(told)
        assert WHY not in json.dumps(told)
    giving.give(ctx, READER, one.pk, "10%")
    told = seen.view(ctx, one, "berta")
    assert [(v["p"], v["yours"]) for v in told["shown"]["voices"]] == [(0.1, True), (0.4, False)]
    assert "amal" not in json.dumps(told), "voices have reasons and no names"
    assert told["shown"]["pool"]["said"].startswith("Only 2 people have answered")
    assert told["shown"]["base"]["p"] == 0.05
    assert told["shown"]["model"] is None
    assert seen.view(ctx, one, "olu")["shown"] is None
    clock.move(days=31)
    assert [v["p"] for v in seen.view(ctx, one, "olu")["shown"]["voices"]] == [0.1, 0.4]


def test_every_word_stays_and_a_change_says_why(ctx, clock):
    one = ask(ctx)
    giving.give(ctx, ANALYST, one.pk, "0.4")
    assert giving.give(ctx, ANALYST, one.pk, "0.4").number == 1, "the same again adds nothing"
    with pytest.raises(Refused, match="with a reason"):
        giving.give(ctx, ANALYST, one.pk, "0.2")
    clock.move(days=10)
    giving.give(ctx, ANALYST, one.pk, "0.2", why=WHY)
    assert [(f.number, str(f.p)) for f in Forecast.objects.order_by("number")] == [(1, "0.400"), (2, "0.200")]
    clock.move(days=25)
    with pytest.raises(Refused, match="closed"):
        giving.give(ctx, ANALYST, one.pk, "0.1", why=WHY)


def test_only_who_is_asked_answers(ctx):
    one = ask(ctx, invited=["second_reader"])
    with pytest.raises(Refused, match="put to second_reader"):
        giving.give(ctx, ANALYST, one.pk, "0.4")
    giving.give(ctx, READER, one.pk, "0.4")


def test_the_ledger_gets_a_seal_first_and_what_it_held_at_the_close_without_a_name(ctx, clock):
    one = ask(ctx, item=None)
    giving.give(ctx, ANALYST, one.pk, "0.417", why=WHY)
    giving.give(ctx, READER, one.pk, "0.1")
    assert not any("417" in leaf_ for leaf_ in LedgerEntry.objects.values_list("leaf", flat=True))
    assert "0.417" not in json.dumps([bodies(k) for k in ("forecast.asked", "forecast.sealed")])
    docket_rounds.go(ctx)
    assert bodies("forecast.shown") == []
    clock.move(days=30)
    docket_rounds.go(ctx)
    docket_rounds.go(ctx)
    [shown] = bodies("forecast.shown")
    assert "amal" not in json.dumps(shown)
    sealed = {e.seq: json.loads(e.opened.body)["sealed"] for e in LedgerEntry.objects.filter(kind="forecast.sealed")}
    for row in shown["forecasts"]:
        words = {name: row[name] for name in ("number", "p", "why", "saw_model")} | {"question": one.pk}
        assert sealed_with(bytes.fromhex(row["salt"]), words) == sealed[row["sealed_at"]]
        assert sealed_with(leaf.new_salt(), words) != sealed[row["sealed_at"]]


def test_what_came_is_told_by_a_named_post_that_gave_no_number(ctx, clock):
    one = ask(ctx)
    giving.give(ctx, ANALYST, one.pk, "0.4")
    giving.give(ctx, DESK, one.pk, "0.2")
    with pytest.raises(Refused, match="Ask desk_officer"):
        ending.tell(ctx, OVERSEER, one.pk, came="no", evidence=WHY)
    with pytest.raises(Refused, match="you gave one"):
        ending.tell(ctx, DESK, one.pk, came="void", evidence=WHY)
    other = people.Actor("desk_officer", None, "cli", "emil")
    with pytest.raises(Refused, match="may still happen"):
        ending.tell(ctx, other, one.pk, came="no", evidence=WHY)
    with pytest.raises(Refused, match="the day from which"):
        ending.tell(ctx, other, one.pk, came="yes", evidence=WHY)
    with pytest.raises(Refused, match="evidence"):
        ending.tell(ctx, other, one.pk, came="yes", evidence="", happened_on=ctx.now().date())
    clock.move(days=61)
    told = ending.tell(ctx, other, one.pk, came="no", evidence="OCHA reports of 1 to 22 January, read in full.")
    assert (told.came, told.post) == ("no", "desk_officer")
    ending.tell(ctx, other, one.pk, came="void", evidence="OCHA stopped reporting in December, so nobody can tell.")
    assert questions.ending(one).came == "void", "a later word corrects, and both stay"
    assert one.ends.count() == 2
    assert record.judged() == []


def test_a_question_is_withdrawn_by_whoever_asked_and_is_never_scored(ctx, clock):
    one = ask(ctx)
    giving.give(ctx, READER, one.pk, "0.4")
    with pytest.raises(Refused, match="Ask analyst"):
        ending.withdraw(ctx, READER, one.pk, WHY)
    ending.withdraw(ctx, ANALYST, one.pk, WHY)
    assert seen.head(one, ctx.now())["state"] == "withdrawn"
    with pytest.raises(Refused, match="closed"):
        giving.give(ctx, READER, one.pk, "0.3", why=WHY)
    assert record.judged() == []
    assert len(bodies("forecast.shown")) == 1


def many(ctx, clock, n, says):
    """Ask and end n questions, every third of which comes true; ``says`` gives each one's number."""
    for k in range(n):
        one = ask(ctx)
        came = k % 3 == 0
        for actor, number in says.items():
            giving.give(ctx, actor, one.pk, number(came))
        clock.move(days=61)
        if came:
            ending.tell(ctx, DESK, one.pk, came="yes", evidence=WHY, happened_on=one.horizon)
        else:
            ending.tell(ctx, DESK, one.pk, came="no", evidence=WHY)


def test_a_record_is_counted_compared_and_absent_while_it_is_small(ctx, clock):
    assert isinstance(clock, FixedClock)
    says = {ANALYST: lambda came: "0.8" if came else "0.1", READER: lambda _: "0.3", THIRD: lambda _: "0.5"}
    many(ctx, clock, 9, says)
    small = record.of_hand("amal")
    assert (small["brier"], small["bands"]) == (None, [])
    assert small["why"] == "9 of the 10 resolved questions that a figure needs"
    assert record.pools_judged()["why"].startswith("9 of the 10")
    many(ctx, clock, 3, says)
    told = record.of_hand("amal")
    assert told["questions"] == 12
    assert told["brier"] == pytest.approx((4 * 0.04 + 8 * 0.01) / 12, abs=1e-4)
    assert told["versus"]["base"] == {
        "questions": 12, "own": told["brier"], "other": round((4 * 0.95**2 + 8 * 0.05**2) / 12, 4),
    }  # fmt: skip
    assert told["versus"]["model"] == {"questions": 0, "own": None, "other": None}
    filled = [(b["low"], b["n"], b["came"]) for b in told["bands"] if b["n"]]
    assert filled == [(0.05, 8, 0), (0.8, 4, 4)]
    heavy = record.weights(["amal", "berta", "chen", "nobody"], ctx.now())
    assert heavy["amal"][0] > 1 > heavy["chen"][0]
    assert heavy["nobody"] == (1.0, 0)
    first = Forecast.objects.order_by("id").first()
    assert record.weights(["amal"], first.at)["amal"] == (1.0, 0), "nothing to come weighs"
    pools = record.pools_judged()
    assert pools["questions"] == 12
    assert pools["versus"]["base"]["other"] == told["versus"]["base"]["other"]
    office = record.of_office("headquarters")
    assert (office["people"], office["forecasts"]) == (2, 24)


def test_a_record_is_shown_to_the_person_the_head_of_the_office_and_oversight(ctx):
    assert rules.heads("field") == ["mission_head"]
    assert rules.heads("headquarters") == ["desk_officer"]
    head = people.Actor("mission_head", None, "cli", "hamid")
    for actor, office, allowed in [
        (ANALYST, "field", True), (head, "field", True), (OVERSEER, "field", True),
        (READER, "field", False), (DESK, "field", False),
        (people.Actor("operator", None, "cli", "root"), "field", False),
    ]:  # fmt: skip
        verdict = rules.may_see_person(actor, "amal", office)
        assert verdict.allowed is allowed, (actor.post, verdict.rule)
        assert verdict.allowed or "mission_head" in verdict.ask
    assert rules.offices_seen([READER]) == []


def test_a_question_comes_with_a_round_or_a_technique_of_its_place(ctx):
    from tocsin.response.register.techniques.models import Technique

    technique = Technique.objects.create(
        kind="premortem", place_id="SDN", number=2, question="Why did it fail?", blind=False, opened_at=ctx.now(),
        post="analyst", ledger_seq=0,
    )  # fmt: skip
    came_with = subjects.found("SDN", "technique:2")
    one = ask(ctx, about=came_with.kind, about_id=came_with.key)
    assert subjects.of(one).address == "/places/SDN/techniques/2"
    assert [q.pk for q in questions.of("SDN", about="technique", about_id=technique.pk)] == [one.pk]
    assert subjects.of(ask(ctx)) is None
    with pytest.raises(Refused, match="no technique 2 on KEN"):
        subjects.found("KEN", "technique:2")
    with pytest.raises(Misuse, match="round:1 or technique:1"):
        subjects.found("SDN", "rumour:2")
