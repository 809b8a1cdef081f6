"""What a home adds to the catalogue, as its folder says: ``catalogue/<name>.json``, which follows the register.

The register decides what was published or withdrawn; these files follow it (``response.register.catalogue``). Each
holds its own hash, so that a file that was edited by hand is found at every reading.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from tocsin.core.errors import Damaged
from tocsin.core.files import write_whole

FOLDER = "catalogue"
OPTIONS, WITHDRAWN, TRIPWIRES = "options", "withdrawn", "tripwires"


def path_of(home: Path, name: str) -> Path:
    """Return where a home keeps its additions of one kind: ``options``, ``withdrawn`` or ``tripwires``."""
    return home / FOLDER / f"{name}.json"


def stamp(home: Path, name: str) -> tuple[int, int]:
    """Return what changes when the additions change; (0, 0) when the home adds nothing of this kind."""
    try:
        # Asked at every reading of the catalogue: a path of text costs a tenth of one made of parts.
        found = os.stat(f"{home}/{FOLDER}/{name}.json")  # noqa: PTH116
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def rows(home: Path, name: str) -> tuple[dict[str, Any], ...]:
    """Return what a home adds, in the order of the register. Raises Damaged when the file is not what it wrote."""
    mark = stamp(home, name)
    return _rows(path_of(home, name), *mark) if mark != (0, 0) else ()


def write(home: Path, name: str, added: list[dict[str, Any]]) -> bool:
    """Write what a home adds, whole or not at all; return whether the file changed. Nothing added: no file."""
    path = path_of(home, name)
    if not added:
        there = path.exists()
        path.unlink(missing_ok=True)
        return there
    said = {"sha256": _digest(added), "rows": added}
    data = (json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    try:
        if path.read_bytes() == data:
            return False
    except OSError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)
    return True


def _digest(added: Any) -> str:
    return hashlib.sha256(json.dumps(added, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=64)
def _rows(path: Path, _mtime: int, _size: int) -> tuple[dict[str, Any], ...]:
    """Return the rows of a file; read again when the file has changed."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        found, digest = said["rows"], said["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        found, digest = None, ""
    if not isinstance(found, list) or _digest(found) != digest:
        raise Damaged(
            "What this home adds to the catalogue is not what its register wrote",
            where=str(path),
            todo="Run: tocsin options restore, which writes it again from the register",
        )
    return tuple(found)
