"""What a simulated publisher hears and says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Request:
    """One request as it came. Header names are lower-case; of a parameter given twice the last counts."""

    method: str
    host: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    form: Mapping[str, str] = field(default_factory=dict)
    number: int = 1
    """How many requests this publisher has had, this one among them."""


@dataclass(frozen=True)
class Reply:
    """One answer, and how the line mistreats it."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.0
    """Seconds between one byte and the next."""
    cut: int | None = None
    """The line breaks after so many bytes, though more were promised."""
    endless: bytes = b""
    """Sent again and again after the body, for as long as anybody listens."""

    @classmethod
    def json(cls, value: Any, status: int = 200, **headers: str) -> Reply:
        """Answer with JSON."""
        body = json.dumps(value, ensure_ascii=False).encode()
        return cls(status, body, {"Content-Type": "application/json", **_names(headers)})

    @classmethod
    def text(cls, text: str, kind: str = "text/plain", status: int = 200, **headers: str) -> Reply:
        """Answer with text of a content type."""
        return cls(status, text.encode(), {"Content-Type": kind, **_names(headers)})

    @classmethod
    def file(cls, data: bytes, kind: str, **headers: str) -> Reply:
        """Answer with a file."""
        return cls(200, data, {"Content-Type": kind, **_names(headers)})


def _names(headers: Mapping[str, str]) -> dict[str, str]:
    """``retry_after`` is how Python writes ``Retry-After``."""
    return {name.replace("_", "-").title(): value for name, value in headers.items()}


def records_of(file: Path) -> list[dict[str, Any]]:
    """Return the records of a file of JSON, read anew only when it has changed: a real one has a hundred pages."""
    return _records(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _records(file: Path, _: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(file.read_bytes())
    return found
