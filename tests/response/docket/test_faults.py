"""300 kills while opening, escalating, acknowledging, delivering: nothing lost, nothing twice, nothing after."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import databases

pytestmark = pytest.mark.slow
KILLS = 300
PROGRAM = Path(__file__).with_name("faults.py")


def killed(home: Path, kills: int, seed: int, *fault: str) -> dict[str, Any]:
    source = str(Path(__file__).resolve().parents[3] / "src")
    env = {**os.environ, "TOCSIN_HOME": str(home), "PYTHONPATH": source, **databases.of(home)}
    words = [sys.executable, str(PROGRAM), str(kills), str(seed), *fault]
    run = subprocess.run(words, env=env, capture_output=True, text=True, timeout=600, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_three_hundred_kills(tmp_path: Path, laid: Callable[[Path], Path], capsys: pytest.CaptureFixture[str]) -> None:
    found = killed(laid(tmp_path / "home"), KILLS, 1)
    with capsys.disabled():
        counts = {k: found[k] for k in ("kills", "lost", "duplicate_effects", "messages_after_acknowledgement")}
        print(f"\nfaults: {counts}, {found['two_at_once']} with two at once, {found['counted']}")
    assert found["kills"] >= KILLS
    assert (found["lost"], found["duplicate_effects"], found["messages_after_acknowledgement"]) == (0, 0, 0), found
    assert set(found["acts_killed"]) == {"open", "escalate", "acknowledge", "deliver"}
    kinds = {where.split(":")[0] for where in found["where_killed"]}
    assert kinds == {"statement", "commit", "send", "file"}, "kills fall on every kind of step"
    assert found["counted"]["lapses"] > 20
    assert found["counted"]["acknowledged"] > 20
    assert found["counted"]["calls"] > 100


@pytest.mark.parametrize(
    ("fault", "shown"), [("marks first", "lost"), ("never withdraws", "messages_after_acknowledgement")]
)
def test_the_counting_would_notice(fault: str, shown: str, tmp_path: Path, laid: Callable[[Path], Path]) -> None:
    """The test can fail: a courier that marks before it sends, an acknowledgement that withdraws nothing."""
    assert killed(laid(tmp_path / "home"), 60, 3, fault)[shown] > 0
