"""Which directive is in force, and every version that an item may cite.

What a home has adopted stands in its own folder (``book``); without an adoption the shipped default is in force.
A published version is frozen: a test compares ``directive.yml`` with its copy under ``directives/`` byte for byte.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.resources import files

from tocsin.catalog.directive import book
from tocsin.catalog.directive.model import Directive
from tocsin.catalog.directive.reading import parse
from tocsin.core.errors import Damaged

_HERE = files("tocsin.catalog")


@cache
def default() -> Directive:
    """Return the directive that is in force where nothing was adopted."""
    return parse((_HERE / "directive.yml").read_text(encoding="utf-8"), "catalog/directive.yml")


def current() -> Directive:
    """Return the directive in force in this home. Raises Damaged when its file is not what was adopted."""
    adopted = book.of(book.home())
    return adopted.rules(adopted.in_force) if adopted is not None and adopted.in_force else default()


def version(number: str) -> Directive:
    """Return a version by its number: adopted here, or shipped. Raises Damaged when it is lost."""
    adopted = book.of(book.home())
    if adopted is not None and number in adopted.sha256:
        return adopted.rules(number)
    return _shipped(number)


@cache
def _shipped(number: str) -> Directive:
    """Return a version that ships. The default is read already, and a test holds it to be its own copy."""
    if number == default().version:
        return default()
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
    adopted = book.of(book.home())
    if adopted is not None and adopted.in_force:
        return hashlib.sha256(adopted.text(adopted.in_force).encode()).hexdigest()
    return hashlib.sha256((_HERE / "directive.yml").read_bytes()).hexdigest()
