"""One home that has been refreshed from the bundled snapshot, for every test that only reads or adds to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import databases
from desk.seeding import start
from once import once, shared_folder
from teller import Teller


@pytest.fixture(scope="session")
def refreshed(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Teller:
    """A home after its first refresh. Tests may add to it; none may count on how many items there are."""
    made = once(shared_folder(tmp_path_factory, worker_id), "seeded-home", start)
    home = tmp_path_factory.mktemp("cli") / "home"
    shutil.copytree(made, home)
    databases.copy(made, home)
    return Teller(home)


@pytest.fixture
def copied(refreshed: Teller, tmp_path: Path) -> Teller:
    """A copy of a refreshed home that a test may break."""
    shutil.copytree(refreshed.home, tmp_path / "home")
    databases.copy(refreshed.home, tmp_path / "home")
    return Teller(tmp_path / "home")


@pytest.fixture
def empty(tmp_path: Path, laid: Callable[[Path], Path]) -> Teller:
    """A home in which nothing has happened yet."""
    return Teller(laid(tmp_path / "home"))
