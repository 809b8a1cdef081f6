"""Runs the ``tocsin`` command as a person would: another process, a home of its own, one JSON object back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import databases
import nursery

PATIENCE_SECONDS = 600

# Another process cannot be handed a clock, so the machine's is stood still there before the command begins.
AS_IT_IS = """
from tocsin.__main__ import run
run()
"""
STAND_STILL = """
import sys
from tocsin.core import clock
moment = clock.parse_time(sys.argv.pop(1))
clock.SystemClock.now = lambda self: moment
from tocsin.__main__ import run
run()
"""


@dataclass(frozen=True)
class Teller:
    """A data folder and the command that works in it; with ``now`` the machine's clock stands still there.

    ``port`` is where ``serve`` listens, ``user`` whom the operating system says is at the keyboard. Commands are forked
    from a process that has the program loaded (``nursery``); ``start``, and all of them with ``apart``, are not.
    """

    home: Path
    now: datetime | None = None
    port: int | None = None
    user: str | None = None
    apart: bool = False

    def at(self, now: datetime) -> Teller:
        """Return the same home at another moment."""
        return replace(self, now=now)

    def by(self, user: str) -> Teller:
        """Return the same home with another operating-system user at the keyboard."""
        return replace(self, user=user)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the command: this one's search path, this home, and no setting of the test run."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "OMP_NUM_THREADS") if name in os.environ}
        port = {"TOCSIN_PORT": str(self.port)} if self.port else {}
        user = {"LOGNAME": self.user} if self.user else {}
        return kept | port | user | {"TOCSIN_HOME": str(self.home), "COLUMNS": "200"} | databases.of(self.home)

    def start(self, *words: str, **options: Any) -> subprocess.Popen[str]:
        """Start the command as a program of its own and return at once."""
        program = ["-m", "tocsin"] if self.now is None else ["-c", STAND_STILL, self.now.isoformat()]
        command = [sys.executable, *program, *words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        return subprocess.Popen(command, env=self.environment, text=True, cwd=self.home.parent, **pipes, **options)

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the command to its end."""
        if self.apart:
            process = self.start(*words)
            out, err = process.communicate(timeout=PATIENCE_SECONDS)
            return subprocess.CompletedProcess(words, process.returncode, out, err)
        code, moment = (AS_IT_IS, []) if self.now is None else (STAND_STILL, [self.now.isoformat()])
        return nursery.run(code, [*moment, *words], self.environment, self.home.parent, PATIENCE_SECONDS)

    def text(self, *words: str, exits: int = 0) -> str:
        """Run the command for a person and return what it says on standard output."""
        done = self._run(*words)
        assert done.returncode == exits, (
            f"tocsin {' '.join(words)} exited {done.returncode}: {done.stdout[-2000:]}{done.stderr[-3000:]}"
        )
        return done.stdout

    def fails(self, *words: str, exits: int) -> str:
        """Run a command that must fail, and return the one sentence it says."""
        done = self._run(*words)
        assert done.returncode == exits, (
            f"tocsin {' '.join(words)} exited {done.returncode}: {done.stdout[-2000:]}{done.stderr[-3000:]}"
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.stderr.strip().splitlines()[-1]

    def __call__(self, *words: str, exits: int = 0) -> dict[str, Any]:
        """Run the command with ``--json`` and return its object."""
        out = self.text(*words, "--json", exits=exits)
        found = json.loads(out)
        assert isinstance(found, dict)
        return found
