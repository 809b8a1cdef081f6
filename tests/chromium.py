"""The browser of the browser tests: the one ``make test`` found or installed, or one that stands on the path."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_CHROMIUM = "no Chromium: `make test` finds or installs one"


def path() -> str | None:
    """Return the browser's path, or None."""
    return os.environ.get("TOCSIN_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def arguments() -> list[str]:
    """Return what Chromium needs here: as root it refuses its sandbox, and containers have a small /dev/shm."""
    return ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
