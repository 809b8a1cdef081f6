"""The rota, contacts and offices by command line: the main path of each, and one sentence for bad words."""

from __future__ import annotations

import pytest

from cli.test_docket import Tell, tell
from tocsin.catalog import directive

__all__ = ["tell"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ada(tell: Tell) -> str:
    """An account that holds the post of analyst."""
    tell("people", "add", "ada", "--name", "Ada N.")
    tell("people", "hold", "analyst", "ada")
    return "ada"


def test_a_shift_is_planned_noted_and_taken_over(tell: Tell, ada: str) -> None:
    tell("people", "add", "ben", "--name", "Ben O.")
    tell("people", "hold", directive.current().deputies("analyst")[0].id, "ben")
    made = tell("people", "rota", "fill", "analyst", "ada,ben", "--from", "2099-01-05", "--days", "4")["shifts"]
    assert [s["person"] for s in made] == ["ada", "ben", "ada", "ben"]
    assert made[0]["ends_at"] == made[1]["starts_at"], "no gap between two"
    extra = tell("people", "rota", "plan", "analyst", ada, "--from", "2099-02-01T08:00", "--to", "2099-02-02T08:00")
    tell("people", "rota", "note", str(extra["shift"]), "--text", "Watch the road north", "--by", "analyst")
    shown = tell("people", "rota", "list", "analyst", "--days", "30")["rota"]
    assert [r["post"] for r in shown] == ["analyst"]
    assert len(shown[0]["shifts"]) == 5
    assert tell("people", "rota", "cancel", str(extra["shift"]))
    assert len(tell("people", "rota", "list", "analyst")["rota"][0]["shifts"]) == 4


def test_a_contact_is_added_verified_and_retired(tell: Tell, ada: str) -> None:
    words = ["field", "--channel", "email", "--address", "field@mission.example", "--quiet", "22:00-07:00"]
    row = tell("people", "contacts", "add", *words)
    assert row["last_verified_at"] is None
    number = str(row["contact"])
    assert tell("people", "contacts", "verify", number)["last_verified_at"]
    assert [c["address"] for c in tell("people", "contacts", "list")["contacts"]] == ["field@mission.example"]
    assert tell("people", "contacts", "retire", number)["retired_at"]
    assert tell("people", "contacts", "restore", number)["retired_at"] is None


def test_an_office_is_asked_and_answers(tell: Tell, ada: str) -> None:
    asked = tell("people", "ping", "field")["asked"]
    assert [a["office"] for a in asked] == ["field"]
    rows = {r["office"]: r for r in tell("people", "offices")["offices"]}
    assert rows["field"]["state"] == "asked"
    tell("people", "answer", "field", "--by", "analyst")
    rows = {r["office"]: r for r in tell("people", "offices")["offices"]}
    assert rows["field"]["state"] == "fresh"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (
            ["rota", "plan", "analyst", "nobody", "--from", "2099-01-05T08:00", "--to", "2099-01-05T16:00"],
            1,
            "no account",
        ),
        (["rota", "fill", "analyst", "ada", "--from", "2099-01-05", "--days", "2", "--at", "soon"], 2, "time of day"),
        (["rota", "accept", "7", "--by", "analyst"], 1, "no shift 7"),
        (["contacts", "add", "field", "--channel", "pigeon", "--address", "x"], 2, "pigeon"),
        (["contacts", "add", "moon", "--channel", "email", "--address", "a@b.example"], 2, "no office"),
        (["contacts", "verify", "7"], 1, "no contact 7"),
        (["ping"], 2, "One office is asked, or --all"),
        (["ping", "moon"], 2, "no office"),
        (["answer", "field", "--by", "principal"], 1, "does not sit in"),
    ],
)
def test_bad_words_are_told_in_one_sentence(tell: Tell, ada: str, words: list[str], code: int, said: str) -> None:
    assert said in tell("people", *words, exits=code, text=True)
