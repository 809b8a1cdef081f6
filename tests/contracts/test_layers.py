"""Data goes down the house and never up; style and spelling hold everywhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from contracts.tree import REPO

BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [["lint-imports", "--no-cache"], ["ruff", "check", "."], ["ruff", "format", "--check", "."], ["codespell"]],
    ids=["layers", "style", "format", "spelling"],
)
def test_the_house_is_in_order(command: list[str]) -> None:
    done = subprocess.run([BIN / command[0], *command[1:]], cwd=REPO, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_the_layers_contract_names_every_room() -> None:
    # A room nobody listed is a room nobody guards.
    listed = (REPO / "pyproject.toml").read_text(encoding="utf-8")
    rooms = [p.name for p in (REPO / "src" / "tocsin").iterdir() if (p / "__init__.py").exists()]
    assert len(rooms) >= 9
    assert [room for room in rooms if f'"tocsin.{room}"' not in listed and room not in {"data", "intake"}] == []
