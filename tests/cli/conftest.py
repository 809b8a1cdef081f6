"""One home that has been refreshed from the bundled snapshot, for every test that only reads or adds to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from teller import Teller


@pytest.fixture(scope="session")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Teller:
    """A home after its first refresh. Tests may add to it; none may count on how many items there are."""
    tell = Teller(tmp_path_factory.mktemp("cli") / "home")
    tell("refresh")
    return tell


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Teller]:
    """A home in which nothing has happened yet."""
    yield Teller(tmp_path / "home")
