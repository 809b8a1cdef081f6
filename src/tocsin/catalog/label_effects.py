"""What a label opens and closes: mandates, actors, funds. Read from ``terms/label_effects.yml``; no finding of ours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tocsin.catalog.basis import Based
from tocsin.catalog.labels import labels
from tocsin.catalog.library import library
from tocsin.catalog.tables import Finding
from tocsin.catalog.yaml_files import faultless, looked_at
from tocsin.core.errors import Misuse

FILE = "terms/label_effects.yml"
PATH = Path(__file__).parent / FILE
KINDS = ("mandate", "actor", "fund")


class Thing(Based):
    """A mandate, an actor or a fund; ``procedure`` is the row of the catalogue that leads there, where there is one."""

    id: str = Field(pattern=r"^[maf]_[a-z0-9_]+$")
    kind: Literal["mandate", "actor", "fund"]
    name: str = Field(min_length=8)
    procedure: str | None
    basis: str = Field(pattern=r"^(memory|read)\b")


class Effect(BaseModel):
    """What one label opens and closes, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    opens: list[str] = Field(min_length=1)
    closes: list[str]
    why: str = Field(min_length=20)


class Effects(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    basis: str = Field(pattern=r"^(memory|read)\b")
    things: list[Thing]
    labels: list[Effect]


@dataclass(frozen=True)
class Eligible:
    """What stands open under a label, what it makes harder, and why; each list in the order of the file."""

    label: str
    name: str
    opens: tuple[Thing, ...]
    closes: tuple[Thing, ...]
    why: str


@dataclass(frozen=True)
class Switch:
    """What changes when one label is used in place of another."""

    before: Eligible
    after: Eligible
    gained: tuple[Thing, ...]
    lost: tuple[Thing, ...]
    kept: tuple[Thing, ...]


def check(path: Path = PATH) -> list[Finding]:
    """Return the faults of the file: names of nothing, a label without its row, a thing both opened and closed."""
    read, found = looked_at(Effects, path, FILE)
    if read is None:
        return found
    ids, given = [thing.id for thing in read.things], [effect.label for effect in read.labels]
    twice = sorted({one for one in (*ids, *given) if (ids + given).count(one) > 1})
    found = [Finding(FILE, 1, "id", one, "is given twice", "Remove one") for one in twice]
    found += [
        Finding(FILE, 1, thing.id, str(thing.procedure), "names no procedure", "Choose one of procedures.csv, or null")
        for thing in read.things
        if thing.procedure is not None and thing.procedure not in library().procedures
    ]
    found += [
        Finding(FILE, 1, "label", one, "must have one row here and one in labels.yml", "Add or remove it")
        for one in sorted(set(given) ^ set(labels()))
    ]
    for effect in read.labels:
        for one in (*effect.opens, *effect.closes):
            if one not in ids:
                found.append(Finding(FILE, 1, effect.label, one, "names nothing", "Add it under things"))
        for one in sorted(set(effect.opens) & set(effect.closes)):
            found.append(Finding(FILE, 1, effect.label, one, "is opened and closed at once", "Choose one"))
    return found


@cache
def _effects() -> Effects:
    return faultless(Effects, PATH, FILE, check())


def eligible(label: str) -> Eligible:
    """Return what stands open under a label. Raises Misuse for a label there is not."""
    if label not in labels():
        raise Misuse(f"{label!r} is no label of the catalogue", todo=f"There are {', '.join(labels())}")
    kept = _effects()
    effect = next(one for one in kept.labels if one.label == label)
    opens = tuple(thing for thing in kept.things if thing.id in effect.opens)
    closes = tuple(thing for thing in kept.things if thing.id in effect.closes)
    return Eligible(label, labels()[label].name, opens, closes, effect.why)


def switch(before: str, after: str) -> Switch:
    """Return what changes from one label to another. Raises Misuse for a label there is not."""
    one, other = eligible(before), eligible(after)
    old, new = {thing.id for thing in one.opens}, {thing.id for thing in other.opens}
    return Switch(
        one,
        other,
        tuple(thing for thing in other.opens if thing.id not in old),
        tuple(thing for thing in one.opens if thing.id not in new),
        tuple(thing for thing in one.opens if thing.id in new),
    )
