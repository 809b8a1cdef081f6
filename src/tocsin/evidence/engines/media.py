"""What the media reported, by place and month: the months that changed are counted, the others are remembered.

A month's sums are kept under a hash of what its parts hold. A new file changes the hash of its months and of no other,
so it costs the counting of those. Reports in the media are not deaths: nothing here may feed a count of the dead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from tocsin.core.context import Context
from tocsin.core.errors import Damaged
from tocsin.core.months import month_index
from tocsin.evidence.engines import canonical, counting, partitions
from tocsin.evidence.engines.schema import COUNTS, PLACE_MONTHS
from tocsin.evidence.store.files import parquet_bytes, read_parquet, sha256, write_bytes

COUNTED_AS = "1"
"""Number of the way of counting: another number forgets every sum kept."""


@dataclass(frozen=True)
class MediaMonths:
    """Place-months (``PLACE_MONTHS``), their hash, the months counted just now and those remembered."""

    table: pl.DataFrame
    hash: str
    counted: tuple[str, ...]
    remembered: tuple[str, ...]
    events: int


def media_months(
    ctx: Context,
    source_id: str = "gdelt",
    *,
    as_of: date | None = None,
    engine: str = "duckdb",
    master: str = "",
    afresh: bool = False,
) -> MediaMonths:
    """Return the place-months of what a source reported, as known on a day (default: all that is kept).

    ``engine`` counts what is not remembered; ``afresh`` counts everything again. Known on a day is what the publisher
    had added by its end (UTC). Raises Misuse for an engine that is not there, Damaged when a part or a kept sum is not
    what was written.
    """
    home = ctx.settings.store / source_id
    folder, kept = home / "months", home / "counts"
    parts = partitions.index(folder)
    known, cut = partitions.by(parts, as_of) if as_of else (parts, set[str]())
    names = {m: f"{m}-{_content(p)}.parquet" for m, p in known.items() if m not in cut}
    remembered = [] if afresh else sorted(m for m, name in names.items() if (kept / name).exists())
    wanted = sorted(known.keys() - set(remembered))
    files = [_whole(folder, e) for m in wanted for e in known[m].values()]
    added_to = int(f"{as_of:%Y%m%d}235959") if as_of else None
    fresh = counting.counts(files, engine, added_to=added_to, master=master)
    for month in sorted(set(wanted) & names.keys()):
        _remember(kept, month, names[month], fresh.filter(pl.col("month") == month_index(month)))
    old = [read_parquet(kept / names[m]) for m in remembered]
    sums = pl.concat([fresh, *old]).select([pl.col(c).cast(t) for c, t in COUNTS.items()])
    table = counting.from_sums(sums) if sums.height else pl.DataFrame(schema=PLACE_MONTHS)
    events = sum(_rows(folder, key, e, as_of) for p in known.values() for key, e in p.items())
    return MediaMonths(table, canonical.result_hash(table), tuple(wanted), tuple(remembered), events)


def _rows(folder: Path, key: str, entry: partitions.Entry, as_of: date | None) -> int:
    """Return the events of a part that had been added by a day: a part of a whole month also holds later ones."""
    if as_of is None or len(key) > len("2026-01") or key != f"{as_of:%Y-%m}":
        return entry["rows"]
    added = pl.scan_parquet(_whole(folder, entry)).select((pl.col("added") <= int(f"{as_of:%Y%m%d}235959")).sum())
    return int(added.collect().item())


def _content(parts: dict[str, partitions.Entry]) -> str:
    """Return a short hash of what the parts of a month hold, and of how it is counted."""
    return sha256("\n".join([COUNTED_AS, *(parts[k]["sha256"] for k in sorted(parts))]).encode())[:24]


def _remember(kept: Path, month: str, name: str, sums: pl.DataFrame) -> None:
    """Keep the sums of a month and forget those of what it held before."""
    write_bytes(kept / name, parquet_bytes(sums))
    for old in kept.glob(f"{month}-*.parquet"):
        if old.name != name:
            old.unlink(missing_ok=True)


def _whole(folder: Path, entry: partitions.Entry) -> Path:
    """Return the file of a part. Raises Damaged when its bytes are not those that were written."""
    file = folder / entry["file"]
    try:
        same = sha256(file.read_bytes()) == entry["sha256"]
    except OSError:
        same = False
    if not same:
        raise Damaged(
            "A part of the event months is absent or not what was written",
            where=str(file),
            todo="Restore it, or move the folder months away and load the files kept in raw again",
        )
    return file
