"""What a wheel carries: every catalogue file, table, template and style; no test and no data folder of a user."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from contracts.tree import PACKAGE, REPO, files


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names inside a wheel built from this checkout, without isolation and without network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (path,) = Path(folder).glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_the_wheel_carries_everything_the_package_holds(wheel: list[str]) -> None:
    ours = {path.relative_to(REPO / "src").as_posix() for path in files() if path.is_relative_to(PACKAGE)}
    assert len(ours) > 100
    assert ours - set(wheel) == set()


def test_the_wheel_carries_nothing_else(wheel: list[str]) -> None:
    assert [name for name in wheel if not name.startswith(("tocsin/", "tocsin-"))] == []
    assert [name for name in wheel if "/tests/" in name or "conftest" in name] == []


@pytest.mark.parametrize("suffix", [".parquet", ".html", ".css", ".yml", ".csv", ".typ"])
def test_each_kind_of_file_is_in_the_wheel(wheel: list[str], suffix: str) -> None:
    assert any(name.endswith(suffix) for name in wheel)


def test_the_wheel_carries_licence_and_command(wheel: list[str]) -> None:
    assert any(name.endswith("licenses/LICENSE") for name in wheel)
    assert any(name.endswith("entry_points.txt") for name in wheel)
