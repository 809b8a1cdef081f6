"""A published record is two files made from one result: figures that the desk reads and a page that people read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tocsin.core.files import write_whole
from tocsin.evidence.run_folder import json_bytes


def write(figures: Path | None, kept: Mapping[str, Any], page: Path | None, text: str) -> list[Path]:
    """Write the figures and the page, each whole or not at all, where a path is given; return the files written."""
    written = []
    for path, data in ((figures, json_bytes(kept)), (page, text.encode())):
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, data)
            written.append(path)
    return written
