"""M29: the same evidence in UN and US forms; the round trip loses no field, and each export says its losses."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from teller import Teller

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
ANSWERS = [
    (
        "7.14",
        "present",
        "worse",
        "high",
        ("--evidence", "https://example.org/radio"),
        ("--note", "“Inyenzi” on air, daily"),
    ),
    ("RF5", "partly", "unknown", "low", ("--no-evidence", "the embassy has closed"), ()),
    ("10.3", "unknown", "unknown", "low", ("--no-evidence", "nobody can travel there"), ()),
    ("6.4", "present", "worse", "moderate", ("--evidence", "letter of the mission, 3 Nov"), ()),
]
OWN = (
    "A3",
    "present",
    "same",
    "moderate",
    ("--evidence", "bishops' letter, 1 Nov"),
    ("--note", "Two bishops shelter families"),
)


@pytest.fixture(scope="module")
def told(tmp_path_factory, laid) -> Teller:
    """A home in which one analyst has answered four UN questions and one of the US form."""
    tell = Teller(laid(tmp_path_factory.mktemp("m29") / "home"), now=NOON)
    for framework, rows in (("un_framework", ANSWERS), ("us_araf", [OWN])):
        for code, state, trend, confidence, evidence, note in rows:
            said = ("--state", state, "--trend", trend, "--confidence", confidence, *evidence, *note)
            tell("assess", "SDN", code, "--framework", framework, *said, "--by", "analyst")
    return tell


def test_m29_the_same_evidence_in_both_forms_and_no_field_lost(told: Teller) -> None:
    folder = told.home.parent
    un, us, back = folder / "un.json", folder / "us.json", folder / "back.json"
    told("framework", "fill", "--place", "SDN", "--form", "un_framework", "--to", str(un))
    told("framework", "fill", "--place", "Sudan", "--form", "us_araf", "--to", str(us))
    told("framework", "convert", str(us), "--form", "un_framework", "--to", str(back))
    assert back.read_bytes() == un.read_bytes(), "UN to US to UN: the same bytes"
    again = folder / "again.json"
    told("framework", "convert", str(un), "--form", "us_araf", "--to", str(again))
    assert again.read_bytes() == us.read_bytes(), "and US to UN to US"

    form = json.loads(us.read_text(encoding="utf-8"))
    evidence = {row["held"]["evidence"] for row in form["answers"]}
    assert {"https://example.org/radio", "letter of the mission, 3 Nov", "bishops' letter, 1 Nov"} <= evidence
    assert [row["question"] for row in form["answers"]] == ["A2", "A3", "G1", "R6", "T1"]
    lost = {loss["what"] for loss in form["losses"]}
    assert {"state", "trend", "confidence", "RF7", "RF6"} <= lost
    assert all(loss["why"] for loss in form["losses"])
    unplaced = json.loads(un.read_text(encoding="utf-8"))["unplaced"]
    assert [(row["carried"]["code"], row["carried"]["finding"]) for row in unplaced] == [
        ("A3", "Two bishops shelter families")
    ]


def test_m29_a_table_states_its_losses_and_the_headings_are_in_the_readers_words(told: Teller) -> None:
    table = told.home.parent / "us.csv"
    words = ("framework", "fill", "--place", "SDN", "--form", "us_araf", "--format", "csv", "--to", str(table))
    told(*words, "--words", "us")
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    sections = {row["section"] for row in rows}
    assert {"answer", "not answered", "lost", "words"} <= sections
    trigger = next(row for row in rows if row["question"] == "T33")
    assert trigger["text"] == "triggering factor: trigger"
    assert "escalation rule" in trigger["why"]
    first = table.read_bytes()
    told(*words, "--words", "us")
    assert table.read_bytes() == first, "two analysts with the same inputs get the same bytes"


def test_m29_shared_questions_are_asked_once(told: Teller) -> None:
    done = told.start(
        "assess", "SDN", "T2", "--framework", "us_araf", "--state", "present", "--confidence", "low", "--by", "analyst"
    )
    _, error = done.communicate(timeout=120)
    assert done.returncode == 2
    assert "T2" in error


def test_m29_the_frameworks_are_published_for_machines_under_an_open_licence(told: Teller, tmp_path: Path) -> None:
    once, twice = tmp_path / "once", tmp_path / "twice"
    for folder in (once, twice):
        told("framework", "publish", "--to", str(folder))
    names = sorted(path.name for path in once.iterdir())
    assert [(once / n).read_bytes() for n in names] == [(twice / n).read_bytes() for n in names]
    assert "CC BY 4.0" in (once / "LICENCE.txt").read_text(encoding="utf-8")
    whole = json.loads((once / "un_framework-1.jsonld").read_text(encoding="utf-8"))
    assert "http" not in json.dumps([v for v in whole["@graph"] if v["@type"] == "skos:Concept"]), "nothing to fetch"
    concepts = {node["@id"]: node for node in whole["@graph"] if node["@type"] == "skos:Concept"}
    assert len(concepts) == 157
    sign = concepts["urn:tocsin:framework:un_framework:7.14"]
    assert sign["skos:broader"] == {"@id": "urn:tocsin:framework:un_framework:RF7"}
    assert {"@language": "fr", "@value": "Facteurs déclencheurs"} in concepts["urn:tocsin:framework:un_framework:RF8"][
        "skos:prefLabel"
    ]
    prefixes = {"@id", "@type", "@language", "@value", *whole["@context"]}
    assert all(key.partition(":")[0] in prefixes for node in whole["@graph"] for key in node)
