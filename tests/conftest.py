"""What every test may ask for: a home of its own, a clock that stands still, the real input where it exists."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

# Before Django reads its settings: tests never touch a real home.
os.environ["TOCSIN_HOME"] = tempfile.mkdtemp(prefix="tocsin-test-")
# Named here and not in pyproject.toml: pytest-django would read the settings before this file is run.
os.environ["DJANGO_SETTINGS_MODULE"] = "tocsin.desk.settings"
# The browser library keeps an event loop in this thread; Django must not take our plain calls for asynchronous ones.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

import django
import hypothesis
import pytest

import chromium
import databases
from append_only import allow_flush
from once import once, shared_folder
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# A busy machine is slow, not wrong: no property is judged by how long one example took.
hypothesis.settings.register_profile("tocsin", deadline=None)
hypothesis.settings.load_profile("tocsin")

REPO = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("TOCSIN_SHARED", REPO.parent / "shared"))
NO_SHARED = "the real input data is not beside the checkout (../shared)"


databases.begin()
django.setup()
databases.lay_at_once()
allow_flush()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, in a run on PostgreSQL, what is about the file of the embedded register."""
    if databases.POSTGRES:
        left_out = [item for item in items if item.get_closest_marker("sqlite")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


@pytest.fixture
def thin() -> Iterator[None]:
    """Let files of a few rows in, which are below what a whole file of their publisher has."""
    from tests.thin import let_in

    with let_in():
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real input; skips with its reason where there is none."""
    if not (SHARED / "data").is_dir():
        pytest.skip(NO_SHARED)
    return SHARED


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at noon on 23 November 2026 until a test moves it."""
    return FixedClock(datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.fixture
def ctx(tmp_path: Path, clock: FixedClock) -> Context:
    """A context with a home of its own and the standing clock."""
    return Context(settings=Settings(home=tmp_path / "home"), clock=clock)


@pytest.fixture(scope="session")
def laid(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[Path], Path]:
    """A function that lays a register with nothing in it into a new home and returns the home.

    Its tables are made once, for all processes: that takes seconds, and a test of what comes after has no use for it.
    Tests of a first start begin without.
    """
    made = once(shared_folder(tmp_path_factory, worker_id), "empty-register", databases.make)
    return partial(databases.lay, made)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of a test process; tests open pages of their own in it."""
    path = chromium.path()
    if path is None:
        pytest.skip(chromium.NO_CHROMIUM)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield found
        found.close()
