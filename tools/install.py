"""Make a virtual environment that holds exactly what a lock file says, and this checkout, editable.

Usage: python install.py ENVIRONMENT LOCK

A stamp inside the environment remembers what was installed, so that a second run does nothing and needs no network.
An installation that was interrupted has no stamp and is taken up again. Standard library only.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
import venv
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
# Twice quiet: what went wrong is said, what pip means to change one day is not.
PIP = ["-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "--quiet", "install"]


def wanted(lock: Path) -> str:
    """Return the stamp of a complete installation: lock, project metadata and where the checkout is."""
    digest = hashlib.sha256(f"{REPO}\n".encode())
    for path in (lock, REPO / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def can(python: Path, *arguments: str) -> bool:
    """Tell whether this environment's Python is there and runs that (one cut short, or moved, does not)."""
    return python.exists() and subprocess.run([python, *arguments], capture_output=True, check=False).returncode == 0


def install(folder: Path, lock: Path) -> int:
    """Bring the environment in line with the lock. Returns an exit code; failures are told in one sentence."""
    stamp, python = folder / ".tocsin-installed", folder / "bin" / "python"
    if stamp.exists() and stamp.read_text() == wanted(lock) and can(python, "-c", "import tocsin"):
        return 0
    began = time.monotonic()
    count = sum("==" in line for line in lock.read_text().splitlines() if not line.startswith((" ", "#")))
    print(f"Installing {count} locked packages into {folder.name} (once; a minute or two) …", flush=True)
    stamp.unlink(missing_ok=True)
    if not can(python, "-m", "pip", "--version"):
        venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(folder)
    # PySpark is published as source alone: it is Java archives and Python, nothing is compiled.
    source = ["--no-binary=pyspark"] if "\npyspark==" in lock.read_text() else []
    # Byte code is written when a module is first used: that is quicker and smaller than compiling all of it now.
    steps = [
        [*PIP, "--no-compile", "--require-hashes", "--only-binary=:all:", *source, "-r", str(lock)],
        [*PIP, "--no-compile", "--no-index", "--no-deps", "--no-build-isolation", "--editable", str(REPO)],
    ]
    for step in steps:
        if subprocess.run([python, *step], cwd=REPO, check=False).returncode:
            print(
                f"The packages of {lock.relative_to(REPO)} could not be installed (pip's reason stands above): "
                "check that the package index can be reached and run make again.",
                file=sys.stderr,
            )
            return 1
    stamp.write_text(wanted(lock))
    print(f"Installed in {time.monotonic() - began:.0f} s.", flush=True)
    return 0


def main(argv: list[str]) -> int:
    """Install as asked on the command line; Ctrl-C leaves an environment that the next run takes up again."""
    if len(argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return install(Path(argv[0]).absolute(), Path(argv[1]).absolute())
    except KeyboardInterrupt:
        print("Stopped by you; run make again to go on.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
