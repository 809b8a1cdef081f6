"""Find a Chromium that really starts, or install one without a question. Standard library only.

In this order: ``TOCSIN_CHROMIUM``, what stands on the path, what the browser test library installed before;
then Debian's package where we are root, then the test library's own installer.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TODO = (
    "No Chromium was found and none could be installed: type 'sudo apt-get install chromium' (Debian) or "
    "'.venv-test/bin/playwright install --with-deps chromium' and run make test again, or 'make test BROWSER=0'."
)


def starts(path: str | None) -> bool:
    """Tell whether this file is a browser that starts (Ubuntu's ``chromium-browser`` may be a mere signpost)."""
    if not path:
        return False
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and "chrom" in done.stdout.lower()


def _of_library() -> str | None:
    """Return where the browser test library keeps its own Chromium, whether it is there or not."""
    ask = "from playwright.sync_api import sync_playwright as p\nwith p() as x: print(x.chromium.executable_path)"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    return done.stdout.strip() or None


def find() -> str | None:
    """Return the path of a Chromium that starts, or None."""
    candidates = [os.environ.get("TOCSIN_CHROMIUM"), *map(shutil.which, NAMES)]
    return next((path for path in candidates if starts(path)), None) or next(filter(starts, [_of_library()]), None)


def _run(*command: str) -> None:
    """Run an installer, its output to standard error; a failure shows in that no browser is found afterwards."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)


def find_or_install() -> str | None:
    """Return the path of a Chromium that starts, installing one if need be, or None."""
    if path := find():
        return path
    root = os.geteuid() == 0
    print("No Chromium found; installing one for the browser tests (once) …", flush=True)
    if root and shutil.which("apt-get"):
        _run("apt-get", "-qq", "update")
        _run("apt-get", "-qq", "install", "--yes", "--no-install-recommends", "chromium")
        if path := find():
            return path
    library = Path(sys.executable).parent / "playwright"
    _run(str(library), "install", *(["--with-deps"] if root else []), "chromium")
    return find()
