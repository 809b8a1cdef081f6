"""The assessment: appended, evidenced, side by side, entered in the ledger, and never summed (M27, M29)."""

from __future__ import annotations

import json

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.catalog.library import library
from tocsin.core.errors import Misuse, Refused
from tocsin.response.register import assessments, people
from tocsin.response.register.models import Answer, Holding, LedgerBody, LedgerEntry, Person, Situation

pytestmark = pytest.mark.django_db
ANALYST = people.Actor("analyst", None, "cli", "tester")
READER = people.Actor("second_reader", None, "cli", "tester")
GOOD = {"state": "present", "trend": "worse", "confidence": "moderate", "evidence": "https://example.org/a"}


def give(ctx, code="7.5", actor=ANALYST, place="SDN", **change):
    return assessments.answer(ctx, actor, place, code, **{**GOOD, **change})


def cell(place, code):
    return next(i for f in assessments.grid(place) for i in f["indicators"] if i["code"] == code)


def test_choices_are_the_ones_the_register_holds():
    told = assessments.choices()
    assert set(told["states"]) == set(Answer.State.values)
    assert set(told["trends"]) == set(Answer.Trend.values)
    assert set(told["confidences"]) == set(Answer.Confidence.values)


def test_the_empty_grid_is_the_whole_framework_unanswered_and_marked():
    rows = assessments.grid("SDN")
    assert [r["code"] for r in rows] == [f"RF{n}" for n in range(1, 15)]
    signs = [s for r in rows for s in r["indicators"]]
    assert len(signs) == 143
    assert not any(s["answers"] for s in signs)
    assert all(s["basis_label"] for s in signs)
    assert sum(s["verified"] for s in signs) == 37
    assert {(r["answered"], r["of"]) for r in rows} == {(0, len(r["indicators"])) for r in rows}


def test_an_answer_stands_in_the_grid_and_in_the_ledger(ctx):
    made = give(ctx, note=" two sources ")
    row = cell("SDN", "7.5")
    assert [a["state"] for a in row["answers"]] == ["present"]
    told = row["answers"][0]
    assert told["citation"] == f"assessment:{made.pk}"
    assert (told["assessor"], told["at"], told["changed"]) == ("analyst", "2026-11-23T12:00:00Z", None)
    assert told["note"] == "two sources"

    entry = LedgerEntry.objects.get(kind="assessment.answered")
    assert entry.item is None
    body = json.loads(LedgerBody.objects.get(entry=entry).body)
    assert body["answer"] == made.pk
    assert body["by"]["post"] == "analyst"
    assert (body["place_id"], body["code"], body["state"]) == ("SDN", "7.5", "present")
    assert Situation.objects.filter(place_id="SDN").exists()


def test_a_new_answer_supersedes_the_old_one_and_leaves_it_readable(ctx):
    first = give(ctx)
    second = give(ctx, state="absent", trend="better", evidence="", no_evidence_reason="site visit found none")
    assert second.supersedes_id == first.pk
    assert [a["id"] for a in cell("SDN", "7.5")["answers"]] == [second.pk]
    told = assessments.history("SDN", "7.5")
    assert [a["id"] for a in told] == [first.pk, second.pk]
    assert told[1]["changed"]["state"] == ["present", "absent"]
    assert set(told[1]["changed"]) == {"state", "trend", "evidence", "no_evidence_reason"}
    third = give(ctx, state="absent", trend="better", evidence="", no_evidence_reason="site visit found none")
    assert assessments.view(third)["changed"] == {}
    assert LedgerEntry.objects.filter(kind="assessment.answered").count() == 3


def test_assessors_stand_side_by_side_and_disagreement_is_kept(ctx):
    give(ctx)
    assert cell("SDN", "7.5")["disagree"] is False
    give(ctx, actor=READER, state="unknown", evidence="", no_evidence_reason="no access")
    row = cell("SDN", "7.5")
    assert {a["post"]: a["state"] for a in row["answers"]} == {"analyst": "present", "second_reader": "unknown"}
    assert row["disagree"] is True
    give(ctx, state="partly")
    assert {a["post"] for a in cell("SDN", "7.5")["answers"]} == {"analyst", "second_reader"}


def test_two_people_under_one_post_are_two_assessors(ctx):
    actors = []
    for name in ("amal", "berta"):
        person = Person.objects.create(username=name)
        Holding.objects.create(person=person, post="analyst", since=ctx.now())
        actors.append(people.Actor("analyst", person, "desk"))
    give(ctx, actor=actors[0])
    give(ctx, actor=actors[1], state="absent")
    assert [a["assessor"] for a in cell("SDN", "7.5")["answers"]] == ["amal", "berta"]


