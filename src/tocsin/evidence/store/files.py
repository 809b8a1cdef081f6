"""Tables and records of the store, as bytes and back. Every write is whole or absent: Ctrl-C loses nothing."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import polars as pl

from tocsin.core.errors import Damaged
from tocsin.core.files import write_whole


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole, making its folder when it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)


def parquet_bytes(frame: pl.DataFrame, *, smallest: bool = False) -> bytes:
    """Return a table as parquet: the same rows give the same bytes. ``smallest`` is slow, for what is shipped."""
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd", compression_level=19 if smallest else 3, statistics=False)
    return out.getvalue()


def read_parquet(path: Path, expected_sha256: str | None = None) -> pl.DataFrame:
    """Read a stored table. Raises Damaged when it is absent, altered or unreadable."""
    try:
        data = path.read_bytes()
    except OSError:
        raise Damaged("A stored table is absent", where=str(path), todo="Load the source again") from None
    if expected_sha256 and sha256(data) != expected_sha256:
        raise Damaged(
            "A stored table is not what was written",
            where=str(path),
            todo="Restore it, or move the source's folder away and load it again",
        )
    try:
        return pl.read_parquet(io.BytesIO(data))
    except Exception:  # noqa: BLE001 - a damaged parquet file fails in many ways
        raise Damaged(
            "A stored table cannot be read",
            where=str(path),
            todo="Restore it, or move the source's folder away and load it again",
        ) from None


def write_json(path: Path, value: object) -> None:
    """Write one JSON object whole, keys sorted."""
    write_bytes(path, (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())


def read_json(path: Path) -> dict[str, Any]:
    """Read one JSON object. Raises Damaged when it is not one."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        value = None
    if not isinstance(value, dict):
        raise Damaged(
            "A stored record cannot be read",
            where=str(path),
            todo="Restore it, or move the source's folder away and load it again",
        )
    return value


def keep_raw(folder: Path, data: bytes, about: dict[str, object]) -> str:
    """Keep bytes under their hash with what is known of their coming, the first time they come; return the hash."""
    name = sha256(data)
    if not ((folder / f"{name}.json").exists() and (folder / name).exists()):
        write_bytes(folder / name, data)
        write_json(folder / f"{name}.json", {**about, "sha256": name})
    return name
