"""A home as ``make run`` leaves it, made once per test session from the bundled snapshot and copied to whoever asks."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import databases
import handed_on

ENVIRONMENT_LEFT_OUT = ("TOCSIN_HOME", "TOCSIN_DATABASE_URL", "TOCSIN_PORT", "TOCSIN_HOST")


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of a command in a home of its own."""
    clean = {k: v for k, v in os.environ.items() if k not in ENVIRONMENT_LEFT_OUT}
    return {**clean, "TOCSIN_HOME": str(home), **databases.of(home), **more}


def tocsin(home: Path, *words: str, timeout: float = 600, user: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command in a home and return what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "tocsin", *words],
        env=environment(home, **({"LOGNAME": user} if user else {})),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def start(home: Path) -> None:
    """Make a home as ``make run SERVE=0`` leaves it. Raises AssertionError with what the command printed."""
    with handed_on.forecasts(home):
        done = tocsin(home, "start", "--no-serve")
    assert done.returncode == 0, f"tocsin start failed:\n{done.stdout}\n{done.stderr}"
    (home / "screen.txt").write_text(done.stdout, encoding="utf-8")


def copied(source: Path, target: Path) -> Path:
    """Return a copy that may be written to."""
    shutil.copytree(source, target)
    databases.copy(source, target)
    return target


@dataclass(frozen=True)
class Served:
    """A desk that is on the air: its home and its address."""

    home: Path
    url: str

    def login_link(self) -> str:
        """Return a link that signs the operator in, once."""
        import json

        done = tocsin(self.home, "login-link", "--json")
        assert done.returncode == 0, done.stderr
        path = json.loads(done.stdout)["link"].split("/sign-in/", 1)[1]
        return f"{self.url}/sign-in/{path}"


def free_port() -> int:
    """Return a port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(home: Path) -> Iterator[Served]:
    """Serve a home as ``tocsin serve`` does, until the block ends."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "tocsin", "serve"],
        env=environment(home, TOCSIN_PORT=str(port)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert server.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            line = server.stdout.readline()
            assert line, f"the desk did not start: {said}"
            said += line
        yield Served(home, f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait(timeout=30)
