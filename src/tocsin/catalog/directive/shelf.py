"""Directives that ship, and finding one by its name, its version or its file."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tocsin.core.errors import Misuse
from tocsin.core.plain_yaml import weighed

_FOLDER = files("tocsin.catalog") / "directives"
MOST_BYTES = 1_000_000


class Copy(NamedTuple):
    """A directive as a text, and where it was found."""

    name: str
    version: str
    text: str
    where: str


def shipped() -> list[Copy]:
    """Return the directives that ship, by name and then version, the newest of a name last."""
    copies = []
    for file in _FOLDER.iterdir():
        if file.name.endswith(".yml"):
            text = file.read_text(encoding="utf-8")
            copies.append(_copy(text, f"catalog/directives/{file.name}"))
    return sorted(copies, key=lambda c: (c.name, len(c.version), c.version))


def find(name_or_file: str) -> Copy:
    """Return a directive by the name of a shipped one (its newest), by a shipped version, or by its file.

    Raises Misuse when there is none of that name and no such file, or the file is no text.
    """
    there = shipped()
    named = [c for c in there if name_or_file in (c.name, c.version)]
    if named:
        return named[-1]
    path = Path(name_or_file)
    if not path.is_file():
        names = ", ".join(dict.fromkeys(c.name for c in there))
        raise Misuse(
            f"There is no directive and no file {name_or_file!r}", todo=f"Name a file, or one that ships: {names}"
        )
    if path.stat().st_size > MOST_BYTES:
        raise Misuse("The file is too long for a directive", where=str(path), todo="Name a file of YAML")
    try:
        return _copy(path.read_text(encoding="utf-8"), str(path))
    except UnicodeDecodeError:
        raise Misuse("The file is no text in UTF-8", where=str(path), todo="Save it as UTF-8") from None


def _copy(text: str, where: str) -> Copy:
    """Return a text with the name and version that stand in it, as far as it can be read."""
    try:
        values = YAML(typ="safe").load(weighed(text))
    except (YAMLError, ValueError, RecursionError):
        values = None
    values = values if isinstance(values, dict) else {}
    return Copy(str(values.get("name", "default")), str(values.get("version", "")), text, where)
