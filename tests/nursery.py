"""Runs commands in processes that are forked with the program loaded, where each would load it anew for a second.

One process, the nursery, imports the command line, Django and the rooms of the register once for each test process,
calls nothing of them, and forks itself for every command. The child gets its own environment, folder, arguments and
output, reads its settings from that environment as a new process does, and ends as a process ends. What it shares with
its siblings is the seed of Python's hashes: what is about starting, stopping or the same bytes twice runs a program of
its own (``Teller.start``, ``Teller.apart``).
"""

from __future__ import annotations

import array
import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired

PLACE = Path(__file__).resolve().parent
LONGEST_REQUEST = 1 << 20


def run(code: str, words: list[str], env: dict[str, str], folder: Path, seconds: float) -> CompletedProcess[str]:
    """Run Python code with these arguments in a process of its own; raises TimeoutExpired after so many seconds."""
    mine, theirs = socket.socketpair()
    with mine, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with theirs:
            asked = json.dumps({"code": code, "words": words, "env": env, "folder": str(folder)}).encode()
            files = array.array("i", [theirs.fileno(), out.fileno(), err.fileno()])
            _nursery().sendmsg([asked], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])
        mine.settimeout(seconds)
        try:
            said = mine.makefile().read()
        except TimeoutError:
            raise TimeoutExpired(words, seconds) from None
        assert said, "the nursery ended"
        out.seek(0)
        err.seek(0)
        return CompletedProcess(words, int(said), out.read().decode(), err.read().decode())


@cache
def _nursery() -> socket.socket:
    """Start the nursery of this process and return the socket on which it is asked."""
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    mine.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LONGEST_REQUEST)
    env = {**os.environ, "TOCSIN_HOME": tempfile.mkdtemp(prefix="tocsin-test-")}
    with theirs:
        process = subprocess.Popen(
            [sys.executable, str(PLACE / "nursery.py"), str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=env,
        )
    atexit.register(lambda: (mine.close(), process.wait(timeout=60)))
    return mine


def _load() -> None:
    """Import what commands import; call nothing that remembers."""
    import django

    from tocsin.cli.main import build

    build()
    django.setup()
    import django.contrib.auth.hashers
    import django.core.management
    import django.core.management.commands.migrate
    import django.db.backends.sqlite3.base
    from django.db.migrations.loader import MigrationLoader

    import tocsin.response.docket.screen
    import tocsin.response.docket.show  # noqa: F401 - with the rooms that it asks

    MigrationLoader(None)


def _forget() -> None:
    """Have settings and connections made anew from the environment of now."""
    from django.conf import empty, settings
    from django.db import connections

    del sys.modules["tocsin.desk.settings"]
    settings.__dict__.clear()
    settings._wrapped = empty
    for connection in connections.all(initialized_only=True):
        assert connection.connection is None, "the nursery must not open a register"
        del connections[connection.alias]
    connections._settings = None
    connections.__dict__.pop("settings", None)


def _serve(asked: socket.socket) -> str | None:
    """Fork a child for each request. Returns in the children alone, with the code to run; None at the end."""
    import random
    import signal

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those who wait for the children are not waited for
    while True:
        message, ancillary, *_ = asked.recvmsg(LONGEST_REQUEST, socket.CMSG_SPACE(3 * 4))
        if not message:
            return None
        files = array.array("i", ancillary[0][2])
        if os.fork():
            for file in files:
                os.close(file)
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        asked.close()
        child = os.fork()
        if child:
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            os.write(files[0], str(code).encode())
            os._exit(0)
        os.close(files[0])
        for file, number in ((files[1], 1), (files[2], 2)):
            os.dup2(file, number)
            os.close(file)
        request = json.loads(message)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["folder"])
        sys.argv = ["-c", *request["words"]]
        sys.path[0] = ""
        random.seed()
        _forget()
        return str(request["code"])


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tocsin.desk.settings"
    _load()
    if (code := _serve(socket.socket(fileno=int(sys.argv[1])))) is not None:
        exec(code, {"__name__": "__main__"})
