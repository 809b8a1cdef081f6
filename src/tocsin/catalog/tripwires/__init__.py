"""The tripwires: one file each, found by walking this folder, checked against ``schema.Tripwire`` when read.

``backtests/<id>.json`` is the back-test of the shipped version on the bundled snapshot, written by
``tocsin tripwires backtest ID --write-shipped``; it arms a fresh home. A test recomputes it.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML

from tocsin.catalog.tripwires.schema import Tripwire
from tocsin.core.errors import Damaged, Misuse

__all__ = ["Tripwire", "all_tripwires", "get", "shipped_backtest"]


def parse(text: str, where: str) -> Tripwire:
    """Read and check one file. Raises Damaged with every fault found."""
    try:
        return Tripwire.model_validate(YAML(typ="safe").load(text))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
        raise Damaged(f"A tripwire file does not hold together: {faults}", where=where) from None


@cache
def all_tripwires() -> dict[str, Tripwire]:
    """Return every tripwire by id, in the order of their ids. Raises Damaged when a file is named otherwise."""
    found = {}
    for file in sorted(files(__package__).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".yml"):
            tripwire = parse(file.read_text(encoding="utf-8"), f"catalog/tripwires/{file.name}")
            if file.name != f"{tripwire.id}.yml":
                raise Damaged(f"Tripwire {tripwire.id!r} stands in a file of another name", where=file.name)
            found[tripwire.id] = tripwire
    return found


def get(tripwire_id: str) -> Tripwire:
    """Return one tripwire. Raises Misuse, naming those there are."""
    try:
        return all_tripwires()[tripwire_id]
    except KeyError:
        known = ", ".join(all_tripwires())
        raise Misuse(f"There is no tripwire {tripwire_id!r}", todo=f"There are {known}") from None


def shipped_backtest(tripwire: Tripwire) -> dict[str, Any] | None:
    """Return the back-test shipped with this very rule; None when there is none or the rule has changed since."""
    file = files(__package__) / "backtests" / f"{tripwire.id}.json"
    if not file.is_file():
        return None
    result: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return result if result["rule_sha256"] == tripwire.digest() else None
