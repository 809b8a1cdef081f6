"""Which directive is in force, and every version that an item may cite (``directives/<version>.yml``).

A published version is frozen: a test compares ``directive.yml`` with its copy under ``directives/`` byte for byte.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.resources import files

from tocsin.catalog.directive.model import Directive
from tocsin.catalog.directive.reading import parse
from tocsin.core.errors import Damaged

_HERE = files("tocsin.catalog")


@cache
def current() -> Directive:
    """Return the directive in force."""
    return parse((_HERE / "directive.yml").read_text(encoding="utf-8"), "catalog/directive.yml")


@cache
def version(number: str) -> Directive:
    """Return a version by its number: the one in force or one an item cites. Raises Damaged when it is lost."""
    if number == current().version:
        return current()
    if re.fullmatch(r"[0-9A-Za-z.-]{1,20}", number):
        file = _HERE / "directives" / f"{number}.yml"
        if file.is_file():
            return parse(file.read_text(encoding="utf-8"), f"catalog/directives/{number}.yml")
    raise Damaged(
        f"Version {number!r} of the directive is not in the catalogue",
        where="catalog/directives",
        todo="Put the file back: items that ran under it cannot be read without it",
    )


def digest() -> str:
    """Return the SHA-256 of the directive in force, hex, as items cite it in the ledger."""
    return hashlib.sha256((_HERE / "directive.yml").read_bytes()).hexdigest()
