"""The docket by command line, in one process: keys, exit codes, and words a duty officer can use."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tocsin.cli.main import main

pytestmark = pytest.mark.django_db(transaction=True)

Tell = Callable[..., Any]


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Tell:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))

    def run(*words: str, exits: int = 0, text: bool = False) -> Any:
        # Another hand for each post: one is no two votes.
        monkeypatch.setenv("LOGNAME", words[words.index("--by") + 1] if "--by" in words[:-1] else "somebody")
        code = main([*words, *([] if text else ["--json"])])
        out, err = capsys.readouterr()
        assert code == exits, (code, out, err)
        if exits:
            assert err.startswith("tocsin: ")
            assert len(err.strip().splitlines()) == 1
            return err if text else json.loads(out)["error"]
        return out if text else json.loads(out)

    return run


def test_the_docket_by_command_line(tell: Tell) -> None:
    bell = tell("bell", "Sudan", "--because", "Convoys north of El Fasher since Friday")
    number = str(bell["item"])
    assert bell["id"] == bell["item"]
    shown = tell("docket", "show", number)
    assert {
        "id",
        "place_id",
        "state",
        "level",
        "tier",
        "owner",
        "clocks",
        "warnings",
        "decision",
        "commitments",
    } <= set(shown)
    assert tell("docket", "ack", number, "--by", "desk_officer")["acknowledged_by"] == "desk_officer"
    assert tell("docket", "ack", number, "--by", "desk_officer")["acknowledged_by"] == "desk_officer"
    words = (
        "--reasons",
        "W1 and the readers",
        "--dissent",
        "Deputies would wait",
        "--reject",
        "nothing: It would leave the town to its besiegers",
        "--answer",
        "The ambassador asks for the convoys to stop",
        "--review",
        "2099-01-01",
        "--by",
        "principal",
    )
    assert "further off" in tell("docket", "decide", number, "--act", "--option", "D01", *words, exits=1)["what"]
    words = tuple(w if w != "2099-01-01" else _soon() for w in words)
    decided = tell("docket", "decide", number, "--act", "--option", "D01", "--option", "D03", *words)
    assert decided["decision"]["options_chosen"] == ["D01", "D03"]
    assert decided["decision"]["dissent"] == "Deputies would wait"
    commitment = str(decided["commitments"][0]["id"])
    done = tell("docket", "done", number, commitment, "--evidence", "Cable 7", "--by", "principal")
    assert [c["state"] for c in done["commitments"]].count("met") == 1
    assert tell("docket", "review", number, "--reasons", "As planned", "--by", "principal")["review_on"]
    assert "under way" in tell("docket", "close", number, "--reasons", "x", "--by", "principal", exits=1)["what"]
    ticked = tell("tick", "--now", "2031-01-01")
    assert {"moved", "lapses", "messages"} <= set(ticked)
    assert {la["clock"] for la in ticked["lapses"]} == {"commitment", "review"}
    assert isinstance(ticked["messages"], int)
    assert (
        tell("docket", "close", number, "--reasons", "Over", "--found", "partly", "--by", "principal")["state"]
        == "closed"
    )
    assert tell("docket", "list", "--state", "undecided")["items"] == []
    assert len(tell("docket", "list")["items"]) == 1


def _soon() -> str:
    from datetime import timedelta

    from tocsin.core.clock import SystemClock

    return str((SystemClock().now() + timedelta(days=20)).date())


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["docket", "ack", "1"], 2, "--by POST"),
        (["docket", "ack", "1", "--by", "king"], 2, "no post 'king'"),
        (["docket", "ack", "77", "--by", "principal"], 1, "no docket item 77"),
        (["docket", "show", "one"], 2, "integer"),
        (["docket", "list", "--state", "asleep"], 2, "no state"),
        (["docket", "decide", "1", "--reasons", "W1", "--by", "principal"], 2, "exactly one"),
        (["docket", "decide", "1", "--act", "--decline", "--reasons", "W1", "--by", "principal"], 2, "exactly one"),
        (
            ["docket", "decide", "1", "--act", "--option", "D01", "--reasons", "W1", "--by", "principal"],
            1,
            "no docket item 1",
        ),
        (
            ["docket", "decide", "1", "--decline", "--reasons", "W1", "--review", "soon", "--by", "principal"],
            2,
            "not a date",
        ),
        (["docket", "decide", "1", "--decline", "--reasons", "W1", "--review", "2026-12-20"], 2, "--by POST"),
        (["docket", "decide", "1", "--act", "--reject", "D03", "--reasons", "W1", "--by", "principal"], 1, "item 1"),
        (["docket", "done", "1", "9", "--evidence", "x", "--by", "principal"], 1, "no commitment 9"),
        (["bell", "Atlantis", "--because", "x"], 2, "not a place"),
        (["bell", "SDN", "--because", "  "], 1, "reason"),
        (["bell", "SDN", "--because", "x", "--by", "king"], 2, "no post"),
        (["tick", "--now", "yesterday"], 2, "not a time"),
        (["people", "hold", "principal", "nobody"], 1, "no account"),
        (["people", "add", "ada", "--by", "principal"], 1, "Only the operator"),
    ],
)
def test_errors_say_what_where_and_what_to_do(tell: Tell, words: list[str], code: int, said: str) -> None:
    assert said in tell(*words, exits=code, text=True)


def test_the_words_on_the_screen(tell: Tell) -> None:
    assert "The docket is empty" in tell("docket", "list", text=True)
    text = tell("bell", "MMR", "--because", "Lists are being made", text=True)
    for words in (
        "Item",
        "Myanmar",
        "alert",
        "tier 3 of 5",
        "delivery",
        "decision",
        "h left",
        "desk_officer",
        "Nobody owns",
        "W1 bell",
    ):
        assert words in text
    assert max(map(len, text.splitlines())) <= 110
    listed = tell("docket", "list", text=True)
    assert "1 of 1 await a decision" in listed
    assert "2 items moved, 4 clocks ran out" in tell("tick", "--now", "2031-01-01", text=True)
    assert "LAPSED" in tell("docket", "list", text=True)


def test_people_and_posts(tell: Tell) -> None:
    assert "operator, stands in for every post" in tell("people", "list", text=True)
    assert tell("people", "add", "ada", "--name", "Ada")["username"] == "ada"
    tell("people", "hold", "principal", "ada")
    posts = {row["post"]: row for row in tell("people", "list")["posts"]}
    assert posts["principal"]["held_by"] == ["ada"]
    assert posts["principal"]["stands_in"] is False
    assert posts["deputies"]["stands_in"] is True
