"""The tripwires: one file each, found by walking this folder, checked against ``schema.Tripwire`` when read.

``backtests/<id>.json`` is the back-test of the shipped version on the bundled snapshot, written by
``tocsin tripwires backtest ID --write-shipped``; it arms a fresh home. A test recomputes it.

A home may add tripwires of its own, for indicators of its scenarios (``catalogue/tripwires.json``, which follows the
register). They stand after those that ship, under ids of their own; none takes the place of one that ships.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tocsin.catalog import home
from tocsin.catalog.directive.book import home as data_folder
from tocsin.catalog.tripwires.schema import Tripwire
from tocsin.catalog.yaml_files import checked, one_each
from tocsin.core.errors import Damaged, Misuse

__all__ = ["Tripwire", "all_tripwires", "get", "shipped_backtest"]


def parse(text: str, where: str) -> Tripwire:
    """Read and check one file. Raises Damaged with every fault found."""
    return checked(Tripwire, text, "tripwire", where)


@cache
def shipped_tripwires() -> dict[str, Tripwire]:
    """Return every tripwire that ships, by id, in the order of their ids. Raises Damaged for a misnamed file."""
    return one_each(Tripwire, __package__, "tripwire")


def all_tripwires() -> dict[str, Tripwire]:
    """Return every tripwire by id: those that ship, then those of this home. Raises Damaged when one cannot be read."""
    folder = data_folder()
    stamp = home.stamp(folder, home.TRIPWIRES)
    return shipped_tripwires() if stamp == (0, 0) else _with_home(folder, stamp)


@lru_cache(maxsize=16)
def _with_home(folder: Path, _stamp: tuple[int, int]) -> dict[str, Tripwire]:
    found = dict(shipped_tripwires())
    for row in home.rows(folder, home.TRIPWIRES):
        try:
            one = Tripwire.model_validate(row)
        except ValidationError as error:
            fault = error.errors()[0]
            raise Damaged(
                f"A tripwire of this home does not hold together: {'.'.join(map(str, fault['loc']))}: {fault['msg']}",
                where=str(home.path_of(folder, home.TRIPWIRES)),
                todo="Run: tocsin options restore, which writes it again from the register",
            ) from None
        if one.id not in shipped_tripwires():
            found[one.id] = one
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
