"""Techniques and ideas at the desk: what a person fills in, what comes back refused, what nobody else sees yet."""

from __future__ import annotations

import pytest

from tocsin.response.register.techniques import keep, show
from tocsin.response.register.techniques.models import Idea, TechniquePart

pytestmark = pytest.mark.django_db
QUESTION = "Who shelled the market, and was it meant to be seen?"
HOSTILE = "<script>alert(1)</script> the shells came from the north, مرحبا"


def begin(reader, kind: str, **more: str) -> str:
    answer = reader.post("/places/SDN/techniques", {"kind": kind, "question": QUESTION, "post": "analyst", **more})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return answer["Location"]


def say(reader, page: str, part: str, **words: str):
    return reader.post(page, {"act": "say", "post": "analyst", "part": part, "key": "", **words})


def text(reader, page: str) -> str:
    return reader.get(page).content.decode()


def test_a_matrix_is_filled_in_and_says_what_tells_apart(reader) -> None:
    assert "No technique has been opened" in text(reader, "/places/SDN/techniques")
    page = begin(reader, "hypotheses")
    assert "Add hypotheses and evidence below" in text(reader, page)
    for words in ("The army shelled it on orders from above", "It was staged so that the army is blamed"):
        assert say(reader, page, "hypothesis", text=words).status_code == 302
    shown = text(reader, page)
    assert "No hypothesis says that we are deceived, or wrong" in shown
    evidence = {"text": HOSTILE, "link": "https://example.org/x", "credibility": "high", "relevance": "high"}
    refused = say(reader, page, "evidence", **{**evidence, "link": "A99"})
    assert refused.status_code == 422
    assert "A99 is no answer on SDN" in refused.content.decode()
    assert "&lt;script&gt;alert(1)" in refused.content.decode()
    say(reader, page, "evidence", **evidence)
    say(reader, page, "evidence", **{**evidence, "text": "Both sides hold shells of this kind"})
    marks = {"mark-E1-H1": "C", "mark-E1-H2": "II", "mark-E2-H1": "C", "mark-E2-H2": "C"}
    assert reader.post(page, {"act": "marks", "post": "analyst", **marks}).status_code == 302
    shown = text(reader, page)
    assert "<script>alert" not in shown
    assert "<b>tells hypotheses apart</b>" in shown
    assert "it says the same of all" in shown
    assert "H1 &lt; H2" in shown
    assert "E1: left out, H1 or H2 is least spoken against" in shown
    reader.post(page, {"act": "marks", "post": "analyst", **marks, "mark-E1-H2": ""})
    one = keep.found("SDN", 1)
    from tocsin.desk.context import context

    analysis = show.view(context(), one)["analysis"]
    assert analysis["by_seat"][0]["left_out"] == ["E1"]
    assert reader.get(f"{page}.json").content.decode() == show.as_json(context(), one)


def test_taken_back_and_brought_back_and_written_meanwhile(reader) -> None:
    page = begin(reader, "wild_card")
    words = {"text": "The president dies", "how": "He is old and seen in a hospital", "done": "Somebody is on call",
             "early_sign": "The radio plays music in the morning"}  # fmt: skip
    say(reader, page, "wild_card", **{**words, "text": "The president dies in his sleep"})
    reader.post(page, {"act": "take_back", "post": "analyst", "key": "W1"})
    assert "taken back" in text(reader, page)
    reader.post(page, {"act": "bring_back", "post": "analyst", "key": "W1", "version": "1"})
    stale = say(
        reader, page, "wild_card", **{**words, "text": "A coup comes from below", "key": "W1", "made_from": "1"}
    )
    assert stale.status_code == 422
    assert "W1 was written anew meanwhile" in stale.content.decode()
    assert "A coup comes from below" in stale.content.decode()
    assert TechniquePart.every.filter(key="W1").count() == 3
    for wrong in ({"act": "dance"}, {"act": "bring_back", "key": "W1", "version": "99"}, {"act": "say", "part": "x"}):
        assert reader.post(page, {"post": "analyst", **wrong}).status_code == 422
    assert reader.get("/places/SDN/techniques/99").status_code == 404


def test_nobody_sees_a_blind_reason_and_everybody_after_the_reveal(reader) -> None:
    from tocsin.desk.context import context
    from tocsin.response.register.people import Actor

    page = begin(reader, "premortem", invited="analyst second_reader")
    other = Actor("second_reader", None, "cli", "berta")
    one = keep.found("SDN", 1)
    secret = "The convoy was let through because nobody read the second page"
    keep.put(context(), one, other, "reason", {"although": "acted", "text": secret, "early_sign": ""})
    say(reader, page, "reason", although="did_not_act", text="We waited for one more report and it came in May")
    shown = text(reader, page)
    assert secret not in shown
    assert "We waited for one more report" in shown
    assert secret not in reader.get(f"{page}.json").content.decode()
    keep.hand_in(context(), one, other)
    assert secret not in text(reader, page)
    assert reader.post(page, {"act": "hand_in", "post": "analyst"}).status_code == 302
    shown = text(reader, page)
    assert secret in shown
    assert "In no group yet" in shown
    words = {"name": "Too late", "reasons": ["R1.1", "R2.1"], "early_sign": "Nobody quotes the second page any more",
             "done": "The desk officer reads it aloud on Monday", "who": "desk_officer"}  # fmt: skip
    assert say(reader, page, "group", **words).status_code == 302
    assert "R1.1, R2.1" in text(reader, page)


def test_the_record_of_ideas_is_searched_and_judged(reader, item) -> None:
    page = f"/ideas?item={item.pk}"
    shown = text(reader, page)
    assert "Options nobody has put together" in shown
    idea = {"title": "Ombudsman on the road", "what": "He rides with the market lorries", "combine": "D01+D02",
            "item": str(item.pk), "post": "analyst"}  # fmt: skip
    refused = reader.post(page, {**idea, "combine": "D01"})
    assert refused.status_code == 422
    assert "Ombudsman on the road" in refused.content.decode()
    assert reader.post(page, idea).status_code == 302
    kept = Idea.objects.get()
    assert (kept.place_id, kept.options) == (item.place_id, ["D01", "D02"])
    reader.post(page, {"act": "judge", "idea": str(kept.pk), "word": "rejected", "why": "No", "post": "analyst"})
    why = "The office has no car this year"
    reader.post(page, {"act": "judge", "idea": str(kept.pk), "word": "rejected", "why": why, "post": "analyst"})
    assert why in text(reader, "/ideas?q=lorries&state=rejected")
    assert "No idea in the record is like that" in text(reader, "/ideas?q=nothing")
