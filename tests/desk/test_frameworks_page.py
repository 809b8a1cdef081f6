"""Frameworks on the desk: each question with its status and counterpart, files to carry, forms of a place (M29)."""

from __future__ import annotations

import json

from tocsin.catalog.frameworks.forms import read_back
from tocsin.desk.context import context
from tocsin.response.register import assessments
from tocsin.response.register.models import Person
from tocsin.response.register.people import Actor


def test_each_question_shows_its_wording_its_basis_and_its_counterpart(reader) -> None:
    text = reader.get("/frameworks/us_araf").content.decode()
    assert "asked once as un_framework:RF8" in text
    assert "no counterpart" in text
    assert "read from a copy of its source" in text and "from memory, unverified" in text
    french = reader.get("/frameworks/un_framework?language=fr").content.decode()
    assert '<span lang="fr">Facteurs déclencheurs</span>' in french
    assert "own unreviewed" in french and "not translated" in french


def test_the_crosswalk_says_what_each_form_cannot_hold(reader) -> None:
    text = reader.get("/frameworks").content.decode()
    assert "no factor asks for protectors by name" in text
    assert "the twelve events one by one" in text
    assert "It asks for prose, and has no four-way answer" in text
    assert "CC BY 4.0" in text


def test_a_place_is_exported_in_either_form_in_the_readers_words(reader) -> None:
    actor = Actor(post="analyst", person=Person.objects.get(username="operator"), via="desk")
    assessments.answer(
        context(),
        actor,
        "SDN",
        "7.14",
        state="present",
        trend="worse",
        confidence="high",
        evidence="https://example.org/x",
    )
    answer = reader.get("/places/SDN/forms/us_araf.json?words=us")
    assert "attachment" in answer["Content-Disposition"]
    form = json.loads(answer.content)
    assert [row["question"] for row in form["answers"]] == ["T1"]
    assert {"word": "trigger", "concept": "T33"}.items() <= form["words"]["said"][2].items()
    un = json.loads(reader.get("/places/SDN/forms/un_framework.json").content)
    assert read_back(form) == read_back(un)
    assert b"held:state" in reader.get("/places/SDN/forms/un_framework.csv").content
    assert 'href="/places/SDN/forms/us_araf.json"' in reader.get("/places/SDN").content.decode()


def test_what_does_not_exist_is_said(reader) -> None:
    for url in (
        "/frameworks/stanton",
        "/frameworks/stanton.csv",
        "/places/SDN/forms/stanton.json",
        "/places/XQX/forms/us_araf.json",
    ):
        answer = reader.get(url)
        assert answer.status_code == 404
        assert "There is no" in answer.content.decode() or "not a place" in answer.content.decode()
