"""The tripwires: one file each, found by walking this folder, checked against ``schema.Tripwire`` when read.

``backtests/<id>.json`` is the back-test of the shipped version on the bundled snapshot, written by
``tocsin tripwires backtest ID --write-shipped``; it arms a fresh home. A test recomputes it.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from tocsin.catalog.tripwires.schema import Tripwire
from tocsin.catalog.yaml_files import checked, one_each
from tocsin.core.errors import Misuse

__all__ = ["Tripwire", "all_tripwires", "get", "shipped_backtest"]


def parse(text: str, where: str) -> Tripwire:
    """Read and check one file. Raises Damaged with every fault found."""
    return checked(Tripwire, text, "tripwire", where)


@cache
def all_tripwires() -> dict[str, Tripwire]:
    """Return every tripwire by id, in the order of their ids. Raises Damaged when a file is named otherwise."""
    return one_each(Tripwire, __package__, "tripwire")


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
