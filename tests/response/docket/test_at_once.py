"""Several processes at one register: two acknowledgers, one effect; two ticks, one of everything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import databases
from teller import Teller

pytestmark = pytest.mark.slow


def start(home: Path, *words: str) -> subprocess.Popen[str]:
    # Another hand for each post: one is no two votes.
    env = {**os.environ, "TOCSIN_HOME": str(home), "LOGNAME": words[-1], **databases.of(home)}
    command = [sys.executable, "-m", "tocsin", *words, "--json"]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def tell(home: Path, *words: str) -> Any:
    process = start(home, *words)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return json.loads(out)


def together(home: Path, *commands: tuple[str, ...]) -> list[tuple[int, Any]]:
    """Start every command before waiting for any; return exit codes and what each said."""
    running = [start(home, *words) for words in commands]
    said = [(process.communicate(timeout=180)[0], process.returncode) for process in running]
    return [(code, json.loads(out)) for out, code in said]


@pytest.fixture
def home(tmp_path: Path, laid: Callable[[Path], Path]) -> Path:
    return laid(tmp_path / "home")


def test_two_acknowledge_at_once_and_two_tick_at_once(home: Path) -> None:
    number = str(tell(home, "bell", "SDN", "--because", "Convoys")["id"])
    ends = together(
        home,
        ("docket", "ack", number, "--by", "desk_officer"),
        ("docket", "ack", number, "--by", "deputies"),
        ("docket", "ack", number, "--by", "principal"),
    )
    assert sorted(code for code, _ in ends) == [0, 1, 1]
    shown = tell(home, "docket", "show", number)
    assert [e["kind"] for e in shown["ledger"]] == ["item.opened", "item.acknowledged"]
    assert all("acknowledged by" in said["error"]["what"] for code, said in ends if code == 1)

    together(home, *[("tick", "--now", "2031-01-01T00:00:00Z")] * 3)
    shown = tell(home, "docket", "show", number)
    assert [(la["clock"], la["tier"]) for la in shown["lapses"]] == [("decision", 3), ("delivery", 4), ("delivery", 5)]
    assert [e["kind"] for e in shown["ledger"]].count("clock.lapsed") == 3
    files = [p.name for p in (home / "mailbox").rglob("*.eml")]
    assert len(files) == len(shown["messages"])
    assert all(m["delivered_at"] for m in shown["messages"])


def test_two_assents_at_once_decide_once(home: Path) -> None:
    """A body of three of whom two say yes at the same moment, and the third has proposed: one decision."""
    now = datetime.now(UTC)
    # Rung three days ago, so that the clock need not be moved for silence to carry it to the body.
    rung = Teller(home, now=now - timedelta(hours=73))("bell", "SDN", "--because", "Convoys with lists at dawn")
    number = str(rung["id"])
    tell(home, "tick")
    words = ("docket", "decide", number, "--act", "--option", "D01", "--reject", "NOTHING: It would leave them alone")
    words += ("--answer", "The ambassador asks them to stop", "--reasons", "W1: two readers confirm it")
    words += ("--review", str((now + timedelta(days=20)).date()), "--minutes", "Heard the desk officer; no cable yet")
    assert tell(home, *words, "--by", "deputy_political")["decision"] is None
    ends = together(
        home,
        ("docket", "assent", number, "--by", "deputy_operations"),
        ("docket", "assent", number, "--by", "deputy_legal"),
    )
    assert sorted(code for code, _ in ends) == [0, 1]
    assert "took effect as decision" in next(said["error"]["what"] for code, said in ends if code == 1)
    shown = tell(home, "docket", "show", number)
    assert len(shown["decisions"]) == len(shown["commitments"]) == 1
    assert shown["proposals"][0]["assents"][0] == "deputy_political"


def test_a_tick_killed_for_good_is_finished_by_the_next(home: Path) -> None:
    """A real SIGKILL, wherever it hits."""
    for place in ("SDN", "MMR", "ETH"):
        tell(home, "bell", place, "--because", "Convoys")
    for wait in (0.6, 0.9, 1.2, 1.6):
        process = start(home, "tick", "--now", "2031-01-01T00:00:00Z")
        try:
            process.wait(timeout=wait)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    tell(home, "tick", "--now", "2031-01-01T00:00:00Z")
    for item in tell(home, "docket", "list")["items"]:
        shown = tell(home, "docket", "show", str(item["id"]))
        assert (shown["state"], shown["tier"]) == ("lapsed", 5)
        assert [la["clock"] for la in shown["lapses"]] == ["delivery", "delivery", "delivery", "decision"]
        assert [e["kind"] for e in shown["ledger"]].count("clock.lapsed") == 4
        assert all(m["delivered_at"] for m in shown["messages"])
    assert not tell(home, "tick", "--now", "2031-01-01T00:00:00Z")["lapses"]
