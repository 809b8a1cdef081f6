"""One answer of a publisher: bytes that are held, or that lie in a file and are read as far as they are needed."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

BLOCK = 1 << 20
"""Bytes read at a time."""


@dataclass(frozen=True)
class Part:
    """One answer, byte for byte, and the name of the file that it is, or is a page of.

    ``held`` are its bytes, or the file that they lie in: a yearly release of hundreds of megabytes is never held whole.
    ``known`` is their hash where it is known already.
    """

    name: str
    held: bytes | Path = field(repr=False)
    known: str = ""

    @property
    def data(self) -> bytes:
        """All of its bytes, held at once: for what is small."""
        return self.held if isinstance(self.held, bytes) else self.held.read_bytes()

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.held) if isinstance(self.held, bytes) else self.held.stat().st_size

    def open(self) -> BinaryIO:
        """Return the bytes as a file, from their beginning."""
        return io.BytesIO(self.held) if isinstance(self.held, bytes) else self.held.open("rb")

    def head(self, most: int) -> bytes:
        """Return its first bytes."""
        with self.open() as file:
            return file.read(most)

    @cached_property
    def sha256(self) -> str:
        """The hash that its bytes are kept under."""
        if self.known:
            return self.known
        with self.open() as file:
            return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
