"""Deciding together by command line: every command answers, and bad words get one clear sentence."""

from __future__ import annotations

import pytest

from cli.test_docket import Tell, tell
from tocsin.core.clock import SystemClock

__all__ = ["tell"]
pytestmark = pytest.mark.django_db(transaction=True)

WHY = ["--reasons", "W1: two readers confirm it"]
BARRIER = ["--kind", "political", "--actor", "A permanent member", "--why", "It said it would block any statement"]
BARRIER += ["--evidence", "Press line of 12 November", "--workaround", "A statement of the regional body"]


def test_a_body_decides_and_what_became_of_it_is_recorded(tell: Tell) -> None:
    number = str(tell("bell", "SDN", "--because", "Convoys with lists at dawn")["id"])
    words = ["--act", "--option", "D13", "--reject", "NOTHING: It would leave the town to its besiegers", *WHY]
    words += [
        "--answer",
        "The Council is asked to speak",
        "--review",
        "2099-01-01",
        "--minutes",
        "All three were heard",
    ]
    assert "further off" in tell("docket", "decide", number, *words, "--by", "deputy_legal", exits=1)["what"]
    words[words.index("2099-01-01")] = str(SystemClock().now().date())
    put = tell("docket", "decide", number, *words, "--by", "deputy_legal")
    assert put["proposals"][0]["open"]
    assert tell("docket", "agenda", "deputies")["agenda"][0]["proposal"]["assents"] == ["deputy_legal"]
    no = ["--reasons", "The cable has not been read yet"]
    tell("docket", "dissent", number, *no, "--by", "deputy_operations")
    done = tell("docket", "assent", number, "--by", "deputy_political")
    assert done["decision"]["post"] == "deputies"
    barrier = tell("docket", "block", number, "--option", "D13", "--type", "will_not", *BARRIER, "--by", "analyst")
    said = ["--stance", "against", "--says", "We shall not support it", "--source", "S/PV.9999", "--on", "2026-01-12"]
    tell("docket", "position", number, "--actor", "A permanent member", *said, "--by", "analyst")
    found = tell("docket", "will", number)
    assert [b["by"] for b in found["will"]] == [p["by"] for p in found["positions"]] == ["A permanent member"]
    assert tell("docket", "barriers")["kinds"]["political"] == 1
    gone = ["--evidence", "The statement of the Council today", "--by", "analyst"]
    assert not tell("docket", "unblock", number, str(barrier["barrier"]), *gone)["barriers"][0]["standing"]
    tell("docket", "done", number, str(done["commitments"][0]["id"]), "--evidence", "SC/15999", "--by", "principal")
    over = ["--reasons", "The Council has spoken", "--by", "principal"]
    assert "found of the doing" in tell("docket", "close", number, *over, exits=1)["what"]
    assert tell("docket", "close", number, *over, "--found", "done")["state"] == "closed"
    came = ["--came", "no_onset_acted", "--evidence", "No report since", "--cause", "The Council's statement held them"]
    tell("docket", "outcome", number, *came, "--confidence", "low", "--by", "principal")
    again = tell("docket", "reopen", number, "--reasons", "The convoys are back today", "--by", "principal")
    assert again["follows"] == int(number)
    stood_in = tell("docket", "recuse", str(again["id"]), *WHY, "--by", "desk_officer")
    assert stood_in["owner"] == "joint_office"
    assert (
        tell("docket", "minutes", "deputies", "--minutes", "All three were heard", "--by", "deputy_legal")["agenda"]
        == []
    )
    label = ["genocide", "--avoided", "--words", "grave acts", "--actor", "The Assembly", "--document", "Resolution 12"]
    tell("docket", "label", "SDN", *label, "--on", "2026-03-02", "--opened", "U01", "--by", "analyst")
    assert tell("docket", "labels", "SDN")["labels"][0]["words"] == "grave acts"
    assert "genocide" in tell("docket", "labels")["labels"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["assent", "7", "--by", "deputy_legal"], 1, "no docket item 7"),
        (["assent", "7"], 2, "--by POST"),
        (["block", "7", *BARRIER, "--by", "analyst"], 2, "--type"),
        (["block", "7", "--type", "maybe", *BARRIER, "--by", "analyst"], 2, "no type of barrier"),
        (["will", "7"], 1, "no docket item 7"),
        (["agenda", "principal"], 2, "is no body"),
        (
            ["label", "SDN", "genocide", "--actor", "X", "--document", "Y", "--on", "2026-01-01"],
            2,
            "was applied or",
        ),
        (["labels", "Atlantis"], 2, "not a place"),
    ],
)
def test_bad_words_are_told_in_one_sentence(tell: Tell, words: list[str], code: int, said: str) -> None:
    assert said in tell("docket", *words, exits=code, text=True)
