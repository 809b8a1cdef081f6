"""Vintages that were taken back: the load stays as it was written, and from that day on it counts for nothing.

``<store>/<source>/taken_back/<load>.json`` says when, by whom and why. What was in force while it stood is still
what was known then; it is the present that goes back to the vintage before.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.evidence.store import by_month
from tocsin.evidence.store.files import read_json, write_json

FOLDER = "taken_back"


def of(store: Path, source_id: str) -> dict[str, dict[str, Any]]:
    """Return the record of each vintage of a source that was taken back, by the name of its load.

    Raises Damaged when one cannot be read.
    """
    return {path.stem: read_json(path) for path in sorted((store / source_id / FOLDER).glob("*.json"))}


def take_back(ctx: Context, source_id: str, held: dict[str, Any], *, by: str, name: str, why: str) -> Path:
    """Write that a load counts no more, and return where that stands; what lies by month is taken out there."""
    folder = ctx.settings.store / source_id
    path = folder / FOLDER / f"{Path(held['folder']).name}.json"
    body = {
        "load": Path(held["folder"]).name,
        "retrieved_at": held["retrieved_at"],
        "sha256": held["sha256"],
        "at": iso(ctx.now()),
        "by": by,
        "name": name,
        "why": why,
        # A replay takes it back between the same two tries.
        "after": len(list((folder / "attempts").glob("*.json"))),
    }
    write_json(path, body)
    by_month.take_out(held)
    return path
