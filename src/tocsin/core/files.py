"""Write a file whole or not at all: the one place in this room that touches the disk, and every room's way to do it."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

MANY = 20
"""From so many files on, one flush of the machine is quicker than one of each file."""


def write_whole(
    path: Path | str,
    data: bytes | Iterable[bytes],
    *,
    mode: int | None = None,
    replace: bool = True,
    flush: bool = True,
) -> None:
    """Write a file so that, after any interruption, it holds the old bytes or the new ones, and see it on disk.

    ``flush=False`` leaves the last to ``flush_all``: until then a power cut may take the file, and nothing else does.

    ``data`` may come in parts. ``mode`` sets the permission bits from the first moment on; without it they are the
    process's own. ``replace=False`` leaves a file that is there alone and raises FileExistsError, also when two
    writers race. The folder must exist. Raises OSError when the file cannot be written; no draft is left behind.
    """
    # Plain calls of the system: a tick writes ten thousand letters, and a Path for each step of each doubles the time.
    folder, name = os.path.split(path)
    draft = os.path.join(folder, f".{name[:200]}.{secrets.token_hex(6)}.part")  # noqa: PTH118
    renamed = False
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else mode)
        with os.fdopen(handle, "wb") as file:
            file.writelines([data] if isinstance(data, bytes) else data)
            file.flush()
            if flush:
                os.fsync(file.fileno())
        if replace:
            os.replace(draft, path)  # noqa: PTH105
            renamed = True
        else:
            os.link(draft, path)  # unlike a rename, it fails when somebody else was first
    finally:
        if not renamed:
            with suppress(FileNotFoundError):
                os.unlink(draft)  # noqa: PTH108
    if flush:
        flush_folder(Path(folder))


def flush_all(paths: Collection[str]) -> None:
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
    for folder in {os.path.dirname(path) for path in paths}:  # noqa: PTH120
        flush_folder(Path(folder))


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
