"""Drills: a copy with a log of its own; who may move a clock; nothing made up reaches the real record."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import databases
from teller import Teller

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

LATER = (datetime.now(UTC) + timedelta(days=40)).strftime("%Y-%m-%dT%H:%M:%SZ")
WHY = "Two radio stations call one group vermin."


@pytest.fixture
def tell(tmp_path: Path, laid: Callable[[Path], Path]) -> Teller:
    """A home with one open item and one signed checkpoint."""
    found = Teller(laid(tmp_path / "home"))
    found("bell", "TGO", "--because", WHY)
    found("tick")
    return found


def drilled(tell: Teller) -> Teller:
    """Make a drill of a home and return it."""
    folder = tell.home.parent / "drill"
    assert tell("drill", str(folder))["log"].startswith("tocsin.drill/")
    return Teller(folder)


def key(tell: Teller) -> str:
    return tell.text("ledger", "key").strip().splitlines()[-1]


def test_a_drill_leaves_the_real_record_alone(tell: Teller) -> None:
    before = tell("docket", "show", "1")
    real = key(tell)
    drill = drilled(tell)
    moved = drill("tick", "--now", LATER)
    assert moved["lapses"]
    assert moved["clock"].startswith("Drill:")
    assert key(drill) != real
    assert key(tell) == real
    letters = [p.read_text(encoding="utf-8") for p in (drill.home / "mailbox").rglob("*.eml")]
    assert letters
    assert all("Subject: DRILL: " in letter for letter in letters)
    checks = {check["id"]: check for check in drill("doctor", exits=1)["checks"]}
    assert checks["clock"]["ok"]
    assert checks["ledger"]["ok"]
    assert tell("docket", "show", "1")["ledger"] == before["ledger"]
    assert tell("ledger", "checkpoint")["size"] >= 1, "the real home still signs"


def test_a_mark_laid_into_a_real_home_makes_no_drill(tell: Teller) -> None:
    (tell.home / "drill.json").write_text("{}", encoding="utf-8")
    assert "Drill:" not in tell("tick", "--now", LATER)["clock"]


def test_a_clock_does_not_run_backwards(tell: Teller) -> None:
    assert "does not run backwards" in tell.fails("tick", "--now", "2020-01-01", exits=1)
    tell("tick", "--now", LATER)
    assert "does not run backwards" in tell.fails("tick", "--now", datetime.now(UTC).isoformat(), exits=1)


def test_a_scratch_home_may_be_moved_once_and_says_so(tell: Teller) -> None:
    first = tell("tick", "--now", LATER)
    assert "nobody signed here" in first["clock"]
    size = tell("ledger", "checkpoint")["size"]
    again = tell("tick", "--now", LATER)
    assert (again["moved"], again["lapses"]) == ([], [])
    assert tell("ledger", "checkpoint")["size"] == size, "a second tick enters nothing"
    clock = next(check for check in tell("doctor", exits=1)["checks"] if check["id"] == "clock")
    assert not clock["ok"]
    assert "tocsin drill" in clock["todo"]
    assert "timedatectl" not in clock["todo"]


def test_a_home_somebody_signed_in_is_not_moved(tell: Teller) -> None:
    tell.text("people", "add", "ada")
    _sign(tell.home)
    said = tell.fails("tick", "--now", LATER, exits=1)
    assert "signed at the desk" in said
    assert "tocsin drill DIR" in said
    assert tell("docket", "show", "1")["lapses"] == []
    assert drilled(tell)("tick", "--now", LATER)["lapses"], "its drill is"


def _sign(home: Path) -> None:
    """Decide in another process as the desk does: a person, a passphrase just entered."""
    import os
    import subprocess
    import sys

    code = """
from tocsin.cli.output import context, ready
ready()
from tocsin.response.docket import acts
from tocsin.response.register.models import Person
from tocsin.response.register.people import Actor, cli_actor, hold
from datetime import timedelta
person = Person.objects.get(username="ada")
hold(context(), "principal", person, cli_actor("operator"))
acts.decide(context(), 1, Actor("principal", person, "desk", signed=True), kind="decline",
    reasons="W1: two readers confirm it", would_change="A third independent report of it",
    rejected={"D01": "The ambassador was asked yesterday"}, answers={"": "Nothing before the second report"},
    review_on=context().now().date() + timedelta(days=5))
"""
    environment = {**os.environ, "TOCSIN_HOME": str(home), **databases.of(home)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)


@pytest.mark.parametrize("place", ["home", "home/inside", "taken"])
def test_a_drill_is_made_apart_and_in_a_new_folder(tell: Teller, place: str) -> None:
    (tell.home.parent / "taken").mkdir()
    (tell.home.parent / "taken" / "file").write_text("x", encoding="utf-8")
    assert "Name a" in tell.fails("drill", str(tell.home.parent / place), exits=1)
    assert not list(tell.home.parent.glob(".*.part"))
    assert not (tell.home / "inside").exists()


def test_the_copy_says_what_it_is_of(tell: Teller) -> None:
    mark = json.loads((drilled(tell).home / "drill.json").read_text(encoding="utf-8"))
    assert mark["drill_of"] == str(tell.home.resolve())
    assert mark["entries"] == tell("ledger", "checkpoint")["size"] > 1
