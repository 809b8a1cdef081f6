"""What is in force per source: each accepted load is a folder that is never changed; the newest by a date counts.

``<store>/<source>/loads/<time>-<hash>/`` holds ``load.json`` and the tables; ``attempts/`` holds one record a try,
refused ones too; ``raw/<sha256>`` holds the publisher's bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from tocsin.core.errors import Damaged
from tocsin.evidence.store import taken_back
from tocsin.evidence.store.files import read_json, read_parquet


def every(store: Path, source_id: str) -> list[dict[str, Any]]:
    """Return the accepted loads of a source, oldest first, with those that were taken back (``taken_back_at``).

    Raises Damaged when one cannot be read.
    """
    folder = store / source_id / "loads"
    if not folder.is_dir():
        return []
    found = []
    back = taken_back.of(store, source_id)
    for child in sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".")):
        record = read_json(child / "load.json")
        if not {"release", "retrieved_at", "sha256", "tables"} <= record.keys():
            raise Damaged(
                "A stored load lacks parts of its record",
                where=str(child),
                todo="Restore it, or move the folder away and load the file again",
            )
        gone = {"taken_back_at": back[child.name]["at"]} if child.name in back else {}
        found.append({**record, "folder": str(child), **gone})
    return found


def loads(store: Path, source_id: str) -> list[dict[str, Any]]:
    """Return the loads of a source that stand, oldest first. Raises Damaged when one cannot be read."""
    return [r for r in every(store, source_id) if "taken_back_at" not in r]


def as_of(store: Path, source_id: str, day: date, table: str = "") -> dict[str, Any] | None:
    """Return the last load taken in, and not taken back, by a day; None when the bundled figures are in force.

    With ``table``, the last that has it: files of some sources bring one table each.
    """
    until = day.isoformat()
    known = [
        r
        for r in every(store, source_id)
        if str(r["retrieved_at"])[:10] <= until
        and (not table or table in r["tables"])
        and not ("taken_back_at" in r and str(r["taken_back_at"])[:10] <= until)
    ]
    return known[-1] if known else None


def came_at(record: dict[str, Any]) -> str:
    """Return when the publisher's bytes of a load came here: a file that was mended or laid again is none newer."""
    return str(record.get("came_at") or record["retrieved_at"])


def table(held: dict[str, Any], name: str) -> pl.DataFrame:
    """Return one table of a load. Raises Damaged when it is not what was written."""
    entry = held["tables"][name]
    return read_parquet(Path(held["folder"]) / entry["path"], entry["sha256"])


def last_attempt(store: Path, source_id: str, day: date) -> dict[str, Any] | None:
    """Return the record of the last try to load, accepted or not, up to a day; of a load taken back, the one before."""
    folder = store / source_id / "attempts"
    tries = sorted(p for p in folder.glob("*.json") if p.name[:10] <= day.isoformat()) if folder.is_dir() else []
    gone = {
        (r["retrieved_at"], r["sha256"])
        for r in taken_back.of(store, source_id).values()
        if str(r["at"])[:10] <= day.isoformat()
    }
    records = (read_json(path) for path in reversed(tries))
    return next((r for r in records if (r["at"], r["sha256"]) not in gone), None)


DATED = ("month", "year", "start_year", "end_year", "period", "date_start", "published")


def newest(frames: Mapping[str, pl.DataFrame]) -> str:
    """Return the last day, month or year with a figure or an event, as text; empty when there is none."""
    last = [
        str(frame[column].max() or "")
        for frame in frames.values()
        if frame.height
        for column in DATED
        if column in frame.columns
    ]
    return max(last, default="")
