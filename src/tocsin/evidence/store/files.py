"""Tables and records of the store, as bytes and back. Every write is whole or absent: Ctrl-C loses nothing."""

from __future__ import annotations

import hashlib
import io
import json
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from tocsin.core.errors import Damaged
from tocsin.core.files import flush_folder, write_whole
from tocsin.evidence.sources.part import BLOCK, Part


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole, making its folder when it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)


def write_copy(path: Path, blocks: Iterable[bytes]) -> None:
    """Write a file whole from what comes block by block."""
    write_whole(path, blocks)


def parquet_bytes(frame: pl.DataFrame, *, smallest: bool = False) -> bytes:
    """Return a table as parquet: the same rows give the same bytes. ``smallest`` is slow, for what is shipped."""
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd", compression_level=19 if smallest else 3, statistics=False)
    return out.getvalue()


def keep_table(folder: Path, name: str, table: pl.DataFrame) -> dict[str, object]:
    """Write one table of a load and return its line in the record."""
    body = parquet_bytes(table)
    write_bytes(folder / f"{name}.parquet", body)
    return {"path": f"{name}.parquet", "rows": table.height, "sha256": sha256(body)}


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


def keep_raw(folder: Path, part: Part, about: dict[str, object]) -> Part:
    """Keep an answer under its hash with what is known of its coming, the first time it comes.

    Returns the answer as it is kept: what is read from now on are those bytes, whatever becomes of the file they came
    from. A large one is copied and hashed piece by piece.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if part.known and (folder / part.known).exists():
        name = part.known
    elif isinstance(part.held, bytes):
        name = part.sha256
        if not (folder / name).exists():
            write_bytes(folder / name, part.held)
    else:
        name = _copied(folder, part)
    if not (folder / f"{name}.json").exists():
        write_json(folder / f"{name}.json", {**about, "sha256": name})
    return Part(part.name, part.held if isinstance(part.held, bytes) else folder / name, name)


def _copied(folder: Path, part: Part) -> str:
    """Copy a file to the name of its hash, whole or not at all; return the hash."""
    digest = hashlib.sha256()

    def blocks() -> Iterator[bytes]:
        with part.open() as file:
            while block := file.read(BLOCK):
                digest.update(block)
                yield block

    draft = folder / f".{secrets.token_hex(8)}.coming"
    try:
        write_copy(draft, blocks())
        name = digest.hexdigest()
        draft.replace(folder / name)
        flush_folder(folder)
        return name
    finally:
        draft.unlink(missing_ok=True)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal, without holding it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
