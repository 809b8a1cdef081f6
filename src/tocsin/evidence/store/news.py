"""Is what a publisher answers news? What it had said already, and what stands here row by row, is none.

A publisher that counts no versions sends its whole file at every asking. Three looks, the cheapest first:

* the bytes, page by page in their order, are those of a load that came before, and no other of that file since;
* read, the file says what the last load of that file said: columns, release, day of publication, every row, none bad.
  Whatever else differs is how it was sent: a moment of asking that is stamped on the envelope, the order of keys;
* of tables that each file adds to (events, documents, activities, withdrawals) every row is in force as it came: a
  question that overlaps the last brings old rows again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from tocsin.core.context import Context
from tocsin.evidence.sources import FileRefused, Part, Reading, SourceSpec
from tocsin.evidence.sources.spec import EVENTS
from tocsin.evidence.store import columns, good, home
from tocsin.evidence.store.came import part_of
from tocsin.evidence.store.files import read_parquet
from tocsin.evidence.store.merge import BY_ROW, GROWING, KEYS, over


def came_before(store: Path, source_id: str, parts: Sequence[Part]) -> bool:
    """Whether these bytes were loaded, and no others of that name since; taken back or mended, they are no news either.

    Raises Damaged when a load cannot be read.
    """
    came = [part.sha256 for part in parts]
    for record in reversed(good.every(store, source_id)):
        held = record.get("parts") or []
        if [p["sha256"] for p in held] == came:
            return True
        if held and held[0]["name"] == parts[0].name:
            return False
    return False


def says_the_same(  # noqa: PLR0917 - what was read, and beside what it is laid
    ctx: Context,
    source: SourceSpec,
    name: str,
    reading: Reading,
    events: pl.DataFrame,
    in_force: Mapping[str, pl.DataFrame],
) -> bool:
    """Whether a file that was read, called ``name``, says nothing that is not in force already.

    Raises Damaged as the store does.
    """
    if reading.bad or not (reading.tables or events.height):
        return False
    grows = {*reading.tables, *([EVENTS] if events.height else [])} <= {*GROWING, EVENTS}
    if not columns.as_before(ctx, source.id, reading, fewer=grows):
        return False
    if grows:
        return _stand(ctx, reading, events, in_force)
    last = _last_of(ctx.settings.store, source.id, name)
    if last is None or last.get("quarantined"):
        return False
    if (last["release"], last.get("published")) != (reading.release, reading.published or None):
        return False
    told = {n: t for n, t in reading.tables.items() if t.height}
    said = last.get("said", {})
    if source.figures:
        laid = told.keys() == said.keys() and all(_held(last, said[n]).equals(t) for n, t in told.items())
    else:
        laid = all(_stands(in_force[n], t, n) for n, t in told.items()) and _read_alike(ctx, source, last, told)
    kept = last["tables"].get(EVENTS)
    return laid and (_held(last, kept).equals(events) if kept else events.is_empty())


def _stand(ctx: Context, reading: Reading, events: pl.DataFrame, in_force: Mapping[str, pl.DataFrame]) -> bool:
    """Whether every row of tables that grow is in force as it came."""
    if not all(_stands(in_force[n], t, n) for n, t in reading.tables.items() if t.height):
        return False
    if events.is_empty():
        return True
    # That room reads the bundled shapes, which are of this one.
    from tocsin.evidence.events.known import all_known

    return all_known(ctx, events)


def _last_of(store: Path, source_id: str, name: str) -> dict[str, Any] | None:
    """Return the record of the newest standing load of a file's name; None when there is none."""
    found = (r for r in reversed(good.loads(store, source_id)) if r.get("parts"))
    return next((r for r in found if r["parts"][0]["name"] == name), None)


def _read_alike(ctx: Context, source: SourceSpec, last: Mapping[str, Any], told: Mapping[str, pl.DataFrame]) -> bool:
    """Whether the last file, read again, says the very rows: that one has fewer is to be told, and takes none away."""
    parts = [part_of(ctx.settings.store / source.id / "raw", p) for p in last["parts"]]
    try:
        before = home.read_here(ctx, source.id, parts)
    except FileRefused:
        return False
    said = {n: t for n, t in before.tables.items() if t.height and n != EVENTS}
    return not before.bad and said.keys() == told.keys() and all(_same(said[n], t, n) for n, t in told.items())


def _same(one: pl.DataFrame, other: pl.DataFrame, name: str) -> bool:
    return _in_order(one, name).equals(_in_order(other, name))


def _held(last: Mapping[str, Any], entry: Mapping[str, Any]) -> pl.DataFrame:
    return read_parquet(Path(last["folder"]) / entry["path"], entry["sha256"])


def _stands(held: pl.DataFrame, told: pl.DataFrame, name: str) -> bool:
    """Whether every row that is told stands so; of a table that is replaced whole, no other stands beside."""
    if not held.width:
        return False
    laid = over(held, told, name) if name in BY_ROW else told
    return _same(laid, held, name)


def _in_order(table: pl.DataFrame, name: str) -> pl.DataFrame:
    return table.sort(KEYS[name], maintain_order=True) if name in KEYS else table
