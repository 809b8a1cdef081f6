"""Concept words stand in headings in the reader's words, with a note at the foot; exports can be read so too (M56)."""

from __future__ import annotations

import json
import re

import pytest

from tocsin.catalog.terms import say
from tocsin.response.oversight import entries, statutory


def plain(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def test_a_word_leads_to_its_note_and_the_note_leads_back(reader) -> None:
    text = reader.get("/places/SDN?words=data").content.decode()
    assert re.search(r'<abbr class="term" title="Factor is not cause">Covariate</abbr><sup><a class="friend"', text)
    assert 'href="#word-T31"' in text and '<dt id="word-T31">' in text
    assert 'href="#at-T31"' in text and 'id="at-T31"' in text
    assert text.count('id="at-T31"') == 1
    note = text.split('<dt id="word-T31">', 1)[1].split("</dd>", 1)[0]
    assert "Factor is not cause" in note and "risk factor (United Nations, US government)" in re.sub(
        r"<[^>]+>", "", note
    )
    assert "unverified" in note


@pytest.mark.parametrize(
    ("url", "un", "data"),
    [
        ("/", "Armed conflict", "State-based conflict"),
        ("/places/SDN", "Risk factor†", "Covariate†"),
        ("/options/D05", "Risk factors† addressed", "Covariates† addressed"),
        ("/docket/1", "Armed conflict", "State-based conflict"),
        ("/brief", "Armed conflict: ≥25", "State-based conflict: ≥25"),
    ],
)
def test_pages_speak_the_readers_words(url: str, un: str, data: str, reader, item) -> None:
    url = url.replace("/docket/1", f"/docket/{item.pk}")
    assert un in plain(reader.get(url))
    other = plain(reader.get(f"{url}?words=data"))
    assert data in other
    assert "Words on this page" in other or url == "/brief"


def test_a_word_the_vocabulary_does_not_have_says_so(reader) -> None:
    assert not say("T06", "un").own
    assert "No word of its own here, this is the concept's name" in plain(reader.get("/")).replace("&#x27;", "'")


def test_every_note_a_page_refers_to_is_on_it(reader, item) -> None:
    for url in ("/", "/places/SDN", "/options/D05", f"/docket/{item.pk}", f"/docket/{item.pk}/decide", "/words"):
        for vocabulary in ("un", "us", "eu_au", "ngo", "data"):
            text = reader.get(f"{url}?words={vocabulary}").content.decode()
            wanted = set(re.findall(r'href="#(word-T\d\d|at-T\d\d)"', text))
            assert wanted <= set(re.findall(r'id="((?:word|at)-T\d\d)"', text))


def test_the_brief_as_json_and_pdf_is_in_the_words_asked_for(reader) -> None:
    told = json.loads(reader.get("/brief.json?words=data").content)["words"]
    assert (told["vocabulary"], told["conflict"]) == ("data", "State-based conflict")
    assert any("War: 1,000" in note for note in told["notes"])
    assert reader.get("/brief.pdf?words=us").content.startswith(b"%PDF")


def test_an_overseers_report_gains_a_part_on_words_and_keeps_every_other_word(reader, desk) -> None:
    from tocsin.desk.context import context

    now = context().now()
    told = statutory.report(entries.from_register(), "wiesel", now.date(), now.date(), now)
    worded = statutory.with_words(told, "eu_au")
    assert worded["elements"][:-1] == told["elements"]
    rows = worded["elements"][-1]["parts"][0]["rows"]
    assert rows and all(len(row) == 3 for row in rows)
    from tocsin.desk.overseer.write import FORMATS

    for write in FORMATS.values():
        assert write(worded)
