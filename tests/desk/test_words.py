"""Pages in the reader's words, with the note of a false friend at the foot; a text marked and kept nowhere (M56)."""

from __future__ import annotations

import re

from tocsin.response.register.models import Person

TEXT = "Our conflict prevention and stability work beside peacekeeping."


def main_of(answer) -> str:
    return answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]


def test_a_person_keeps_a_vocabulary_and_the_address_beats_it(reader) -> None:
    assert "United Nations</b>" in reader.get("/words").content.decode()
    assert reader.post("/words/keep", {"vocabulary": "eu_au"}).status_code == 302
    assert Person.objects.get(username="operator").words == "eu_au"
    kept = reader.get("/words").content.decode()
    assert "<b>EU and AU</b>" in kept
    assert "restrictive measures" in main_of(reader.get("/words"))
    assert "<b>US government</b>" in reader.get("/words?words=us").content.decode()
    assert "<b>EU and AU</b>" in reader.get("/docket").content.decode()


def test_a_vocabulary_there_is_not_is_said_and_changes_nothing(reader) -> None:
    answer = reader.get("/words?words=<script>")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "There is no vocabulary “&lt;script&gt;”" in text
    reader.post("/words/keep", {"vocabulary": "klingon"})
    assert Person.objects.get(username="operator").words == ""


def test_the_switch_keeps_what_else_stands_in_the_address(reader) -> None:
    text = reader.get("/docket?level=alert&q=sudan").content.decode()
    assert "?level=alert&amp;q=sudan&amp;words=us" in text


def test_a_text_is_marked_with_mapped_words_and_warnings_and_comes_back_whole(reader) -> None:
    text = main_of(reader.post("/words", {"text": TEXT, "source": "us", "target": "un"}))
    plain = re.sub(r"<[^>]+>", "", text)
    assert "conflict prevention and stability [preventive diplomacy †]" in plain
    assert "May trade justice for calm" in plain
    assert TEXT in plain, "what was typed is still in the form"


def test_hostile_endless_and_empty_texts_are_answered(reader) -> None:
    hostile = "<script>alert(1)</script> peacekeeping " * 2500
    answer = reader.post("/words", {"text": hostile, "source": "us", "target": "un"})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    for text, said in (("", "There is no text"), ("x" * 200_001, "too long")):
        refused = reader.post("/words", {"text": text, "source": "us", "target": "un"})
        assert refused.status_code == 422
        assert said in refused.content.decode()
