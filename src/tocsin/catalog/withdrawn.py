"""Sources that may not be leaned on any more: retracted, withdrawn or gone; what ships and what a home adds.

``lookup`` is asked wherever a source is cited: an option's evidence, a study that was counted, the link beside an
answer of an assessment. A source is named by its DOI or its address; both forms of a DOI are one source.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from tocsin.catalog import home
from tocsin.catalog.directive.book import home as data_folder
from tocsin.catalog.rows import Row, Source
from tocsin.catalog.source_names import key, keys
from tocsin.catalog.tables import Finding, read_rows
from tocsin.core.errors import Damaged

LABEL = "options/withdrawn.csv"
PATH = Path(__file__).parent / LABEL
KINDS = {
    "retracted": "was retracted",
    "withdrawn": "was withdrawn by its publisher",
    "expired": "can no longer be reached",
    "restored": "stands again",
}


class Withdrawal(Row):
    """A source that may not be leaned on since a day, and why. ``tools``: reviewed tools whose studies it is one of."""

    source: Source
    kind: Literal["retracted", "withdrawn", "expired", "restored"]
    on: date
    why: Annotated[str, Field(min_length=3)]

    @property
    def key(self) -> str:
        """The one name of the source."""
        return key(self.source)

    @property
    def sentence(self) -> str:
        """What became of it, without a full stop."""
        return f"{self.source} {KINDS[self.kind]} ({self.on.isoformat()}): {self.why.rstrip('.')}"


class HomeWithdrawal(Withdrawal):
    """One that a home entered; ``tools`` are the reviewed tools whose counted studies cite it, as loaded here."""

    tools: tuple[str, ...] = ()


def check(path: Path = PATH) -> list[Finding]:
    """Return the faults of the file that ships."""
    rows, faults = read_rows(path, Withdrawal, LABEL, "source")
    seen: dict[str, int] = {}
    for line, row in rows:
        if row.key in seen:
            faults.append(
                Finding(LABEL, line, "source", row.source, f"is the source of line {seen[row.key]}", "Remove one")
            )
        seen.setdefault(row.key, line)
    return faults


def every() -> dict[str, Withdrawal]:
    """Return every source that may not be leaned on, by its one name: what ships, then what this home adds.

    The newest word on a source stands: one that was restored is not listed.
    """
    folder = data_folder()
    return _every(folder, home.stamp(folder, home.WITHDRAWN))


@lru_cache(maxsize=16)
def _every(folder: Path, _stamp: tuple[int, int]) -> dict[str, Withdrawal]:
    rows, faults = read_rows(PATH, Withdrawal, LABEL, "source")
    for fault in faults:
        raise Damaged(f"The catalogue has a fault: {fault.rule}", where=f"{LABEL}, line {fault.line}", todo=fault.todo)
    told: dict[str, Withdrawal] = {row.key: row for _, row in rows}
    for row in home.rows(folder, home.WITHDRAWN):
        entered = HomeWithdrawal.model_validate(row)
        told[entered.key] = entered
    return {name: row for name, row in told.items() if row.kind != "restored"}


def lookup(text: str) -> Withdrawal | None:
    """Return what became of the first source in a text that may not be leaned on; None when there is none.

    ``text`` is an address, a DOI, or any sentence with one in it: what stands in a field for evidence.
    """
    gone = every()
    return next((gone[name] for name in keys(text) if name in gone), None)
