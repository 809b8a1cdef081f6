"""What the hub holds, read from its own records: forecasts accepted, their last scores, the weights of the pool.

The records are written by ``evidence.hub``; this side reads the JSON and imports nothing of it. Single people never
leave here: only a group of them as one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tocsin.core.errors import Damaged

Row = dict[str, Any]
PERSON = "."
"""People's rows are named ``<model>.<pseudonym>``."""


def accepted(home: Path) -> list[Row]:
    """Return every forecast accepted, newest first. Raises Damaged when a record cannot be read."""
    found = [_read(file) for file in sorted((home / "hub").glob("*/*/*/submission.json"))]
    return sorted(found, key=lambda s: (s["received_at"], s["model_id"]), reverse=True)


def scores(home: Path) -> list[Row]:
    """Return the last scores of each target, in the order of their names. Raises Damaged when they cannot be read."""
    return [_without_people(_read(file)) for file in sorted((home / "hub" / "scores").glob("*.json"))]


def _without_people(told: Row) -> Row:
    """Leave out of every table what single people said."""
    for table in told["tables"]:
        for part in ("models", "differences", "left_out"):
            table[part] = {name: found for name, found in table[part].items() if PERSON not in name}
    return told


def _read(file: Path) -> Row:
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise Damaged("A record of the hub cannot be read", where=str(file), todo="Restore it from a copy")
    return found
