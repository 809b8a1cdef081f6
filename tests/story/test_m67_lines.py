"""M67: a case with no armed conflict but systematic attack stands high on atrocity and low on conflict; no number."""

from __future__ import annotations

import json

import pytest

from cli.test_docket import Tell, tell
from desk.conftest import desk, reader, seeded_home

__all__ = ["desk", "reader", "seeded_home", "tell"]
pytestmark = pytest.mark.django_db(transaction=True)
CASE = {
    "D1": "present",
    "D2": "present",
    "D3": "present",
    "D4": "absent",
    "D6": "absent",
    "D7": "absent",
    "D5": "partly",
}
WAR = {"D1": "absent", "D2": "absent", "D3": "absent", "D4": "present", "D6": "present", "D7": "present"}


def answer(tell: Tell, place: str, said: dict[str, str], by: str = "analyst") -> None:
    for code, state in said.items():
        words = ["--state", state, "--confidence", "moderate", "--evidence", "https://example.org/a", "--grade", "B2"]
        tell("assess", "place", place, code, "--framework", "discriminators", *words, "--by", by)


def test_m67_systematic_attack_without_war_is_high_on_atrocity_and_low_on_conflict(tell: Tell) -> None:
    answer(tell, "Kenya", CASE)
    answer(tell, "Chad", WAR)
    without_war, war = tell("assess", "lines", "Kenya"), tell("assess", "lines", "Chad")
    assert (without_war["atrocity"], without_war["conflict"]) == ("present", "absent")
    assert (war["atrocity"], war["conflict"]) == ("absent", "present")
    assert without_war["guards"] == ["D5"]
    assert not any(isinstance(value, int | float) for value in without_war.values())
    assert len(without_war["citations"]["atrocity"]) == 3
    assert tell("assess", "lines", "Mali")["atrocity"] == "unknown"


def test_m67_the_page_shows_both_lines_and_the_questions(reader) -> None:
    typed = {"post": "analyst", "factor": "atrocity", "framework": "discriminators"}
    for code in ("D1", "D2"):
        typed |= {f"state-{code}": "present", f"confidence-{code}": "low", f"none-{code}": "told by two who fled"}
    assert reader.post("/places/KEN/assess", typed).status_code == 302
    reader.post(
        "/places/KEN/assess",
        {
            **typed,
            "factor": "conflict",
            "state-D6": "absent",
            "confidence-D6": "low",
            "none-D6": "one side only has arms",
        },
    )
    text = reader.get("/places/KEN").content.decode()
    assert 'one-sided violence against a group <span class="tag">present</span>' in text
    assert 'fighting between armed parties <span class="tag">absent</span>' in text
    assert "The violence is one-sided" in reader.get("/places/KEN/assess?framework=discriminators").content.decode()


def test_m67_the_lines_come_back_as_one_object(tell: Tell) -> None:
    assert set(json.loads(json.dumps(tell("assess", "lines", "SDN")))) == {
        "place_id",
        "atrocity",
        "conflict",
        "citations",
        "dissent",
        "guards",
        "rule",
    }
