"""The columns that a file had, kept beside what it put in force.

What the next file of the same form has no more, or has besides, is said.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from tocsin.core.context import Context
from tocsin.evidence.sources import Issue, Reading, SourceSpec
from tocsin.evidence.store import good
from tocsin.evidence.store.files import read_json, write_json

FILE = "columns.json"
MOST_SHOWN = 12


def keep(folder: Path, reading: Reading) -> None:
    """Write the columns of a file into the folder of its load."""
    write_json(folder / FILE, {"shape": reading.shape_id, "columns": list(reading.columns)})


def changed(ctx: Context, declared: SourceSpec, reading: Reading) -> list[Issue]:
    """Compare the columns of a file with those of the last one of the same form that was put in force.

    A required column that is gone has refused the file, and a usual one, or one nobody declared, is a finding already:
    here are the other optional ones, and of a form with very many others all that are not read.
    """
    before = _last(ctx, declared.id, reading.shape_id)
    if before is None:
        return []
    shape = declared.shapes[reading.shape_id]
    known = {*shape.columns, *shape.optional}
    gone = [c for c in before if c not in set(reading.columns) and c not in shape.usual]
    lost = [c for c in gone if c in known]
    found = [_said("column", lost, "gone: the last file had it", "gone: the last file had them")] if lost else []
    if shape.others:
        was = set(before)
        new = [c for c in reading.columns if c not in was and c not in known]
        left = [c for c in gone if c not in known]
        found += [_said("unread column", new, "new since the last file", "new since the last file")] if new else []
        found += [_said("unread column", left, "gone since the last file", "gone since the last file")] if left else []
    return found


def as_before(ctx: Context, source_id: str, reading: Reading, *, fewer: bool) -> bool:
    """Whether a file has the columns of the last one of its form; with ``fewer``, none besides them."""
    before, now = _last(ctx, source_id, reading.shape_id), set(reading.columns)
    return before is None or now == set(before) or (fewer and now < set(before))


def _said(what: str, columns: Collection[str], one: str, several: str) -> Issue:
    names = ", ".join(list(columns)[:MOST_SHOWN]) + (" …" if len(columns) > MOST_SHOWN else "")
    said = f"{what} {names} is {one}" if len(columns) == 1 else f"{len(columns):,} {what}s are {several}: {names}"
    return Issue("columns", said, None, next(iter(columns)), None, "note")


def _last(ctx: Context, source_id: str, shape_id: str) -> list[str] | None:
    """Return the columns of the last file of a form; None when there is none, or they were not kept then."""
    held: list[dict[str, Any]] = good.loads(ctx.settings.store, source_id)
    paths = [Path(r["folder"]) / FILE for r in reversed(held) if r.get("shape") == shape_id]
    return list(read_json(paths[0])["columns"]) if paths and paths[0].is_file() else None
