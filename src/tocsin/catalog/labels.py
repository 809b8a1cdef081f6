"""The labels whose history is kept: names that others give to violence in a place. Read from ``terms/labels.yml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from tocsin.catalog.library import library
from tocsin.catalog.tables import Finding
from tocsin.catalog.yaml_files import checked
from tocsin.core.errors import Damaged

FILE = "terms/labels.yml"
PATH = Path(__file__).parent / FILE


class Name(BaseModel):
    """One label: its id, how it is said, and its row among the terms where there is one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z_]{2,58}$")
    name: str = Field(min_length=3)
    term: str | None


class Names(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    basis: str = Field(pattern=r"^(memory|read)\b")
    labels: list[Name]


def check(path: Path = PATH) -> list[Finding]:
    """Return the faults of the file."""
    try:
        read = checked(Names, path.read_text(encoding="utf-8"), "list of labels", FILE)
    except (Damaged, OSError, UnicodeDecodeError) as error:
        return [Finding(FILE, 1, "", "", str(error), "Mend it")]
    ids = [label.id for label in read.labels]
    found = [Finding(FILE, 1, "id", i, "is given twice", "Remove one") for i in sorted(set(ids)) if ids.count(i) > 1]
    return found + [
        Finding(FILE, 1, label.id, str(label.term), "names no term", "Choose one of terms.csv, or null")
        for label in read.labels
        if label.term is not None and label.term not in library().terms
    ]


@cache
def labels() -> dict[str, Name]:
    """Return the labels by id, in the order of the file. Raises Damaged when the file does not hold together."""
    for finding in check():
        raise Damaged(f"The catalogue has a fault: {finding.rule}", where=FILE, todo=finding.todo)
    return {n.id: n for n in checked(Names, PATH.read_text(encoding="utf-8"), "list of labels", FILE).labels}
