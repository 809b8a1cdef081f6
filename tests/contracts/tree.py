"""The checkout as the contract tests see it: its files, without what installs, runs and tests leave behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
PACKAGE = REPO / "src" / "tocsin"
LEFT_BEHIND = {".git", "var", "dist", "build", "test-results", "__pycache__", "node_modules"}


def _walk() -> Iterator[Path]:
    for folder, folders, names in os.walk(REPO):
        hidden = {f for f in folders if f.startswith(".") and f != ".ci"}
        folders[:] = sorted(set(folders) - LEFT_BEHIND - hidden)
        for name in sorted(names):
            if name != ".git" and not name.startswith(".coverage"):
                yield Path(folder) / name


@cache
def files() -> tuple[Path, ...]:
    """Return every file of the checkout, in the order of their paths."""
    return tuple(_walk())


def with_suffix(*suffixes: str) -> list[Path]:
    """Return the files of the checkout that end so."""
    return [path for path in files() if path.suffix in suffixes]


def text(path: Path) -> str | None:
    """Return a file's text, or None when it is no UTF-8 text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def short(path: Path) -> str:
    """Return a path as it is written from the top of the checkout."""
    return path.relative_to(REPO).as_posix()
