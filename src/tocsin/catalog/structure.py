"""What a past case was like in its first days, apart from what came of it: ``cases/structure.csv``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field

from tocsin.catalog.geography import places
from tocsin.catalog.library import library
from tocsin.catalog.rows import Row
from tocsin.catalog.tables import Finding, read_rows
from tocsin.core.errors import Damaged

LABEL = "cases/structure.csv"
PATH = Path(__file__).parent / LABEL
Perpetrator = Literal["state", "non_state", "both", "unknown"]
Setting = Literal[
    "election",
    "coup",
    "revolt",
    "revolution",
    "transition",
    "secession",
    "insurgency",
    "civil_war",
    "occupation",
    "invasion",
    "repression",
]
Regime = Literal["military", "party", "contested", "collapsed", "occupied"]
ARMED = ("yes", "no")
VALUES: dict[str, tuple[str, ...]] = {
    "perpetrator": get_args(Perpetrator),
    "setting": get_args(Setting),
    "armed_conflict": ARMED,
    "regime": get_args(Regime),
}


class Structure(Row):
    """Where, who, out of what, under which rule: as it stood when the case began.

    ``perpetrator``: who was feared, or acted first. ``regime``: military; party (one party, family or person);
    contested (several parties, however unfair); collapsed; occupied.
    """

    id: Annotated[str, Field(pattern=r"^[CN][0-9]{2}$")]
    place_id: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    perpetrator: Perpetrator
    setting: Setting
    armed_conflict: Literal["yes", "no"]
    regime: Regime


def check(path: Path = PATH) -> list[Finding]:
    """Return the faults of the file: a row that breaks a rule, a place unknown, a case without one or a row without."""
    rows, faults = read_rows(path, Structure, LABEL, "id")
    known = places().by_id
    for line, row in rows:
        if row.place_id not in known:
            faults.append(Finding(LABEL, line, "place_id", row.place_id, "is not a place", "Give three letters"))
        if row.id not in library().cases:
            faults.append(Finding(LABEL, line, "id", row.id, "is no case", "Correct it, or add the case"))
    told = {row.id for _, row in rows}
    missing = [case for case in library().cases if case not in told]
    return faults + [Finding(LABEL, 1, "id", case, "has no row", "Say what was known at its start") for case in missing]


@cache
def structures() -> dict[str, Structure]:
    """Return the checked rows by case, read once. Raises Damaged with the first fault."""
    for fault in check():
        raise Damaged(f"The catalogue has a fault: {fault.value!r} {fault.rule}", where=f"{LABEL}, line {fault.line}")
    rows, _ = read_rows(PATH, Structure, LABEL, "id")
    return {row.id: row for _, row in rows}
