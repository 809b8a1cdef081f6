"""Two lines, atrocity and conflict, each with its own answers and neither a number (M67)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.discriminators import ID, LINES, discriminators
from tocsin.response.register import assessments, people
from tocsin.response.register.assessments.lines import state_of

ANALYST = people.Actor("analyst", None, "cli", "tester")
READER = people.Actor("second_reader", None, "cli", "other")
STATES = ("present", "partly", "absent", "unknown")


def give(ctx, code, state, actor=ANALYST, place="SDN"):
    return assessments.answer(
        ctx,
        actor,
        place,
        code,
        framework=ID,
        state=state,
        trend="unknown",
        confidence="low",
        evidence="https://example.org/a",
    )


@pytest.mark.django_db
def test_a_place_without_answers_is_unknown_on_both_lines():
    lines = assessments.lines("SDN")
    assert (lines.atrocity, lines.conflict) == ("unknown", "unknown")
    assert lines.guards == ()


@pytest.mark.django_db
def test_fighting_does_not_raise_the_line_of_atrocity_nor_the_other_way_round(ctx):
    give(ctx, "D6", "present")
    assert (assessments.lines("SDN").atrocity, assessments.lines("SDN").conflict) == ("unknown", "present")
    give(ctx, "D2", "present", place="TCD")
    assert (assessments.lines("TCD").atrocity, assessments.lines("TCD").conflict) == ("present", "unknown")


@pytest.mark.django_db
def test_one_who_saw_it_is_enough_and_the_dissent_stays(ctx):
    give(ctx, "D1", "absent")
    give(ctx, "D1", "present", actor=READER)
    give(ctx, "D5", "partly")
    lines = assessments.lines("SDN")
    assert lines.atrocity == "present"
    assert lines.dissent == {"atrocity": ("D1: analyst absent, second_reader present",), "conflict": ()}
    assert len(lines.citations["atrocity"]) == 2
    assert lines.guards == ("D5",)


@given(st.dictionaries(st.sampled_from([q.code for q in discriminators().questions]), st.sampled_from(STATES)))
def test_the_rule_of_the_lines(said):
    given_ = list(said.items())
    for line in LINES:
        questions = discriminators().of_line(line)
        state = state_of(line, given_)
        deciding = [said.get(q.code) for q in questions if q.deciding]
        others = [said.get(q.code) for q in questions if not q.deciding]
        assert (state == "present") == ("present" in deciding)
        if state == "absent":
            assert set(deciding) == {"absent"}
            assert set(others) <= {"absent", None}
        if not any(said.get(q.code) for q in questions):
            assert state == "unknown"
        # What is answered on the other line changes nothing here.
        assert state == state_of(line, [(c, s) for c, s in given_ if c in {q.code for q in questions}])
