"""The table that is kept by month and not by load, and the rows that people mended in files of it.

A released row lies beside its publisher's rows, in the month that its event is dated in, under the moment of its
release and a feed of its own: it is known from then on, a release adds it and touches no other month, and to take the
release back is to take that moment out (ADR 0044).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from tocsin.evidence.engines import partitions
from tocsin.evidence.store.files import read_parquet, write_bytes

BY_MONTH = "media_events"
MOMENT = ["feed", "added"]
MONTHS = "months"


def moments(table: pl.DataFrame) -> list[str]:
    """Return the moments of which a file speaks, as its record names them: a later file replaces each whole."""
    return [f"{feed} {added}" for feed, added in table.select(MOMENT).unique().sort(MOMENT).rows()]


def rows(load: dict[str, Any]) -> pl.DataFrame:
    """Return the rows of a release as its publisher's file says them, with what was mended."""
    entry = load["tables"][BY_MONTH]
    return read_parquet(Path(load["folder"]) / entry["path"], entry["sha256"])


def as_released(events: pl.DataFrame, load: dict[str, Any]) -> pl.DataFrame:
    """Return rows of a release under the moment of it, and a feed that is this release's alone."""
    moment = int("".join(c for c in str(load["retrieved_at"]) if c.isdigit())[:14])
    feed = pl.concat_str(pl.col("feed"), pl.lit(f" mended {str(load['sha256'])[:10]}"))
    return events.with_columns(feed.alias("feed"), pl.lit(moment, dtype=pl.Int64).alias("added"))


def take_out(load: dict[str, Any]) -> None:
    """Take the rows of a release out of the months; nothing where the load is none or its rows are gone already."""
    if BY_MONTH in load["tables"]:
        partitions.take_out(Path(load["folder"]).parents[1] / MONTHS, as_released(rows(load), load))


def index_of(folder: Path) -> bytes:
    """Return the list of the parts that count of a source, as it stands; empty when there is none."""
    file = folder / MONTHS / partitions.INDEX
    return file.read_bytes() if file.exists() else b""


def put_back(folder: Path, index: bytes) -> None:
    """Let the parts count that counted before the last change: what was not entered was not done."""
    if index and index != index_of(folder):
        write_bytes(folder / MONTHS / partitions.INDEX, index)
