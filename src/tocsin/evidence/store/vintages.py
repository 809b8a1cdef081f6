"""The vintages of a source: the bundled figures and every accepted load, each with the day from which it was known.

A load is known from the day it was retrieved here, which its folder proves. A publisher's date, where the file or the
person who loaded it states one, lets a file that came late count from that day. The bundled figures are known from the
day they were bundled. A file of the same name and release that came after the stated day, and said other things, speaks
against it: then the day of retrieval counts. No bundled file states its day of publication, and a day that is guessed
too early would leak.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

import polars as pl

from tocsin.core.errors import Misuse
from tocsin.evidence.sources import loadable, spec
from tocsin.evidence.sources.spec import EVENTS
from tocsin.evidence.store import good, snapshot
from tocsin.evidence.store.files import read_json, read_parquet

BUNDLED = "bundled"
Basis = Literal["bundled", "retrieved", "published"]


@dataclass(frozen=True)
class Vintage:
    """One state of a source's figures. ``published`` is the publisher's date, null where nobody states one."""

    source_id: str
    name: str
    release: str
    retrieved_on: date
    published: date | None
    rows: int
    sha256: str
    record: dict[str, Any] = field(repr=False)
    taken_back_on: date | None = None
    """The day on which it was taken back; from then on it counts for nothing."""

    @property
    def known_on(self) -> date:
        """The first day on which it was known: retrieved, or published where that is stated and earlier."""
        return min(self.retrieved_on, self.published) if self.published else self.retrieved_on

    @property
    def basis(self) -> Basis:
        """What ``known_on`` rests on."""
        if self.published and self.published < self.retrieved_on:
            return "published"
        return "bundled" if self.name == BUNDLED else "retrieved"

    def table(self, name: str) -> pl.DataFrame:
        """Return a table as it was in force with this vintage. Raises Damaged, and KeyError where it has none."""
        return snapshot.table(self.source_id, name) if self.name == BUNDLED else good.table(self.record, name)

    def own(self, name: str) -> pl.DataFrame | None:
        """Return what the file itself said, before it was laid over what was in force; None where it said nothing.

        Loads of earlier versions kept only what was in force.
        """
        entry = self.record.get("said", {}).get(name)
        return read_parquet(Path(self.record["folder"]) / entry["path"], entry["sha256"]) if entry else None

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of its tables."""
        return tuple(sorted(self.record["tables"]))

    def as_dict(self) -> dict[str, object]:
        """Return it as commands and pages show it."""
        return {
            "name": self.name,
            "release": self.release,
            "known_on": self.known_on.isoformat(),
            "basis": self.basis,
            "retrieved_on": self.retrieved_on.isoformat(),
            "published": self.published.isoformat() if self.published else None,
            "rows": self.rows,
            "sha256": self.sha256,
            "mended": bool(self.record.get("mended")),
            "taken_back_on": self.taken_back_on.isoformat() if self.taken_back_on else None,
        }


def vintages(store: Path, source_id: str) -> list[Vintage]:
    """Return the vintages of a source: the bundled one first, if there is one, then the loads in their order.

    Those that were taken back are among them: they are what was known until then.

    Raises Damaged when a load cannot be read.
    """
    found = [bundled(source_id)] if source_id in snapshot.index() else []
    came: dict[tuple[str, str], str] = {}
    for record in good.every(store, source_id):
        stated, back = record.get("published"), record.get("taken_back_at")
        file = (str((record.get("parts") or [{}])[0].get("name", "")), str(record["release"]))
        if stated and stated <= came.get(file, ""):
            stated = None  # it says other things than what came here after that day: it was not out by then
        came[file] = str(record["retrieved_at"])[:10]
        found.append(
            Vintage(
                source_id=source_id,
                name=Path(record["folder"]).name,
                release=str(record["release"]),
                retrieved_on=date.fromisoformat(str(record["retrieved_at"])[:10]),
                published=date.fromisoformat(stated) if stated else None,
                rows=_rows(record["tables"]),
                sha256=str(record["sha256"]),
                record=record,
                taken_back_on=date.fromisoformat(str(back)[:10]) if back else None,
            )
        )
    return found


def _rows(tables: dict[str, Any]) -> int:
    """Return how many rows of figures there are; of events, which are counted in them, where there are no others."""
    return sum(int(t["rows"]) for name, t in tables.items() if name != EVENTS or len(tables) == 1)


def bundled(source_id: str) -> Vintage:
    """Return the vintage that came with the program. Raises KeyError for a source that has none."""
    entry = snapshot.index()[source_id]
    stated = spec(source_id).published
    tables: dict[str, Any] = entry["tables"]  # type: ignore[assignment]
    return Vintage(
        source_id=source_id,
        name=BUNDLED,
        release=str(entry["release"]),
        retrieved_on=date.fromisoformat(str(entry["bundled_on"])),
        published=stated,
        rows=_rows(tables),
        sha256=str(next(iter(tables.values()))["sha256"]),
        record=entry,
    )


def find(store: Path, source_id: str, name: str) -> Vintage:
    """Return a vintage by name, by the number shown beside it (1 is the oldest), or by what its name begins with.

    Raises Misuse when there is none, or more than one.
    """
    every = vintages(store, source_id)
    if name.isdecimal() and 1 <= int(name) <= len(every) and len(name) < 4:
        return every[int(name) - 1]
    hits = [v for v in every if v.name == name] or [v for v in every if name and v.name.startswith(name)]
    if len(hits) != 1:
        what = "fits more than one" if hits else "is no"
        raise Misuse(f"{name!r} {what} vintage of {source_id}", todo=f"List them: tocsin feeds vintages {source_id}")
    return hits[0]


def of_one_fetch(store: Path, source_id: str, every: list[Vintage], one: Vintage) -> list[Vintage]:
    """Return the vintages that came in the same fetch as one, in their order; itself alone when it was loaded by hand.

    Raises Damaged when the record of a fetch cannot be read.
    """
    came = str(one.record.get("retrieved_at", ""))
    folder = store / source_id / "fetches"
    for path in sorted(folder.glob("*.json"), reverse=True) if folder.is_dir() else []:
        record = read_json(path)
        brought = {str(load["sha256"]) for load in record["loads"]}
        if record["at"] <= came <= record["ended"] and one.sha256 in brought:
            within = [v for v in every if record["at"] <= str(v.record.get("retrieved_at", "")) <= record["ended"]]
            return [v for v in within if v.sha256 in brought]
        if record["ended"] < came:
            break
    return [one]


def sources_with_vintages(store: Path) -> list[str]:
    """Return every source that has a vintage here, sorted."""
    loaded = [p.parent.name for p in store.glob("*/loads")] if store.is_dir() else []
    return sorted({*loaded, *(s for s in loadable() if s in snapshot.index())})