@pytest.mark.parametrize(
    "change",
    [
        {"evidence": ""},
        {"evidence": "  \n\t "},
        {"evidence": "---"},
        {"evidence": "", "no_evidence_reason": " … "},
        {"no_evidence_reason": "and none"},
        {"evidence": "javascript:alert(1)"},
        {"evidence": "data:text/html,x"},
        {"evidence": "x" * 5000},
        {"note": "x" * 100_001},
    ],
)
def test_an_answer_without_plain_evidence_or_reason_is_refused(ctx, change):
    with pytest.raises(Refused) as caught:
        give(ctx, **change)
    assert caught.value.todo
    assert not Answer.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_unknown_needs_its_reason_too(ctx):
    with pytest.raises(Refused):
        give(ctx, state="unknown", evidence="")


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"state": "maybe"}, "present, partly, absent, unknown"),
        ({"trend": "up"}, "worse, same, better, unknown"),
        ({"confidence": "sure"}, "high, moderate, low"),
        ({"code": "99.1"}, "RF1 to 14.10"),
        ({"place": "XXX"}, "three letters"),
        ({"actor": people.Actor("janitor", None, "cli")}, "janitor"),
    ],
)
def test_what_there_is_not_is_misuse_and_the_choices_are_named(ctx, change, hint):
    with pytest.raises(Misuse, match=hint):
        give(ctx, **change)
    assert not Answer.objects.exists()


def test_somebody_who_does_not_hold_the_post_is_refused(ctx):
    person = Person.objects.create(username="guest")
    with pytest.raises(Refused, match="does not hold the post"):
        give(ctx, actor=people.Actor("analyst", person, "desk"))


def test_an_answer_cannot_be_edited_or_deleted(ctx):
    made = give(ctx)
    with pytest.raises(DatabaseError), transaction.atomic():
        Answer.objects.filter(pk=made.pk).update(state="absent")
    with pytest.raises(DatabaseError), transaction.atomic():
        Answer.objects.filter(pk=made.pk).delete()
    assert Answer.objects.get(pk=made.pk).state == "present"


def test_the_answer_and_its_entry_stand_or_fall_together(ctx, monkeypatch):
    from tocsin.response.register import record

    def broken(*_, **__):
        raise Refused("the ledger is full")

    monkeypatch.setattr(record, "enter", broken)
    with pytest.raises(Refused, match="ledger is full"):
        give(ctx)
    assert not Answer.objects.exists()


def test_factors_seen_come_from_present_and_partly_alone_with_citations(ctx):
    assert assessments.factors_seen("SDN") == {}
    a = give(ctx, code="11.2")
    b = give(ctx, code="7.5", state="partly", actor=READER)
    c = give(ctx, code="RF2")
    give(ctx, code="9.1", state="absent")
    give(ctx, code="14.1", state="unknown", evidence="", no_evidence_reason="no access")
    give(ctx, code="8.1")
    give(ctx, code="8.1", state="absent")
    give(ctx, code="1.1", place="TCD")
    assert {code: seen.citations for code, seen in assessments.factors_seen("SDN").items()} == {
        "RF2": (f"assessment:{c.pk}",),
        "RF7": (f"assessment:{b.pk}",),
        "RF11": (f"assessment:{a.pk}",),
    }
    assert {code: seen.state for code, seen in assessments.factors_answered("SDN").items()} == {
        "RF2": "present",
        "RF7": "partly",
        "RF8": "absent",
        "RF9": "absent",
        "RF11": "present",
        "RF14": "unknown",
    }


def test_a_citation_leads_back_to_its_answer(ctx):
    made = give(ctx)
    assert assessments.cited(f"assessment:{made.pk}") == made
    for nothing in ("assessment:999999", "assessment:", "assessment:1 or 1", "warning:1", "", "assessment:٣"):
        assert assessments.cited(nothing) is None


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    answers=st.lists(
        st.tuples(
            st.sampled_from([ANALYST, READER]),
            st.sampled_from(["1.1", "7.5", "RF7", "13.18"]),
            st.sampled_from(Answer.State.values),
        ),
        max_size=8,
    )
)
def test_nothing_given_is_ever_lost_and_nothing_is_summed(ctx, answers):
    with transaction.atomic():
        before = Answer.objects.count()
        for actor, code, state in answers:
            give(ctx, code=code, actor=actor, state=state, place="COD")
        assert Answer.objects.count() == before + len(answers)
        rows = assessments.grid("COD")
        shown = {(a["code"], a["post"]): a["state"] for r in rows for c in [r, *r["indicators"]] for a in c["answers"]}
        assert shown == {(code, actor.post): state for actor, code, state in answers}
        numbers = {key for r in rows for key, v in r.items() if isinstance(v, int) and not isinstance(v, bool)}
        assert numbers == {"answered", "of"}
        transaction.set_rollback(True)


def test_the_question_asked_of_a_factor_differs_from_its_indicators(ctx):
    give(ctx, code="RF7")
    factor = next(r for r in assessments.grid("SDN") if r["code"] == "RF7")
    assert [a["state"] for a in factor["answers"]] == ["present"]
    assert factor["answered"] == 0
    assert library().framework.factor_of("RF7") == "RF7"
