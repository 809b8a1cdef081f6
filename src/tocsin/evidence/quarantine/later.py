"""Is a later file of the source in force that speaks of the same? Then an older one must not be laid over it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.evidence.quarantine.files import File
from tocsin.evidence.quarantine.rows import Opened
from tocsin.evidence.sources import FileRefused, Reading
from tocsin.evidence.sources.spec import EVENTS
from tocsin.evidence.store import good, home
from tocsin.evidence.store.by_month import BY_MONTH, moments
from tocsin.evidence.store.came import came_as, mend_of, part_of
from tocsin.evidence.store.files import read_json
from tocsin.evidence.store.mended import Mend
from tocsin.evidence.store.merge import BY_ROW, KEYS

EVENT_KEY = ["source_id", "event_id", "said_by"]


def refuse_later(ctx: Context, seen: Opened, mend: Mend) -> None:
    """Refuse a release when a later file that speaks of the same is in force. Raises Refused, with what to do."""
    if BY_MONTH in home.spec_of(ctx, seen.file.source_id).tables:
        _refuse_moments(ctx, seen)
        return
    after = later(ctx, seen.file)
    if not after:
        return
    mine = home.read_here(ctx, seen.file.source_id, seen.parts, mend.cells, seen.raw)
    for held in reversed(after):
        if what := _shared(mine, _reading(ctx, seen.file, held)):
            name = str(held["parts"][0]["name"]) if held.get("parts") else str(held["release"])
            raise _refused(seen.file, f"{name} of {good.came_at(held)[:10]}", what)


def _refused(file: File, other: str, what: str) -> Refused:
    return Refused(
        f"A later file, {other}, is in force and speaks of the same {what}: the older one is not laid over it",
        todo=(
            f"If the row is quarantined there too, mend it there (tocsin feeds quarantine list {file.source_id}); if "
            "that file has it right, nothing is to do"
        ),
    )


def _refuse_moments(ctx: Context, seen: Opened) -> None:
    """Refuse when a later file that is kept by month replaced the moments of this one."""
    folder = ctx.settings.store / seen.file.source_id
    mine = set(_moments(ctx, seen.file, seen.file.record))
    for path in sorted((folder / "attempts").glob("*.json"), reverse=True):
        if path.stem <= seen.file.name:
            return
        record = read_json(path)
        if record["outcome"] == "refused" or record.get("mended") or record["sha256"] == seen.file.sha256:
            continue
        if both := sorted(mine & set(_moments(ctx, seen.file, record))):
            raise _refused(seen.file, f"{record['file']} of {record['at'][:10]}", f"moments (first {both[0]})")


def _moments(ctx: Context, file: File, record: dict[str, Any]) -> list[str]:
    """Return the moments of which a file speaks, by its record; records of earlier versions name none: it is read."""
    if "moments" in record:
        return list(record["moments"])
    parts = [part_of(ctx.settings.store / file.source_id / "raw", p) for p in came_as(record)]
    try:
        return moments(home.read_here(ctx, file.source_id, parts).tables[BY_MONTH])
    except FileRefused:
        return []


def later(ctx: Context, file: File) -> list[dict[str, Any]]:
    """Return the standing loads of other files that came after a file, oldest first."""
    every = good.loads(ctx.settings.store, file.source_id)
    own = [i for i, r in enumerate(every) if file.sha256 in (r["sha256"], r.get("mended"))]
    return [
        r
        for i, r in enumerate(every)
        if file.sha256 not in (r["sha256"], r.get("mended"))
        and (good.came_at(r) > file.came_at or (good.came_at(r) == file.came_at and bool(own) and i > own[0]))
    ]


def _reading(ctx: Context, file: File, held: dict[str, Any]) -> Reading | None:
    """Return what a load's file says; None when it cannot be read again: then it is taken to say the same."""
    raw = Path(ctx.settings.store / file.source_id / "raw")
    mend = mend_of(raw, held)
    try:
        return home.read_here(ctx, file.source_id, [part_of(raw, p) for p in came_as(held)], mend.cells if mend else ())
    except FileRefused:
        return None


def _shared(mine: Reading, other: Reading | None) -> str:
    """Return of what both files speak; empty when of nothing."""
    if other is None:
        return "figures, as far as anybody can tell"
    for name, table in mine.tables.items():
        there = other.tables.get(name)
        if there is None or table.is_empty() or there.is_empty():
            continue
        if name == "country_month":
            keys, what = ["month"], "months"
        elif name == EVENTS:
            keys, what = [k for k in EVENT_KEY if k in table.columns and k in there.columns], "events"
        elif name in BY_ROW:
            keys, what = KEYS[name], "figures"
        else:
            return f"list ({name.replace('_', ' ')}), which each file replaces whole"
        both = table.select(keys).unique().join(there.select(keys).unique(), on=keys, nulls_equal=True)
        if both.height:
            return f"{what} (first {' '.join(str(v) for v in pl.DataFrame(both).sort(keys).row(0))})"
    return ""
