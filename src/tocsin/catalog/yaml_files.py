"""Files of the catalogue that stand one for one thing: read, checked against their class, found by walking a folder."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tocsin.catalog.tables import Finding
from tocsin.core.errors import Damaged

T = TypeVar("T", bound=BaseModel)


def checked(kind: type[T], text: str, what: str, where: str) -> T:
    """Return YAML as an object of a class. Raises Damaged, with every fault found, when it does not hold together."""
    try:
        return kind.model_validate(YAML(typ="safe").load(text))
    except ValidationError as error:
        said = (f"{'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}" for fault in error.errors())
        raise Damaged(f"The {what} does not hold together: {'; '.join(said)}", where=where) from None
    except YAMLError as error:
        raise Damaged(f"The {what} is not YAML: {' '.join(str(error).split())[:300]}", where=where) from None


def looked_at(kind: type[T], path: Path, label: str) -> tuple[T | None, list[Finding]]:
    """Return a file as an object of a class, or None with each fault where it stands, for the linter."""
    try:
        with path.open(encoding="utf-8") as file:
            return kind.model_validate(YAML(typ="safe").load(file)), []
    except ValidationError as error:
        return None, [
            Finding(label, 1, ".".join(map(str, f["loc"])), str(f["input"])[:60], f["msg"], "Correct the entry")
            for f in error.errors()
        ]
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        return None, [Finding(label, 1, "", "", f"the file cannot be read: {error}", "Mend it")]


def faultless(kind: type[T], path: Path, label: str, faults: list[Finding]) -> T:
    """Return a file of the catalogue that the linter found ``faults`` in. Raises Damaged with the first of them."""
    read, _ = looked_at(kind, path, label)
    for fault in faults:
        raise Damaged(f"The catalogue has a fault: {fault.rule}", where=f"{label}, {fault.column}", todo=fault.todo)
    assert read is not None, "a file that cannot be read is a fault"
    return read


def one_each(kind: type[T], package: str, what: str) -> dict[str, T]:
    """Return every ``<id>.yml`` of a package's folder by its id, in the order of their names.

    Raises Damaged for a file that does not hold together or that is named otherwise than the id in it.
    """
    found = {}
    folder = package.removeprefix("tocsin.").replace(".", "/")
    for entry in sorted(files(package).iterdir(), key=lambda entry: entry.name):
        if not entry.name.endswith(".yml"):
            continue
        one = checked(kind, entry.read_text(encoding="utf-8"), what, f"{folder}/{entry.name}")
        name = str(one.id)  # type: ignore[attr-defined]
        if entry.name != f"{name}.yml":
            raise Damaged(f"The {what} {name!r} stands in a file of another name", where=f"{folder}/{entry.name}")
        found[name] = one
    return found
