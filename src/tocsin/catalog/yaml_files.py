"""Files of the catalogue that stand one for one thing: read, checked against their class, found by walking a folder."""

from __future__ import annotations

from importlib.resources import files
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

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
