"""The months ahead as forecast from the bundled figures, kept with the hash of everything they were made from.

Eighteen fits are too slow for a first refresh on a small machine. ``tocsin score months`` makes them and writes the
rows here; a refresh whose figures, places, seed, card and code are the same reads them, and any other makes its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl

from tocsin.evidence.forecast import hub
from tocsin.evidence.forecast.record import FOLDER

TABLE, ABOUT = "violence_v1_months.parquet", "violence_v1_months.json"
CODE = (
    "catalog/models/violence_v1.yml",
    "evidence/forecast/baselines",
    "evidence/forecast/models/violence_v1.py",
    *(
        f"evidence/forecast/violence/{name}.py"
        for name in ("counts", "cube", "features", "live", "stack", "thresholds", "world")
    ),
)


def key(content: str, places: Collection[str], seed: int) -> str:
    """Return the hash of figures (``World.content_hash``), places, seed, card and the code between them."""
    digest = hashlib.sha256("\n".join([content, str(seed), *sorted(places)]).encode())
    _add_code(digest)
    return digest.hexdigest()


def code_hash() -> str:
    """Return the hash of the card and the code that make the forecast."""
    digest = hashlib.sha256()
    _add_code(digest)
    return digest.hexdigest()


def _add_code(digest: Any) -> None:
    root = Path(str(files("tocsin")))
    for part in CODE:
        for path in sorted([root / part, *(root / part).rglob("*")]):
            if path.suffix in (".py", ".yml") and path.is_file():
                digest.update(path.read_bytes())


def read(wanted: str, folder: Path = FOLDER) -> tuple[pl.DataFrame, dict[str, Any]] | None:
    """Return the rows and what is said of them, when made from exactly these inputs and whole; else None."""
    table, note = folder / TABLE, folder / ABOUT
    if not table.exists() or not note.exists():
        return None
    said = json.loads(note.read_text(encoding="utf-8"))
    if said["key"] != wanted or said["sha256"] != hashlib.sha256(table.read_bytes()).hexdigest():
        return None
    return pl.read_parquet(table).select(pl.col(c).cast(t) for c, t in hub.SCHEMA.items()), dict(said["about"])


def write(forecasts: pl.DataFrame, about: dict[str, Any], made_from: str, folder: Path = FOLDER) -> list[Path]:
    """Write the rows and what they were made from; return the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    table, note = folder / TABLE, folder / ABOUT
    forecasts.write_parquet(table, compression="zstd", compression_level=19, statistics=False)
    said = {"key": made_from, "sha256": hashlib.sha256(table.read_bytes()).hexdigest(), "about": about}
    note.write_text(json.dumps(said, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    return [table, note]
