"""A file that is kept by month, laid over the months; or the rows that a release of it adds, laid beside them.

What the publisher says later of the same event, or of the moment that a mended row came in, takes its place: in force
is the newest word of whoever publishes.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from tocsin.core.context import Context
from tocsin.evidence.engines import partitions
from tocsin.evidence.sources import Issue, Part, Reading
from tocsin.evidence.store import good, home
from tocsin.evidence.store.by_month import BY_MONTH, MOMENT, MONTHS, as_released, rows
from tocsin.evidence.store.came import mend_of
from tocsin.evidence.store.files import read_json
from tocsin.evidence.store.mended import Mend


def fresh(ctx: Context, source_id: str, parts: Sequence[Part], mend: Mend, reading: Reading) -> list[Issue]:
    """Leave in a reading the events that a release adds: those that the file had not before; all, where it was refused.

    Return what is against counting them. The number of an event is its own: one that is counted already, in whatever
    month, would be counted twice.
    """
    folder = ctx.settings.store / source_id
    before = [r for r in good.loads(ctx.settings.store, source_id) if r.get("mended") == mend.of]
    earlier = mend_of(folder / "raw", before[-1]) if before else None
    events = reading.tables[BY_MONTH]
    if earlier or _came_in_force(folder, mend.of):
        was = home.read_here(ctx, source_id, parts, earlier.cells if earlier else ()).tables[BY_MONTH]
        events = events.join(was.select("event_id"), on="event_id", how="anti")
    reading.tables[BY_MONTH] = events
    index = partitions.index(folder / MONTHS)
    files = [folder / MONTHS / e["file"] for held in index.values() for e in held.values()]
    if not files or events.is_empty():
        return []
    there = (
        pl.scan_parquet(files)
        .filter(pl.col("event_id").is_in(events["event_id"].to_list()))
        .select("event_id", "date", "added")
        .collect(engine="streaming")
    )
    said = "event {} is counted already, dated {} and added {}: it would be counted twice"
    return [
        Issue("duplicate", said.format(*row), None, "event_id", str(row[0]), "file")
        for row in there.unique().sort(there.columns).rows()
    ]


def _came_in_force(folder: Path, sha256: str) -> bool:
    """Whether a file was taken in as it came, with some of its rows set aside."""
    tries = (read_json(path) for path in (folder / "attempts").glob(f"*-{sha256[:10]}.json"))
    return any(r["sha256"] == sha256 and r["outcome"] != "refused" for r in tries)


def lay(ctx: Context, source_id: str, table: pl.DataFrame, sha256: str, *, release: bool) -> None:
    """Lay a publisher's file over the months, or the rows of the newest release beside them.

    A row of an earlier release goes when the file says its event, or, unless it is the very file that was mended,
    speaks of the moment that the row came in. Raises as ``partitions.add`` does.
    """
    months = ctx.settings.store / source_id / MONTHS
    standing = [r for r in good.loads(ctx.settings.store, source_id) if r.get("mended")]
    if release:
        try:
            partitions.add(months, as_released(table, standing[-1]))
        except BaseException:  # what could not be laid was never in force
            shutil.rmtree(standing[-1]["folder"])
            raise
        return
    gone = []
    for load in standing:
        held = rows(load)
        over = [held.join(table.select("event_id"), on="event_id", how="semi")]
        if load["mended"] != sha256:
            over.append(held.join(table.select(MOMENT).unique(), on=MOMENT, how="semi"))
        gone.append(as_released(pl.concat(over).unique("event_id"), load))
    partitions.add(months, table, without=pl.concat(gone) if gone else None)
