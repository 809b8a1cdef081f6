"""The run folder: the one place where the wings meet. Written once, never changed.

``<home>/runs/<run_id>/`` holds run.json, warnings.json, sources.json, the tables (Parquet) and MANIFEST.json with the
SHA-256 of each. The folder is written beside its place, flushed to disk and renamed: it is whole or it is not there.
``run_id`` is ``<as-of date>-<10 hex digits of the hash of everything in it>``: same inputs, same name, same bytes.
``response.register.runs`` reads what is written here; nothing else crosses between the wings.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from tocsin.core.errors import Damaged
from tocsin.core.files import flush_folder, write_whole

MANIFEST = "MANIFEST.json"
TABLES = ("forecasts", "drivers", "whatif", "profiles", "record", "conflict_record", "coverage", "signals")
"""The tables of a run written today; a run of an earlier version may lack some, and its manifest says which it has."""


def json_bytes(value: object) -> bytes:
    """Return JSON that is the same for the same value. Raises ValueError on NaN: not known is null."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n").encode()


def parquet_bytes(table: pl.DataFrame) -> bytes:
    """Return a table as Parquet, the same bytes for the same table."""
    buffer = io.BytesIO()
    table.write_parquet(buffer, compression="zstd", statistics=True, row_group_size=len(table) or 1)
    return buffer.getvalue()


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes, hex."""
    return hashlib.sha256(data).hexdigest()


def write(
    runs: Path,
    info: Mapping[str, Any],
    tables: Mapping[str, pl.DataFrame],
    warnings: Mapping[str, Any],
    sources: list[dict[str, Any]],
) -> str:
    """Write a run folder and return its run_id.

    ``info`` is run.json without ``run_id`` (it has ``as_of``). A folder of that name that is already there and whole is
    left as it is. Raises Damaged when it is there and not whole: nothing is overwritten.
    """
    if set(tables) != set(TABLES):
        raise ValueError(f"a run has the tables {TABLES}, not {sorted(tables)}")
    files = {f"{name}.parquet": parquet_bytes(tables[name]) for name in TABLES}
    files |= {"warnings.json": json_bytes(warnings), "sources.json": json_bytes(sources)}
    content = json_bytes({"info": info, "files": {name: sha256(data) for name, data in files.items()}})
    run_id = f"{info['as_of']}-{sha256(content)[:10]}"
    files["run.json"] = json_bytes({**info, "run_id": run_id})
    files[MANIFEST] = json_bytes({"sha256": {name: sha256(data) for name, data in sorted(files.items())}})
    put(runs / run_id, files)
    return run_id


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a new folder, all or none. A whole folder of that name stays; Damaged is raised if it is not."""
    if folder.exists():
        verify(folder)
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    try:
        for name, data in files.items():
            write_whole(beside / name, data)
        beside.rename(folder)
        flush_folder(folder.parent)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        if not folder.exists():
            raise
        verify(folder)  # another process wrote the same content first


def verify(folder: Path) -> None:
    """Check every file of a folder against its manifest. Raises Damaged when one is missing or not what was written."""
    todo = "Nothing was changed. Move the folder away and refresh again, or restore it from a copy"
    try:
        expected = json.loads((folder / MANIFEST).read_bytes())["sha256"]
        for name, digest in expected.items():
            if sha256((folder / name).read_bytes()) != digest:
                raise Damaged(f"{name} is not what was written", where=str(folder), todo=todo)
    except FileNotFoundError as error:
        name = Path(error.filename).name
        raise Damaged(f"{name} is missing from a folder that is never changed", where=str(folder), todo=todo) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged(f"{MANIFEST} cannot be read", where=str(folder), todo=todo) from None


def folders(runs: Path) -> list[Path]:
    """Return the run folders there are, by name."""
    if not runs.is_dir():
        return []
    return sorted(f for f in runs.iterdir() if f.is_dir() and not f.name.startswith("."))
