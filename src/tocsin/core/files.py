"""Write a file whole or not at all: the one place in this room that touches the disk, and every room's way to do it."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Collection, Iterable
from pathlib import Path

MANY = 20
"""From so many files on, one flush of the machine is quicker than one of each file."""


def write_whole(
    path: Path, data: bytes | Iterable[bytes], *, mode: int | None = None, replace: bool = True, flush: bool = True
) -> None:
    """Write a file so that, after any interruption, it holds the old bytes or the new ones, and see it on disk.

    ``flush=False`` leaves the last to ``flush_all``: until then a power cut may take the file, and nothing else does.

    ``data`` may come in parts. ``mode`` sets the permission bits from the first moment on; without it they are the
    process's own. ``replace=False`` leaves a file that is there alone and raises FileExistsError, also when two
    writers race. The folder must exist. Raises OSError when the file cannot be written; no draft is left behind.
    """
    draft = path.with_name(f".{path.name[:200]}.{secrets.token_hex(6)}.part")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else mode)
        with os.fdopen(handle, "wb") as file:
            file.writelines([data] if isinstance(data, bytes) else data)
            file.flush()
            if flush:
                os.fsync(file.fileno())
        if replace:
            draft.replace(path)
        else:
            os.link(draft, path)  # unlike a rename, it fails when somebody else was first
    finally:
        draft.unlink(missing_ok=True)
    if flush:
        flush_folder(path.parent)


def flush_all(paths: Collection[Path]) -> None:
    """See files on disk that were written without it. Raises OSError when they cannot be."""
    if len(paths) >= MANY:
        os.sync()
        return
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    for folder in {path.parent for path in paths}:
        flush_folder(folder)


def flush_folder(folder: Path) -> None:
    """Flush a folder's entries to disk, so that a rename survives a power cut; some mounted shares cannot."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)
