"""Slows down guessing: after five wrong passphrases a name, or twenty an address, a quarter of an hour of waiting.

The count lives in the memory of the web process. The desk runs as one process by default; a restart forgets the count,
and the cost of the hash (Argon2) remains.
"""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta
from threading import Lock

WINDOW = timedelta(minutes=15)
PER_NAME, PER_ADDRESS = 5, 20

_lock = Lock()
_failures: dict[str, deque[datetime]] = defaultdict(deque)


def _recent(key: str, now: datetime) -> deque[datetime]:
    times = _failures[key]
    while times and now - times[0] > WINDOW:
        times.popleft()
    return times


def waiting(name: str, address: str, now: datetime) -> timedelta | None:
    """Return how long this name or address must wait before the next try; None when it need not."""
    with _lock:
        for key, most in ((f"name:{name}", PER_NAME), (f"address:{address}", PER_ADDRESS)):
            times = _recent(key, now)
            if len(times) >= most:
                return WINDOW - (now - times[0])
    return None


def minutes(wait: timedelta) -> int:
    """Return a wait in whole minutes, rounded up."""
    return -int(-wait.total_seconds() // 60)


def failed(name: str, address: str, now: datetime) -> None:
    """Count a wrong passphrase."""
    with _lock:
        for key in (f"name:{name}", f"address:{address}"):
            _recent(key, now).append(now)
        # Names that were never tried again are dropped, so that guessing cannot fill the memory.
        for key in [k for k, times in _failures.items() if not times or now - times[-1] > WINDOW]:
            del _failures[key]


def succeeded(name: str) -> None:
    """Forget the failures of a name after its owner came in."""
    with _lock:
        _failures.pop(f"name:{name}", None)


def forget() -> None:
    """Forget everything: for tests."""
    with _lock:
        _failures.clear()
