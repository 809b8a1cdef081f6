"""What came, by the record of a try or of a load: the publisher's bytes, and what people mended of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tocsin.core.errors import Damaged
from tocsin.evidence.sources import Part
from tocsin.evidence.store.files import file_sha256
from tocsin.evidence.store.mended import Mend, parse


def came_as(record: dict[str, Any]) -> list[dict[str, str]]:
    """Return the parts of a try; records of earlier versions name one file and its hash."""
    return record.get("parts") or [{"name": str(record["file"]), "sha256": str(record["sha256"])}]


def part_of(raw: Path, part: dict[str, str]) -> Part:
    """Return the bytes of a part. Raises Damaged when they are gone or not what came."""
    path = raw / part["sha256"]
    if not path.is_file():
        raise Damaged("The bytes that came are not there", where=str(path), todo="Restore them from a backup")
    if file_sha256(path) != part["sha256"]:
        raise Damaged("The bytes kept are not those that came", where=str(path), todo="Restore them from a backup")
    return Part(part["name"], path, part["sha256"])


def mend_of(raw: Path, record: dict[str, Any]) -> Mend | None:
    """Return what people had mended of a try; None when nothing was. Raises Damaged as ``part_of`` does."""
    digest = record.get("mend")
    return parse(part_of(raw, {"name": "mend.json", "sha256": str(digest)}).data) if digest else None
