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
from tocsin.evidence.store.files import read_json, read_parquet


def loads(store: Path, source_id: str) -> list[dict[str, Any]]:
    """Return the accepted loads of a source, oldest first. Raises Damaged when one cannot be read."""
    folder = store / source_id / "loads"
    if not folder.is_dir():
        return []
    found = []
    for child in sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".")):
        record = read_json(child / "load.json")
        if not {"release", "retrieved_at", "sha256", "tables"} <= record.keys():
            raise Damaged(
                "A stored load lacks parts of its record",
                where=str(child),
                todo="Restore it, or move the folder away and load the file again",
            )
        found.append({**record, "folder": str(child)})
    return found


def as_of(store: Path, source_id: str, day: date) -> dict[str, Any] | None:
    """Return the last accepted load taken in on or before a day; None when the bundled figures are in force."""
    known = [r for r in loads(store, source_id) if str(r["retrieved_at"])[:10] <= day.isoformat()]
    return known[-1] if known else None


def table(held: dict[str, Any], name: str) -> pl.DataFrame:
    """Return one table of a load. Raises Damaged when it is not what was written."""
    entry = held["tables"][name]
    return read_parquet(Path(held["folder"]) / entry["path"], entry["sha256"])


def last_attempt(store: Path, source_id: str, day: date) -> dict[str, Any] | None:
    """Return the record of the last try to load, accepted or not, up to a day."""
    folder = store / source_id / "attempts"
    tries = sorted(p for p in folder.glob("*.json") if p.name[:10] <= day.isoformat()) if folder.is_dir() else []
    return read_json(tries[-1]) if tries else None


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
