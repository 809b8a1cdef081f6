"""One at a time: a lock that the system takes back when its holder dies, so that none is ever left behind."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tocsin.core.errors import Refused


@contextmanager
def alone(path: Path, what: str, *, wait: bool = False) -> Iterator[None]:
    """Hold a lock file while the block runs; its folder is made when it is not there.

    ``what`` names the work, for whoever comes second: refused at once, or made to wait. Raises Refused.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Refused(f"{what} is under way already", todo="Wait until it has ended, then try again") from None
        yield
