"""How long to wait: between two questions to one host, before a question is asked again, and when to give up."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime

import stamina
from stamina.instrumentation import set_on_retry_hooks

from tocsin.evidence.fetch.problems import Again

# The library's own line about a try says nothing to a person, and its hooks see what was asked.
set_on_retry_hooks([])

TRIES = 5
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds before the second try, and at most before any."""
WORTH_WAITING = 120.0
"""Who asks for more patience than these seconds is left alone until then, and the fetch ends."""
LONGEST_PROMISE = 86_400.0
"""A publisher may ask to be left alone for a day at most: a hostile one would ask for ever, and silence is the harm."""


@dataclass
class Patience:
    """Waits between questions to one host, shared by all sources fetched in one command."""

    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _last: dict[str, float] = field(default_factory=dict)

    def before(self, host: str, per_minute: float) -> None:
        """Wait until the host may be asked again."""
        now = self.clock()
        due = self._last.get(host, now - 60) + 60 / per_minute
        if due > now:
            self.sleep(due - now)
        self._last[host] = max(due, now)


def tries(seconds: float) -> Iterator[stamina.Attempt]:
    """Yield one try after the other, with the wait that the publisher asked for or a growing one, for so long."""
    return iter(
        stamina.retry_context(
            on=_again, attempts=TRIES, timeout=seconds, wait_initial=FIRST_WAIT, wait_max=LONGEST_WAIT, wait_jitter=1.0
        )
    )


def _again(error: Exception) -> bool | float:
    """Say whether to try again, and after how many seconds when the publisher said so."""
    if not isinstance(error, Again):
        return False
    if error.wait_seconds is None:
        return True
    return False if error.wait_seconds > WORTH_WAITING else max(error.wait_seconds, FIRST_WAIT)


def retry_after(text: str, now: datetime) -> float | None:
    """Return the seconds that Retry-After asks for (RFC 9110: seconds, or a date); None when it says neither."""
    text = text.strip()
    if re.fullmatch(r"\d{1,9}", text):
        return min(float(text), LONGEST_PROMISE)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        return None
    return min(max((moment - now).total_seconds(), 0.0), LONGEST_PROMISE)
