"""Rounds at the desk: two people, blind to each other until the reveal, then side by side."""

from __future__ import annotations

import json

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
SECRET = "a convoy that only amal saw"
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)> مرحبا 你好 '
ROUND = {
    "post": "analyst",
    "question": "Which steps before the election, and by whom?",
    "invited": "analyst\nsecond_reader",
    "closes_at": "2099-01-01T00:00",
    "framework": "un_framework",
    "codes": "RF7, 8.1",
    "options": "D05",
    "item": "",
}


@pytest.fixture
def two(desk):
    """Two people with a post each, signed in."""
    from tocsin.desk.context import context
    from tocsin.response.register.models import Holding, Person

    clients = []
    for name, post in (("amal", "analyst"), ("berta", "second_reader")):
        person = Person.objects.create(username=name, display_name=name.title())
        Holding.objects.filter(post=post).update(until=context().now())
        Holding.objects.create(person=person, post=post, since=context().now())
        client = Client()
        client.force_login(person)
        clients.append(client)
    return clients


def opened(client, **change):
    from datetime import timedelta

    from tocsin.desk.context import context

    closes = (context().now() + timedelta(days=7)).isoformat()[:16]
    return client.post("/places/SDN/rounds", {**ROUND, "closes_at": closes, **change})


def typed(post, code="7.5", state="present", made_from="0", **change):
    given = {
        "post": post,
        "factor": "RF7",
        "round": "1",
        f"made_from-{code}": made_from,
        f"state-{code}": state,
        f"trend-{code}": "worse",
        f"confidence-{code}": "moderate",
        f"evidence-{code}-0": "https://example.org/report",
        f"grade-{code}-0": "B2",
        f"dated-{code}-0": "2026-01-02",
    }
    return {**given, **change}


def seen(client, path):
    return client.get(path, follow=True).content.decode()


PLACES = [
    "/places/SDN",
    "/places/SDN/assess?factor=RF7",
    "/places/SDN/assess?factor=RF7&round=1",
    "/places/SDN/assess?factor=RF7&round=1&post=analyst",
    "/places/SDN/rounds",
    "/places/SDN/rounds/1",
    "/places/SDN/rounds/1?show=all",
    "/places/SDN/rounds/1.json",
    "/places/SDN/rounds/1.csv",
    "/ledger",
    "/docket",
    "/legislature/SDN",
    "/places/SDN/summary",
]


def test_an_assessor_sees_no_other_sheet_before_the_reveal_on_any_page(two, reader, desk) -> None:
    amal, berta = two
    assert opened(amal)["Location"] == "/places/SDN/rounds/1"
    assert amal.post("/places/SDN/assess", typed("analyst", **{"note-7.5": SECRET})).status_code == 302
    own = seen(amal, "/places/SDN/assess?factor=RF7")
    assert SECRET in own
    assert "Your sheet is yours alone" in own
    assert "<b>1 of 16 answered</b>" in own
    amal.post("/places/SDN/assess", {"act": "submit", "post": "analyst", "round": "1", "factor": "RF7"})
    for client in (berta, reader):
        for path in PLACES:
            assert SECRET not in seen(client, path), path
            assert "example.org/report" not in seen(client, path), path
    assert "submitted" in seen(berta, "/places/SDN/rounds/1")
    assert json.loads(seen(berta, "/places/SDN/rounds/1.json"))["revealed"] is None
    assert SECRET not in seen(berta, "/docket/1/decide")


def test_the_reveal_shows_both_with_agreement_dissent_and_a_revision(two) -> None:
    amal, berta = two
    opened(amal)
    for code in ("7.1", "7.2", "7.3", "7.4", "7.5"):
        amal.post("/places/SDN/assess", typed("analyst", code))
        state = "absent" if code == "7.5" else "present"
        berta.post("/places/SDN/assess", typed("second_reader", code, state, **{f"note-{code}": HOSTILE}))
    for client, post in ((amal, "analyst"), (berta, "second_reader")):
        done = client.post("/places/SDN/assess", {"act": "submit", "post": post, "round": "1"}, follow=True)
    text = done.content.decode()
    assert "The round is revealed" in text
    assert "because all had submitted" in text
    assert "Dissent on" in text
    assert "5 questions" in text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    from tocsin.response.register.models import Answer

    mine = Answer.objects.get(post="analyst", code="7.5")
    again = typed("analyst", "7.5", "absent", str(mine.pk))
    refused = amal.post("/places/SDN/assess", again)
    assert refused.status_code == 422
    assert "a revision says why" in refused.content.decode()
    amal.post("/places/SDN/assess", {**again, "why-7.5": "berta went there and saw none"})
    text = seen(amal, "/places/SDN/rounds/1")
    assert "Revised because: berta went there and saw none" in text
    assert "state: present → absent" in text
    for form in ("json", "csv"):
        exports = {client.get(f"/places/SDN/rounds/1.{form}").content for client in (amal, berta)}
        assert len(exports) == 1, "two analysts get the same bytes"
    shown = seen(amal, "/places/SDN")
    assert "round 1</a> revealed" in shown
    assert "assessors disagree on 1 factor" not in shown


