"""What became of the last file of each source, read from the store's own records: true before the next refresh.

The records are written by ``evidence.store``; this side reads the JSON and imports nothing of it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tocsin.core.errors import Damaged

Row = dict[str, Any]


def last(store: Path) -> dict[str, Row]:
    """Return the record of the last try to load each source, by source id; a source never loaded is absent.

    What was taken back since counts for nothing here too: the try before it is the last.

    Raises Damaged when a record cannot be read.
    """
    found = {}
    for folder in sorted(store.glob("*/attempts")) if store.is_dir() else []:
        back = [_read(path) for path in sorted((folder.parent / "taken_back").glob("*.json"))]
        gone = {(record["retrieved_at"], record["sha256"]) for record in back}
        for path in sorted(folder.glob("*.json"), reverse=True):
            record = _read(path)
            if not gone or (record["at"], record["sha256"]) not in gone:
                found[folder.parent.name] = record
                break
    return found


def _read(path: Path) -> Row:
    try:
        return json.loads(path.read_bytes())  # type: ignore[no-any-return]
    except ValueError:
        todo = "Restore it from a copy, or load the file again"
        raise Damaged("The record of a load cannot be read", where=str(path), todo=todo) from None


def refused(store: Path) -> dict[str, Row]:
    """Return the sources whose last file was refused, each with its record."""
    return {source: record for source, record in last(store).items() if record.get("outcome") == "refused"}


def why(record: Row) -> str:
    """Return the first finding that refused a file, in its own words; empty when the record names none."""
    found = [i for i in record.get("issues", []) if i.get("weight") == "file"]
    return str(found[0]["message"]) if found else ""


def sentence(title: str, record: Row) -> str:
    """Return that a file was refused, why, and that nothing changed, without a full stop."""
    said = f"{title}: the last file ({record['file']}, {str(record['at'])[:10]}) was refused"
    reason = why(record)
    return f"{said}{f' ({reason})' if reason else ''}; the last good figures stay in force"
