"""The ledger of this register folded once and kept up: what an open page asks for costs the entries that came since.

One fold a process. It is made anew when what it was folded from is no longer what stands there: a body was erased, or
the register was put back to an older state. What it tells is what folding the whole ledger at once would tell.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import RLock
from typing import Any

from django.db import connection

from tocsin.response.append_only import ERASURE_KIND
from tocsin.response.oversight.entries import Entry
from tocsin.response.oversight.scorecard import Fold, card
from tocsin.response.oversight.story import Story
from tocsin.response.register.models import LedgerEntry

SOURCE = "the register"


class Live:
    """A fold, the entry it goes to, and that entry's commitment, by which a replaced register is known."""

    read = 0
    """Entries read in all: what an asking cost is the difference."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Begin before the first entry."""
        self.fold = Fold()
        self.last: tuple[int, str] | None = None
        self.shown: tuple[tuple[str, str], dict[str, Any]] | None = None

    def keep_up(self) -> None:
        """Fold what came since; everything, when what was folded is not what stands there."""
        if self.last is not None and (not self._stands() or self._erased_since()):
            self.begin()
        for entry, commitment in _since(self.last):
            self.fold.take(entry)
            self.read += 1
            self.last = (entry.seq, commitment)

    def _erased_since(self) -> bool:
        """Tell whether a body that may have been folded is gone: it must not go on telling."""
        assert self.last is not None
        return LedgerEntry.objects.filter(seq__gt=self.last[0], kind=ERASURE_KIND).exists()

    def _stands(self) -> bool:
        assert self.last is not None
        seq, commitment = self.last
        return LedgerEntry.objects.filter(seq=seq, commitment=commitment).exists()


_lock = RLock()
_kept: dict[str, Live] = {}


@contextmanager
def up_to_date() -> Iterator[Live]:
    """Give the fold of the register in use, brought up to its last entry, to one asker at a time."""
    name = str(connection.settings_dict["NAME"])
    with _lock:
        live = _kept.setdefault(name, Live())
        live.keep_up()
        yield live


def open_card(now: datetime, host: str = "") -> dict[str, Any]:
    """Return the scorecard that an open page shows; worked out anew when an entry came or the minute is another."""
    with up_to_date() as live:
        key = (f"{live.last} {host}", f"{now:%Y-%m-%dT%H:%M}")
        if live.shown is None or live.shown[0] != key:
            live.shown = (key, card(live.fold, now, source=SOURCE, host=host, open_to_all=True))
        return live.shown[1]


def told() -> list[Story]:
    """Return the story of every question, in the order they were opened. To be read, not changed."""
    with up_to_date() as live:
        return list(live.fold.told.values())


def _since(last: tuple[int, str] | None) -> Iterator[tuple[Entry, str]]:
    rows = LedgerEntry.objects.order_by("seq")
    if last is not None:
        rows = rows.filter(seq__gt=last[0])
    fields = ("seq", "time", "kind", "item", "opened__body", "commitment")
    for seq, time, kind, item, body, commitment in rows.values_list(*fields).iterator(chunk_size=2000):
        yield Entry(seq, time, kind, item, json.loads(body) if body else None), commitment
