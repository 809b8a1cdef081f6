"""The ledger as oversight reads it: entries with the bodies that are there, from the register or from an export.

A body that is withheld or erased is None here and counted; what an entry of that kind would have told is then missing
from every figure, and the figures say how many such entries there are. Nothing else of the register is read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tocsin.core.clock import parse_time
from tocsin.core.errors import Damaged, Refused
from tocsin.ledger import export
from tocsin.response.register.models import LedgerCheckpoint, LedgerEntry


@dataclass(frozen=True)
class Entry:
    """One act: its public header, and its body unless withheld or erased."""

    seq: int
    time: datetime
    kind: str
    item: int | None
    body: dict[str, Any] | None
    masked: tuple[str, ...] = ()
    """Fields of the body that the export hides, by path (JSON pointers): hidden, and not left unsaid."""


@dataclass(frozen=True)
class Record:
    """Entries in their order, where they came from, and the newest checkpoint over them."""

    entries: list[Entry]
    source: str
    checkpoint: str

    @property
    def withheld(self) -> int:
        """How many entries have no body here."""
        return sum(entry.body is None for entry in self.entries)

    @property
    def masked(self) -> dict[str, int]:
        """Which single fields are hidden in how many entries, by kind and field: ``item.decided by.person``."""
        return masked_of(self.entries)


def from_register() -> Record:
    """Return the ledger of this register."""
    rows = LedgerEntry.objects.order_by("seq").values_list("seq", "time", "kind", "item", "opened__body")
    entries = [
        Entry(seq, time, kind, item, json.loads(body) if body else None)
        for seq, time, kind, item, body in rows.iterator(chunk_size=2000)
    ]
    last = LedgerCheckpoint.objects.order_by("-size").first()
    return Record(entries, "the register", last.note if last else "")


def from_file(path: Path) -> Record:
    """Return the ledger of an export, redacted or not.

    Raises Refused when it cannot be opened, Damaged, naming the line, when it is no export. That it is whole and
    signed is for ``verify.py`` to say, which trusts nobody.
    """
    note = ""
    entries: list[Entry] = []
    try:
        with path.open("rb") as file:
            for record in export.read(file):
                if record.get("record") == "checkpoint":
                    note = str(record.get("note", ""))
                elif record.get("record") == "entry":
                    entries.append(_entry(record, len(entries) + 2))
    except OSError as error:
        raise Refused(f"The ledger file cannot be read: {error.strerror}", where=str(path)) from None
    if not entries:
        raise Damaged("The file holds no ledger entry", where=str(path), todo="Write one: tocsin ledger export FILE")
    return Record(entries, path.name, note)


def _entry(record: dict[str, Any], line: int) -> Entry:
    try:
        leaf = record["leaf"]
        body = record.get("body")
        return Entry(
            int(leaf["seq"]),
            parse_time(str(leaf["time"])),
            str(leaf["kind"]),
            leaf["item"],
            body if isinstance(body, dict) else None,
            tuple(sorted(str(path) for path in record.get("masked") or {})),
        )
    except (KeyError, TypeError, ValueError):
        raise Damaged(f"Entry {line - 2} of the export has no whole leaf", todo="Export the ledger again") from None


def masked_of(entries: Iterable[Entry]) -> dict[str, int]:
    """Return how many entries hide each field, by kind and field, in that order."""
    return dict(sorted(Counter(name for entry in entries for name in fields_of(entry)).items()))


def fields_of(entry: Entry) -> list[str]:
    """Return the single fields hidden in an entry, each by the entry's kind and its own name."""
    return [f"{entry.kind} {path[1:].replace('/', '.')}" for path in entry.masked]


def between(record: Record, first: datetime, last: datetime) -> Iterator[Entry]:
    """Yield the entries of a period, both ends in it."""
    return (entry for entry in record.entries if first <= entry.time <= last)
