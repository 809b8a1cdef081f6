"""One record a try, in ``<store>/<source>/fetches/``: what was asked, what came, what became of it. Never a secret."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from tocsin.core.clock import iso, parse_time
from tocsin.evidence.store.files import read_json, write_json
from tocsin.evidence.store.load import LoadOutcome

Outcome = Literal["new", "unchanged", "emptied", "refused", "failed", "interrupted"]
"""new: something is in force that was not; unchanged: the publisher has nothing new; emptied: it answered with nothing
where it had something; refused: what came is not fit to be in force; failed: no usable answer came."""
ANSWERED = ("new", "unchanged")


@dataclass(frozen=True)
class Fetched:
    """What became of one fetch. ``said`` is one sentence; ``rule`` names what was broken, empty when nothing was."""

    source: str
    outcome: Outcome
    said: str
    at: str
    ended: str
    by: str
    rule: str = ""
    todo: str = ""
    not_before: str | None = None
    """Until when the publisher asked to be left alone."""
    asks: list[dict[str, Any]] = field(default_factory=list)
    loads: list[LoadOutcome] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    """Names of files that are in force already."""

    @property
    def ok(self) -> bool:
        """Whether the publisher answered, and all that it sent is in force."""
        return self.outcome in ANSWERED


def write(store: Path, fetched: Fetched) -> None:
    """Write the record of a fetch."""
    folder = store / fetched.source / "fetches"
    number = len(list(folder.glob("*.json"))) if folder.is_dir() else 0
    body = asdict(fetched)
    body["loads"] = [_brief(load) for load in fetched.loads]
    write_json(folder / f"{fetched.at.replace(':', '')}-{number:06d}.json", body)


def _brief(load: LoadOutcome) -> dict[str, Any]:
    """Return what a load became; its own record holds the rest."""
    names = ("file", "sha256", "outcome", "release", "rows_in", "rows_accepted", "rows_quarantined")
    first = load.issues[0] if load.issues else {}
    return {**{n: getattr(load, n) for n in names}, "rule": first.get("rule", ""), "message": first.get("message", "")}


def newest_first(store: Path, source_id: str, at: datetime | None = None) -> Iterator[dict[str, Any]]:
    """Yield the records of a source begun by a moment, the newest first. Raises Damaged when one cannot be read."""
    folder = store / source_id / "fetches"
    until = (iso(at) or "").replace(":", "") if at else ""
    names = sorted(_names(folder), reverse=True)
    for name in names:
        if not until or name[: len(until)] <= until:
            yield read_json(folder / name)


def first_try(store: Path, source_id: str, at: datetime) -> datetime | None:
    """Return when a source was first asked, up to a moment; None when it was not. Raises Damaged as above."""
    folder = store / source_id / "fetches"
    name = min(_names(folder), default="")
    begun = parse_time(str(read_json(folder / name)["at"])) if name else None
    return begun if begun and begun <= at else None


def _names(folder: Path) -> list[str]:
    """Return the names of the records in a folder: a feed of quarters of an hour has 35,000 of a year."""
    if not folder.is_dir():
        return []
    return [n for n in os.listdir(folder) if n.endswith(".json")]  # noqa: PTH208 - names alone, without a Path each