def test_what_was_saved_twice_is_asked_about_and_neither_is_lost(two) -> None:
    amal, _ = two
    opened(amal)
    amal.post("/places/SDN/assess", typed("analyst", state="partly", **{"note-7.5": "from the page"}))
    later = amal.post(
        "/places/SDN/assess", typed("analyst", state="absent", **{"note-7.5": "from the bus"}), follow=True
    )
    text = later.content.decode()
    assert "7.5 was saved twice" in text
    assert "from the page" in text
    assert "from the bus" in text
    refused = amal.post("/places/SDN/assess", {"act": "submit", "post": "analyst", "round": "1"})
    assert refused.status_code == 422
    assert "Saved twice and not settled: 7.5" in refused.content.decode()
    from tocsin.response.register.models import Twice

    pair = Twice.objects.get().pk
    settled = {"act": "settle", "pair": pair, "chose": "both", "post": "analyst", "round": "1", "factor": "RF7"}
    assert "was saved twice" not in amal.post("/places/SDN/assess", settled, follow=True).content.decode()


def test_search_and_filters_live_in_the_address(two) -> None:
    amal, _ = two
    text = seen(amal, "/places/SDN/assess?q=militias")
    assert "“militias”: 1 question" in text
    assert "factor=RF7&amp;framework=un_framework#q-7.5" in text
    text = seen(amal, "/places/SDN/assess?factor=RF7&show=answered")
    assert "No question of RF7 is like that" in text
    assert "Atrocity or conflict" in text
    assert "marked as a target" in seen(amal, "/places/SDN/assess?framework=discriminators")
    assert "no framework" in seen(amal, "/places/SDN/assess?framework=tea_leaves")


def test_one_refused_answer_loses_none_of_the_others(two) -> None:
    amal, _ = two
    both = {**typed("analyst", "7.1"), **typed("analyst", "7.2", **{"evidence-7.2-0": "", "note-7.2": "kept as typed"})}
    both.pop("round")
    refused = amal.post("/places/SDN/assess", both)
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "Kept: 7.1. Not kept, and still typed below: 7.2" in text
    assert "kept as typed" in text
    from tocsin.response.register.models import Answer

    assert Answer.objects.get().code == "7.1"


def test_a_note_of_a_hundred_thousand_characters_in_any_script_is_kept_and_shown_as_text(two) -> None:
    amal, _ = two
    note = HOSTILE + "字" * 99_000
    one = typed("analyst", **{"note-7.5": note})
    one.pop("round")
    assert amal.post("/places/SDN/assess", one).status_code == 302
    from tocsin.response.register.models import Answer

    assert Answer.objects.get().note == note.strip()
    page = amal.get("/places/SDN/assess?factor=RF7").content
    assert b"<script>alert" not in page
    assert b"&lt;script&gt;alert" in page


def test_a_suggestion_is_accepted_or_set_aside_and_never_fills_itself_in(two) -> None:
    from tocsin.response.register.models import Answer, SuggestionWord

    amal, _ = two
    text = seen(amal, "/places/SDN/assess?factor=RF1")
    assert "An armed conflict was counted at the place" in text
    assert not Answer.every.exists()
    first = text.split('name="suggestion" value="', 1)[1].split('"', 1)[0]
    form = {"suggestion": first, "factor": "RF1", "post": "analyst", "confidence": "low", "grade": "C3"}
    refused = amal.post("/places/SDN/assess", {**form, "act": "reject"})
    assert refused.status_code == 422
    assert "set aside with a word" in refused.content.decode()
    amal.post("/places/SDN/assess", {**form, "act": "reject", "why": "the front is far from here"})
    assert not Answer.every.exists()
    assert "you set it aside: the front is far from here" in seen(amal, "/places/SDN/assess?factor=RF1")
    amal.post("/places/SDN/assess", {**form, "act": "accept"})
    answer = Answer.objects.get()
    assert (answer.suggestion, answer.state, answer.confidence) == (first, "present", "low")
    assert "run:" in answer.evidence
    assert "replaces no answer" in amal.post("/places/SDN/assess", {**form, "act": "accept"}).content.decode()
    assert SuggestionWord.objects.count() == 2


def test_a_withdrawn_source_lowers_what_it_supports_for_all_to_see(two, monkeypatch) -> None:
    from datetime import date

    from tocsin.catalog import withdrawn

    amal, _ = two
    one = typed("analyst", **{"confidence-7.5": "high"})
    one.pop("round")
    amal.post("/places/SDN/assess", one)
    gone = withdrawn.Withdrawal(
        source="https://example.org/report",
        kind="retracted",
        on=date(2026, 5, 1),
        why="figures were made up",
        basis="memory",
    )
    monkeypatch.setattr(withdrawn, "every", lambda: {gone.key: gone})
    text = seen(amal, "/places/SDN/assess?factor=RF7")
    assert "was retracted (2026-05-01): figures were made up" in text
    assert "given as high: its source no longer stands" in text
    from tocsin.response.register import assessments

    assert assessments.factors_seen("SDN")["RF7"].confidence == "low"
