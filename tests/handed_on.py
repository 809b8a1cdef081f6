"""Forecasts that the pass on SQLite made from nothing, for the pass on PostgreSQL: no forecast asks the register.

``tools/run_tests.py`` names an empty folder for one run of the suite in ``TOCSIN_TEST_FORECASTS``. What is kept there
stands under the hash of the program and the figures that it was made from, as in every home: others are not found.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def forecasts(home: Path) -> Iterator[None]:
    """Lay what was handed on into a home that is about to be refreshed, and hand on what it has then."""
    if not (named := os.environ.get("TOCSIN_TEST_FORECASTS")):
        yield
        return
    common, own = Path(named), home / "store" / "forecasts"
    if common.is_dir():
        shutil.copytree(common, own, dirs_exist_ok=True)
    yield
    for made in own.iterdir() if own.is_dir() else ():
        if not (common / made.name).exists():
            shutil.copytree(made, common / f".{home.name}-{os.getpid()}-{made.name}")
            (common / f".{home.name}-{os.getpid()}-{made.name}").rename(common / made.name)
