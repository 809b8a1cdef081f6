"""The same answers in the form of the United Nations and in that of the United States, and no field lost (M29)."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.catalog import frameworks
from tocsin.catalog.cards import FIELDS
from tocsin.catalog.frameworks.forms import Given, fill, place, read_back
from tocsin.catalog.frameworks.reading import UN, US
from tocsin.core.errors import Misuse, Refused

DAY = "2026-11-26"
QUESTIONS = [q for name in (UN, US) for q in frameworks.get(name).questions.values()]
text = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)
answers = st.lists(
    st.builds(
        lambda q, state, trend, confidence, n, *texts: Given(
            q.framework, q.code, "SDN", state, trend, confidence, *texts, "analyst", "Ada", DAY, str(n), None
        ),
        st.sampled_from(QUESTIONS),
        st.sampled_from(["present", "partly", "absent", "unknown"]),
        st.sampled_from(["worse", "same", "better", "unknown"]),
        st.sampled_from(["high", "moderate", "low"]),
        st.integers(0, 10**6),
        text,
        text,
        text,
    ),
    max_size=12,
    unique_by=lambda g: g.id,
)


def through(given_answers, form):
    """Fill a form, write it as a file would hold it, read it back."""
    return read_back(json.loads(json.dumps(fill(given_answers, form, "SDN", DAY))))


def by_id(given_answers):
    return sorted(given_answers, key=lambda g: g.id)


@settings(deadline=None)
@given(answers)
def test_there_and_back_loses_no_field_in_either_direction(given_answers):
    for first, second in ((UN, US), (US, UN)):
        there = through(given_answers, first)
        back = through(there, second)
        assert by_id(there) == by_id(back) == by_id(given_answers)
        assert fill(back, first, "SDN", DAY) == fill(given_answers, first, "SDN", DAY)


@settings(deadline=None)
@given(answers, st.sampled_from([UN, US]))
def test_every_field_that_a_form_cannot_hold_is_carried_and_listed(given_answers, form):
    filled = fill(given_answers, form, "SDN", DAY)
    card = frameworks.get(form).card
    listed = {loss["what"] for loss in filled["losses"] if loss["kind"] == "field"}
    for row in filled["answers"]:
        assert set(row["held"]) == set(card.holds)
        assert {k for k, v in row["carried"].items() if v and k in FIELDS} <= listed
    assert all(row["why"] for row in filled["unplaced"])
    rows = len(filled["answers"]) + len(filled["unplaced"])
    assert rows == len(given_answers)


def one(framework, code, **more):
    return Given(framework, code, "SDN", "present", "worse", "high", **more)


def test_a_state_is_never_moved_to_a_question_that_asks_something_else():
    un, us = frameworks.get(UN), frameworks.get(US)
    assert place(one(UN, "7.14"), us).question.code == "T1"
    assert place(one(UN, "RF10"), us).question.code == "G1"
    assert place(one(UN, "13.1"), us).question.code == "A6", "a sign with a row of its own"
    assert place(one(US, "T2"), un).question.code == "RF8"
    for code in ("G1", "A3", "R6", "R1", "S2"):
        assert place(one(US, code), un).question is None
    unplaced = fill([one(US, "G1")], UN, "SDN", DAY)["unplaced"]
    assert "RF10, RF11, RF12, RF13, RF14 is near" in unplaced[0]["why"]


def test_the_us_form_says_in_words_what_it_has_no_column_for_and_what_nobody_answered():
    filled = fill([one(UN, "7.14", evidence="https://example.org/x")], US, "SDN", DAY)
    (row,) = filled["answers"]
    assert row["reads"].startswith("UN 7.14, More inflammatory talk")
    assert row["reads"].endswith("present, trend worse, confidence high")
    assert row["held"]["evidence"] == "https://example.org/x"
    assert {"state", "trend", "confidence", "framework", "code"} <= set(row["carried"])
    assert {k: v for k, v in filled["losses"][0].items() if k != "why"} == {
        "kind": "field",
        "what": "state",
        "answers": 1,
    }
    assert any(loss["kind"] == "question" and loss["under"] == "T1" for loss in filled["losses"])
    assert {"S2", "A3"} <= {q["question"] for q in filled["not_answered"]}


def test_what_a_us_office_writes_into_the_form_itself_comes_in_without_a_state():
    native = {
        "form": US,
        "answers": [{"question": "A1", "held": {"finding": "The guard has a motive.", "evidence": "cable 12"}}],
    }
    (came,) = read_back(native)
    assert (came.framework, came.code, came.state) == (US, "A1", None)
    (row,) = fill([came], UN, "SDN", DAY)["answers"]
    assert (row["question"], row["held"]["state"]) == ("RF4", None)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ([], "no filled form"),
        ({"form": US}, "no filled form"),
        ({"form": US, "answers": ["x"]}, "no answer"),
        ({"form": US, "answers": [{"question": "Z9"}]}, "us_araf:Z9 is no question"),
        ({"form": US, "answers": [{"question": "A1", "held": {"mood": "bad"}}]}, "mood"),
        ({"form": US, "answers": [{"question": "A1", "held": {"evidence": 7}}]}, "evidence"),
    ],
)
def test_a_file_that_does_not_hold_is_refused_where_it_fails(file, said):
    with pytest.raises(Refused) as refused:
        read_back(file)
    assert said in refused.value.sentence()


def test_a_form_that_takes_no_answers_is_misuse():
    with pytest.raises(Misuse, match="takes no answers"):
        fill([], "evidence_protocol", "SDN", DAY)
    with pytest.raises(Misuse, match="no framework"):
        read_back({"form": "stanton", "answers": []})
