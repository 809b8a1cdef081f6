"""The slow part of a refresh, kept by the hash of what it was made from: the same inputs are forecast once.

``<home>/store/forecasts/<hash>/`` holds what ``forecast.produce`` gave with coverage and signals. It is a convenience,
not a record: a folder that is not whole is made anew.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl

import tocsin
from tocsin.core.context import Context
from tocsin.core.errors import Damaged
from tocsin.evidence.run_folder import MANIFEST, json_bytes, parquet_bytes, put, sha256, verify

RECIPE = (
    "core",
    "evidence",
    "tripwires",
    "catalog/geography",
    "catalog/models",
    "catalog/outcomes",
    "catalog/panel.yml",
    "catalog/tripwires",
    "data/snapshot",
)
"""What turns inputs into forecasts and warnings; the rest of the catalogue may change without a new run."""


@dataclass(frozen=True)
class Evidence:
    """What one set of inputs says: the tables of a run, and what must be told beside them."""

    tables: dict[str, pl.DataFrame]
    about: dict[str, Any]


@cache
def recipe_hash() -> str:
    """Return the hash of the code and catalogue that turn inputs into forecasts: a changed recipe is an input."""
    digest = hashlib.sha256(tocsin.__version__.encode())
    root = Path(str(files("tocsin")))
    for part in RECIPE:
        for path in sorted([root / part, *(root / part).rglob("*")]):
            if path.is_file() and path.suffix in (".py", ".yml", ".csv", ".parquet", ".json"):
                digest.update(
                    path.relative_to(root).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest()
                )
    return digest.hexdigest()


def tables_hash(*tables: pl.DataFrame) -> str:
    """Return the hash of the values of tables. Loads add up, so the hash of the last file would not do."""
    digest = hashlib.sha256()
    for table in tables:
        buffer = io.BytesIO()
        table.write_csv(buffer)
        digest.update(hashlib.sha256(buffer.getvalue()).digest())
    return digest.hexdigest()


def recall(ctx: Context, key: str, make: Callable[[], Evidence]) -> Evidence:
    """Return the evidence kept under a key, or make it and keep it; what a model failed to say is not kept."""
    return _recall(ctx, ctx.settings.store / "forecasts" / key[:32], make)


def part(ctx: Context, name: str, made_from: object, make: Callable[[], Evidence]) -> Evidence:
    """Return what one model says, kept by what it was made from: new figures of others do not have it made again.

    ``made_from`` is all that decides it, as JSON has it; the recipe and the seed are added here.
    """
    grounds = {"name": name, "made_from": made_from, "recipe": recipe_hash(), "seed": ctx.settings.seed}
    key = sha256(json_bytes(grounds))
    return _recall(ctx, ctx.settings.store / "forecasts" / "parts" / f"{name}-{key[:32]}", make)


def _recall(ctx: Context, folder: Path, make: Callable[[], Evidence]) -> Evidence:
    if folder.exists():
        try:
            verify(folder)
            tables = {p.stem: pl.read_parquet(p) for p in sorted(folder.glob("*.parquet"))}
            return Evidence(tables, json.loads((folder / "about.json").read_bytes()))
        except Damaged:
            ctx.progress("kept forecasts are not whole: making them anew")
            shutil.rmtree(folder)
    made = make()
    if made.about.get("failed"):
        return made
    content = {f"{name}.parquet": parquet_bytes(table) for name, table in made.tables.items()}
    content["about.json"] = json_bytes(made.about)
    content[MANIFEST] = json_bytes({"sha256": {name: sha256(data) for name, data in sorted(content.items())}})
    put(folder, content)
    return made
