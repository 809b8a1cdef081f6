"""Events kept by month: parts that are never changed, and one index that says which of them count.

    <store>/<source>/months/index.json            which parts count, with their hashes; replaced whole
    <store>/<source>/months/2026-03/<key>-<hash>.parquet
    <store>/<source>/counts/2026-03-<hash>.parquet       the sums of a month, by what its parts hold

An event belongs to the month in which it is dated; its part, within that month, is the day on which the publisher added
it (once that month of adding is over, the month: few files). So a file of fifteen minutes touches the months its events
are dated in and rewrites a day's worth of each, and what was known on a day is the parts added by it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypedDict

import polars as pl

from tocsin.core.errors import Damaged, Refused
from tocsin.core.months import month_text
from tocsin.evidence.engines.schema import MEDIA_EVENTS
from tocsin.evidence.store.files import parquet_bytes, read_json, read_parquet, sha256, write_bytes, write_json

INDEX = "index.json"
DAY = 1_000_000
"""``added`` counts seconds in its last six digits."""


class Entry(TypedDict):
    """One part: its file below the folder, the hash of its bytes, its rows."""

    file: str
    sha256: str
    rows: int


Parts = dict[str, dict[str, Entry]]
"""Month of the events, then day (or month, once over) of adding: the part."""


def index(folder: Path) -> Parts:
    """Return the parts that count; none when nothing was ever added. Raises Damaged when the index cannot be read."""
    file = folder / INDEX
    if not file.exists():
        return {}
    parts: Any = read_json(file).get("parts")
    if not isinstance(parts, dict):
        raise Damaged(
            "The index of event months has no parts", where=str(file), todo="Load the files kept in raw again"
        )
    return parts  # type: ignore[no-any-return]


def add(folder: Path, events: pl.DataFrame, *, without: pl.DataFrame | None = None) -> list[str]:
    """Lay the events of a file over those kept and return the months that changed.

    What a feed added at a moment is replaced whole by what it now says of that moment, so that a file loaded twice
    changes nothing and one that was published again leaves no ghost. ``without`` are events that go with it, as
    ``take_out`` names them. Raises Refused for events that say they are made up, Damaged when a part that has to be
    rewritten is not what was written.
    """
    if (events["event_id"] < 1).any():
        raise Refused("An event has a number below 1: those are made up for benchmarks", where=str(folder))
    events = events.select([pl.col(c).cast(t) for c, t in MEDIA_EVENTS.items()])
    moments = events.select("feed", "added").unique()

    def work(parts: Parts) -> None:
        if without is not None:
            _drop(folder, parts, without)
        for day in sorted(set((events["added"] // DAY).to_list())):
            _lay(folder, parts, events.filter(pl.col("added") // DAY == day), moments, _day(day))

    return _changed(folder, work)


def take_out(folder: Path, events: pl.DataFrame) -> list[str]:
    """Take events out, known by ``month, feed, added, event_id``, and return the months that changed.

    Those that are not there change nothing. Raises Damaged as ``add`` does.
    """
    return _changed(folder, lambda parts: _drop(folder, parts, events))


def _changed(folder: Path, work: Callable[[Parts], None]) -> list[str]:
    """Change the parts by ``work``, alone, and write which of them count now; return the months that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        parts, done = index(folder), read_json(folder / INDEX) if (folder / INDEX).exists() else {}
        before = {m: dict(p) for m, p in parts.items()}
        work(parts)
        changed = sorted(m for m in before.keys() | parts.keys() if before.get(m) != parts.get(m))
        for month in changed:
            _gather(folder, parts, month)
        kept = {e["file"] for p in parts.values() for e in p.values()}
        gone = sorted({e["file"] for p in before.values() for e in p.values()} - kept)
        if changed:
            write_json(folder / INDEX, {"parts": {m: p for m, p in parts.items() if p}, "gone": gone})
            # A reader may still hold the index of before: its parts go when the next file comes.
            for file in set(done.get("gone", [])) - kept:
                (folder / file).unlink(missing_ok=True)
    return changed


def _drop(folder: Path, parts: Parts, events: pl.DataFrame) -> None:
    """Take events out of the parts of their days of adding."""
    for (month, number), rows in events.group_by("month", pl.col("added") // DAY):
        held = parts.get(month_text(int(month)), {})  # type: ignore[call-overload]
        key = _key(held, _day(int(number)))  # type: ignore[call-overload]
        if key:
            kept = _read(folder, held[key]).join(rows, on=["feed", "added", "event_id"], how="anti")
            _write(folder, held, month_text(int(month)), key, kept)  # type: ignore[call-overload]


def _lay(folder: Path, parts: Parts, events: pl.DataFrame, moments: pl.DataFrame, day: str) -> None:
    """Replace what the feeds added at these moments of one day, in every month that holds any of it."""
    fresh = {month_text(int(m[0])): rows for m, rows in events.group_by("month")}  # type: ignore[call-overload]
    for month in sorted(fresh.keys() | {m for m, p in parts.items() if _key(p, day)}):
        held = parts.setdefault(month, {})
        key = _key(held, day) or day
        old = _read(folder, held[key]) if key in held else pl.DataFrame(schema=MEDIA_EVENTS)
        rest = old.join(moments, on=["feed", "added"], how="anti")
        new = fresh.get(month, pl.DataFrame(schema=MEDIA_EVENTS))
        rest = rest.join(new.select("event_id"), on="event_id", how="anti")
        _write(folder, held, month, key, pl.concat([rest, new]))


def _gather(folder: Path, parts: Parts, month: str) -> None:
    """Make one part of the days of every month of adding that is over."""
    held = parts[month]
    newest = max(held, default="")[:7]
    for over in sorted({k[:7] for k in held if len(k) > 7 and k[:7] < newest}):
        days = sorted(k for k in held if k[:7] == over)
        whole = pl.concat([_read(folder, held.pop(k)) for k in days])
        _write(folder, held, month, over, whole)


def _write(folder: Path, held: dict[str, Entry], month: str, key: str, rows: pl.DataFrame) -> None:
    """Write one part under its hash, or leave the month without it when it has no rows."""
    if rows.is_empty():
        held.pop(key, None)
        return
    body = parquet_bytes(rows.sort("added", "event_id"))
    digest = sha256(body)
    file = f"{month}/{key}-{digest[:12]}.parquet"
    if not (folder / file).exists():
        write_bytes(folder / file, body)
    held[key] = {"file": file, "sha256": digest, "rows": rows.height}


def _read(folder: Path, entry: Entry) -> pl.DataFrame:
    """Return the rows of a part. Raises Damaged when it is not what was written."""
    return read_parquet(folder / entry["file"], entry["sha256"])


def _key(held: dict[str, Entry], day: str) -> str:
    """Return under which key a day of adding is kept; empty when it is not."""
    return day if day in held else day[:7] if day[:7] in held else ""


def _day(number: int) -> str:
    """Return ``2026-03-01`` for 20260301."""
    text = f"{number:08d}"
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def by(parts: Parts, day: date) -> tuple[Parts, set[str]]:
    """Return the parts that hold anything added by a day, and the months of which they also hold later additions."""
    text = day.isoformat()
    known = {m: {k: e for k, e in p.items() if k <= text[: len(k)]} for m, p in parts.items()}
    cut = {m for m, p in parts.items() if known[m] != p or any(len(k) == 7 and k == text[:7] for k in p)}
    return {m: p for m, p in known.items() if p}, cut


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time change the index: two files loaded at once must both stay in it."""
    import fcntl

    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
