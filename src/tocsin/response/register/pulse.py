"""Reads the pulse: which feeds were heard from at the last look, between runs. Checked by its hash before it is read.

The writer is ``evidence.pulse``; this side imports nothing of it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tocsin.core.clock import parse_time
from tocsin.core.errors import Damaged, Misuse

NAME = "pulse.json"
Row = dict[str, Any]


@dataclass(frozen=True)
class Pulse:
    """One look at every feed: when, its state (heard, unheard, silent, emptied, old), and what it warns of."""

    at: datetime
    feeds: list[Row]
    warnings: list[Row]
    unable: list[str]

    @property
    def silent(self) -> list[Row]:
        """Feeds that are silent, answer with nothing or bring old figures alone."""
        return [f for f in self.feeds if f["state"] in ("silent", "emptied", "old")]


def read(home: Path) -> Pulse | None:
    """Return the last pulse of a home; None when feeds were never looked at. Raises Damaged when it was altered."""
    path = home / NAME
    try:
        whole = json.loads(path.read_bytes())
        body = whole["content"]
        said = (json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n").encode()
        if hashlib.sha256(said).hexdigest() != whole["sha256"]:
            raise ValueError
        return Pulse(parse_time(str(body["at"])), body["feeds"], body["warnings"], body["unable"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, Misuse):
        raise Damaged(
            "The pulse of the feeds is not what was written", where=str(path), todo="Run: tocsin tick, which looks anew"
        ) from None
