"""What was asked before and what came: for each question of a source the hash of its answer, and which version it was.

``<store>/<source>/asked/<key>.json``; the key is the hash of the question without its secrets. It is what makes a
conditional request possible, and a fixed address not asked twice. An answer whose load was refused is forgotten: the
publisher may have mended it under the same version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from tocsin.core.errors import Damaged
from tocsin.core.files import write_whole
from tocsin.evidence.fetch.ask import Ask
from tocsin.evidence.store.files import sha256


def key_of(ask: Ask, url: str) -> str:
    """Return the key of a question: method, address and form, without what is secret in them."""
    form = sorted((n, v) for n, v in (ask.form or {}).items() if n not in ask.secret)
    headers = sorted((n.lower(), v) for n, v in ask.headers.items() if n not in ask.secret)
    text = json.dumps([ask.method, url, form, headers, sorted(ask.accept)])
    return hashlib.sha256(text.encode()).hexdigest()[:40]


class Asked:
    """The questions of one source and the answers kept of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "asked"
        self._raw = folder / "raw"

    def get(self, key: str) -> dict[str, Any] | None:
        """Return what was kept of a question; None when nothing is, or its bytes are gone."""
        try:
            found = json.loads((self._folder / f"{key}.json").read_bytes())
        except (OSError, ValueError):
            return None
        known = isinstance(found, dict) and isinstance(found.get("sha256"), str)
        return found if known and (self._raw / found["sha256"]).is_file() else None

    def body(self, entry: Mapping[str, Any]) -> bytes:
        """Return the bytes kept. Raises Damaged when they are not what came."""
        path = self._raw / str(entry["sha256"])
        data = path.read_bytes()
        if sha256(data) != entry["sha256"]:
            raise Damaged(
                "A kept answer is not what the publisher sent",
                where=str(path),
                todo="Restore it, or move it and the file of the same name with .json away and fetch again",
            )
        return data

    def keep(self, key: str, entry: Mapping[str, Any]) -> None:
        """Remember what came."""
        self._folder.mkdir(parents=True, exist_ok=True)
        body = json.dumps({k: v for k, v in entry.items() if k != "unchanged"}, sort_keys=True).encode()
        write_whole(self._folder / f"{key}.json", body, flush=False)  # lost in a power cut, it is asked for whole again

    def forget(self, key: str) -> None:
        """Ask whole the next time."""
        with suppress(FileNotFoundError):
            (self._folder / f"{key}.json").unlink()

    @staticmethod
    def conditions(entry: Mapping[str, Any] | None) -> dict[str, str]:
        """Return the headers that ask only for what has changed since."""
        conditions = {}
        if entry and entry.get("etag"):
            conditions["If-None-Match"] = str(entry["etag"])
        if entry and entry.get("last_modified"):
            conditions["If-Modified-Since"] = str(entry["last_modified"])
        return conditions
