"""What every test may ask for: a home of its own, a clock that stands still, the real input where it exists."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

# Before Django reads its settings: tests never touch a real home.
os.environ["TOCSIN_HOME"] = tempfile.mkdtemp(prefix="tocsin-test-")

import pytest

from append_only import allow_flush
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.settings import Settings

REPO = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("TOCSIN_SHARED", REPO.parent / "shared"))
NO_SHARED = "the real input data is not beside the checkout (../shared)"


allow_flush()


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
