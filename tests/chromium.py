"""The browser of the browser tests: the one ``make test`` found or installed, or one that stands on the path."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# As root Chromium refuses its sandbox; containers have a small /dev/shm; nothing is fetched behind a test's back.
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_CHROMIUM = "no Chromium: `make test` finds or installs one"


def path() -> str | None:
    """Return the browser's path, or None."""
    return os.environ.get("TOCSIN_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
