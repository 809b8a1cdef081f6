"""Deciding as a body on the desk: each member signs; barriers, labels, recusal and outcome keep what was typed."""

from __future__ import annotations

import pytest

from desk.conftest import PASSPHRASE
from desk.test_decide import words
from tocsin.response.docket.models import Item

BARRIER = {
    "part": "block", "post": "analyst", "option_id": "D13", "type": "will_not", "sphere": "political",
    "by": "A permanent member", "why": "It said that it would block any statement",
    "evidence": "Press line of 12 November, page two", "workaround": "A statement of the regional body",
}  # fmt: skip


@pytest.fixture
def ada(reader):
    """Ada, who holds one seat among the deputies and nothing else; another person holds the second."""
    from tocsin.desk.context import context
    from tocsin.response.register import people
    from tocsin.response.register.models import Holding, Person

    operator = people.cli_actor("operator")
    for name, seat in (("ada", "deputy_political"), ("ben", "deputy_legal")):
        person = people.add(context(), name, name.title(), operator)
        person.may_sign = True
        person.set_password(PASSPHRASE)
        person.save()
        people.hold(context(), seat, person, operator)
    assert Holding.objects.filter(person__username="ada", until=None).count() == 1
    return Person.objects.get(username="ada")


def test_a_member_proposes_and_another_signs_it_into_effect(reader, ada, item) -> None:
    from tocsin.response.register.models import Person

    reader.force_login(ada)
    page = reader.get(f"/docket/{item.pk}/decide").content.decode()
    assert "This tier decides as a body" in page
    assert "Sign and put it to the body" in page
    typed = words(item, post="deputy_political", saw="0")
    refused = reader.post(f"/docket/{item.pk}/decide", typed)
    assert refused.status_code == 422
    assert "write the minutes" in refused.content.decode()
    typed["minutes"] = "Political and legal heard the desk officer; no cable yet."
    assert reader.post(f"/docket/{item.pk}/decide", typed).status_code == 302
    assert not item.decisions.exists()
    shown = reader.get(f"/docket/{item.pk}").content.decode()
    assert "1 of 2 assents" in shown
    assert f"/docket/{item.pk}" in reader.get("/bodies/deputies").content.decode()

    reader.force_login(Person.objects.get(username="ben"))
    unread = {"part": "assent", "post": "deputy_legal", "passphrase": PASSPHRASE, "read": "0"}
    stale = reader.post(f"/docket/{item.pk}/together", unread)
    assert stale.status_code == 422
    assert "you have not read it" in stale.content.decode()
    assert not item.decisions.exists()
    shown = reader.get(f"/docket/{item.pk}/together").content.decode()
    proposal = str(item.proposals.get().pk)
    assert f'name="read" value="{proposal}"' in shown
    word = {"part": "assent", "post": "deputy_legal", "passphrase": "not the right one", "read": proposal}
    wrong = reader.post(f"/docket/{item.pk}/together", word)
    assert wrong.status_code == 422
    assert "not the passphrase you sign with" in wrong.content.decode()
    assert not item.decisions.exists()
    assert reader.post(f"/docket/{item.pk}/together", {**word, "passphrase": PASSPHRASE}).status_code == 302
    decision = item.decisions.get()
    assert (decision.post, str(decision.person), decision.via) == ("deputies", "Ada", "desk")
    shown = reader.get(f"/docket/{item.pk}").content.decode()
    assert "Deputy for political affairs, Deputy for legal affairs said yes" in shown
    dissent = {"part": "dissent", "post": "deputy_legal", "reasons": "", "passphrase": PASSPHRASE}
    assert reader.post(f"/docket/{item.pk}/together", dissent).status_code == 422


def test_a_refused_barrier_keeps_what_was_typed_and_a_good_one_stands_on_the_page(reader, item) -> None:
    url = f"/docket/{item.pk}/together"
    refused = reader.post(url, {**BARRIER, "type": ""})
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "no type of barrier" in text
    assert "--type" not in text
    for kept in ("A permanent member", "A statement of the regional body", "D13"):
        assert kept in text
    assert reader.post(url, BARRIER).status_code == 302
    text = reader.get(url).content.decode()
    assert "will <span" in text
    assert "Who can act" in text
    position = {
        "part": "position", "post": "analyst", "by": "A permanent member", "stance": "against", "option_id": "D13",
        "statement": "We shall not support a statement", "source": "S/PV.9999, page 12", "said_on": "2026-01-12",
    }  # fmt: skip
    assert reader.post(url, position).status_code == 302
    assert "We shall not support a statement" in reader.get(url).content.decode()


def test_recused_at_the_desk_the_page_says_why_nothing_more_can_be_done(reader, item) -> None:
    url = f"/docket/{item.pk}/together"
    said = {"part": "recuse", "post": "desk_officer", "reasons": "My brother commands the garrison"}
    assert reader.post(url, said).status_code == 302
    due = item.decision_due
    now = Item.objects.get(pk=item.pk)
    assert now.decision_due == due
    answer = reader.post(f"/docket/{item.pk}/decide", words(item))
    assert answer.status_code == 422
    assert "is recused from item" in answer.content.decode()


def test_an_outcome_and_a_reopening_come_after_closing(reader, item) -> None:
    reader.post(f"/docket/{item.pk}/decide", words(item, saw="0"))
    reader.post(f"/docket/{item.pk}/close", {"post": "principal", "reasons": "Nothing more came of it"})
    url = f"/docket/{item.pk}/together"
    outcome = {"part": "outcome", "post": "principal", "came": "no_onset_acted", "evidence": "No report in a year"}
    assert "Nobody decided to act" in reader.post(url, outcome).content.decode()
    assert reader.post(url, {**outcome, "came": "no_onset"}).status_code == 302
    assert "no onset" in reader.get(f"/docket/{item.pk}").content.decode()
    again = {"part": "reopen", "post": "principal", "reasons": "A second reading came in today"}
    assert reader.post(url, again).status_code == 302
    opened = Item.objects.get(follows=item.pk)
    assert f"/docket/{item.pk}" in reader.get(f"/docket/{opened.pk}/together").content.decode()


def test_the_label_page_says_who_called_it_what_and_exports(reader) -> None:
    url = "/places/SDN/labels"
    assert "Nothing is recorded for Sudan" in reader.get(url).content.decode()
    typed = {
        "post": "analyst", "term": "genocide", "use": "avoided", "by": "The Assembly", "said_on": "2026-03-02",
        "document": "Resolution 12 of the Assembly", "words": "", "opened": "U01", "closed": "",
    }  # fmt: skip
    refused = reader.post(url, typed)
    assert refused.status_code == 422
    assert "Resolution 12 of the Assembly" in refused.content.decode()
    assert reader.post(url, {**typed, "words": "=grave acts"}).status_code == 302
    text = reader.get(url).content.decode()
    assert "The Assembly <b>avoided genocide</b> and said" in text
    assert "avoided genocide" in reader.get("/places/SDN").content.decode()
    table = reader.get("/places/SDN/labels.csv")
    assert table["Content-Type"].startswith("text/csv")
    assert "'=grave acts" in table.content.decode(), "no spreadsheet takes a cell for a formula"
