"""Which directives a home has adopted, as its folder says: ``directives/adopted.json`` and one file a version.

The register decides what was adopted; these files follow it (``response.register.mandate``). A file that is not what
was adopted is found here, at every reading, by its hash.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tocsin.catalog.directive.model import Directive
from tocsin.catalog.directive.reading import parse
from tocsin.core.errors import Damaged
from tocsin.core.settings import Settings

FOLDER, NAME = "directives", "adopted.json"


def home() -> Path:
    """Return the data folder. Read from the environment each time, as the settings do, but quickly."""
    return _folder(os.environ.get("TOCSIN_HOME") or Settings.model_fields["home"].default)


@lru_cache(maxsize=64)
def _folder(name: str | Path) -> Path:
    return Path(name)


@dataclass(frozen=True)
class Book:
    """What a home has adopted: the version in force ("" when the shipped default is) and the hash of each version."""

    folder: Path
    in_force: str
    sha256: dict[str, str]

    def text(self, version: str) -> str:
        """Return an adopted directive. Raises Damaged when the file is gone or is not what was adopted."""
        path = os.path.join(self.folder, f"{version}.yml")  # noqa: PTH118 - asked for once an item: see ``of``
        try:
            found = os.stat(path)  # noqa: PTH116
            text, sha256 = _text(path, found.st_mtime_ns, found.st_size)
        except (OSError, UnicodeDecodeError):
            text, sha256 = "", ""
        if sha256 != self.sha256[version]:
            raise Damaged(
                f"The directive {version} in this home is not what was adopted",
                where=path,
                todo="Put the adopted text back (tocsin directive restore); to change it, adopt a new version",
            )
        return text

    def rules(self, version: str) -> Directive:
        """Return an adopted directive, read."""
        return _parsed(self.text(version), str(self.folder / f"{version}.yml"))


def of(folder: Path) -> Book | None:
    """Return the book of a home; None when nothing was adopted there. Raises Damaged when it cannot be read.

    A tick asks some times for each of thousands of items, so the file is looked at without making a Path of it.
    """
    path = os.path.join(folder, FOLDER, NAME)  # noqa: PTH118
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return _book(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=64)
def _book(path: str, _mtime: int, _size: int) -> Book:
    """Return the book in a file; read again when the file has changed."""
    try:
        said = json.loads(Path(path).read_text(encoding="utf-8"))
        return Book(Path(path).parent, str(said["in_force"]), {str(k): str(v) for k, v in said["sha256"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Damaged(
            "The list of adopted directives cannot be read",
            where=path,
            todo="Run: tocsin directive restore",
        ) from None


@lru_cache(maxsize=64)
def _text(path: str, _mtime: int, _size: int) -> tuple[str, str]:
    """Return the text of a file and its SHA-256, hex; read again when the file has changed."""
    text = Path(path).read_text(encoding="utf-8")
    return text, hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=64)
def _parsed(text: str, where: str) -> Directive:
    """Return a directive; texts are read once."""
    return parse(text, where)
