"""Somebody outside: a bare ``python3``, one file of ours, an empty environment, no package."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tocsin.ledger import verify as verifier


def verify(
    folder: Path, export: Path, key: str | None = None, held: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a copy of the verifier over an export, in a folder of its own, and return what came of it."""
    folder.mkdir(exist_ok=True)
    copy = Path(shutil.copy(verifier.__file__, folder / "verify.py"))
    python = shutil.which("python3", path="/usr/bin:/bin:/usr/local/bin") or getattr(
        sys, "_base_executable", sys.executable
    )
    command = [python, "-I", "-S", str(copy), str(export)]
    command += ["--key", key] if key else []
    command += ["--checkpoint", str(held)] if held else []
    return subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, check=False)
