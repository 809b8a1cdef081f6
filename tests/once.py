"""What is slow to make is made once for all test processes: by whoever asks first, while the others wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

PATIENCE_SECONDS = 1200


def shared_folder(factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return the folder that all processes of this test run see."""
    base = factory.getbasetemp()
    return base if worker_id == "master" else base.parent


def once(folder: Path, name: str, make: Callable[[Path], None]) -> Path:
    """Return ``folder/name``, made by ``make`` in the first process that asks. Copy it; never write to it."""
    target, ready, lock, failed = (folder / f"{name}{end}" for end in ("", ".ready", ".lock", ".failed"))
    try:
        lock.touch(exist_ok=False)
    except FileExistsError:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not ready.exists():
            assert not failed.exists(), f"another test process could not make {name}"
            assert time.monotonic() < deadline, f"another test process did not finish {name}"
            time.sleep(0.5)
        return target
    try:
        make(target)
    except BaseException:
        failed.touch()
        raise
    ready.touch()
    return target
