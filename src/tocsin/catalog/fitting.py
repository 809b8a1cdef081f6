"""What options need of one another and who is at hand for them: ``options/needs.yml`` and ``options/actors.yml``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tocsin.catalog.library import library
from tocsin.catalog.tables import Finding
from tocsin.catalog.yaml_files import faultless, looked_at
from tocsin.core.errors import Misuse

NEEDS, ACTORS = "options/needs.yml", "options/actors.yml"
HERE = Path(__file__).parent
STRICT = ConfigDict(extra="forbid", frozen=True)


class Need(BaseModel):
    """Something that options need, in words, and the options that supply it."""

    model_config = STRICT

    words: str = Field(min_length=8)
    needed_by: tuple[str, ...] = Field(min_length=1)
    supplied_by: tuple[str, ...] = Field(min_length=1)


class Needs(BaseModel):
    """The whole of ``needs.yml``."""

    model_config = STRICT

    basis: str = Field(pattern=r"^(memory|read)\b")
    reviewed: date | None
    needs: dict[str, Need]

    @cached_property
    def of(self) -> dict[str, frozenset[str]]:
        """What an option needs, by its id."""
        return _turned({key: need.needed_by for key, need in self.needs.items()})

    @cached_property
    def supplied(self) -> dict[str, frozenset[str]]:
        """What an option supplies, by its id."""
        return _turned({key: need.supplied_by for key, need in self.needs.items()})


class Reached(BaseModel):
    """A kind of people that options work on: by which options, and by which names they are known."""

    model_config = STRICT

    works_on_them: tuple[str, ...] = Field(min_length=1)
    names: tuple[str, ...] = Field(min_length=1)


class Actors(BaseModel):
    """The whole of ``actors.yml``."""

    model_config = STRICT

    basis: str = Field(pattern=r"^(memory|read)\b")
    reviewed: date | None
    acts: dict[str, tuple[str, ...]]
    reaches: dict[str, Reached]

    @field_validator("acts")
    @classmethod
    def _compiles(cls, acts: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for names in acts.values():
            _words(names)
        return acts

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """Every kind there is: first those who act, then those who are reached."""
        return (*self.acts, *self.reaches)

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        named = {**self.acts, **{kind: reached.names for kind, reached in self.reaches.items()}}
        return {kind: _words(names) for kind, names in named.items()}

    def kinds_of(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the kinds that some names of a chain stand for, in the order of the file."""
        said = list(names)
        return tuple(kind for kind in self.kinds if any(self._patterns[kind].search(name) for name in said))

    def at_hand(self, given: Iterable[str]) -> tuple[str, ...]:
        """Return the kinds that are given by their id or by the name of an actor, in the order of the file.

        Raises Misuse, with the valid list, for a word that is neither.
        """
        found: set[str] = set()
        for word in given:
            kind = word.casefold().replace(" ", "_")
            meant = (kind,) if kind in self.kinds else self.kinds_of([word])
            if not meant:
                raise Misuse(
                    f"{word[:60]!r} is neither a kind of actor nor a name of one",
                    todo=f"Choose among: {', '.join(self.kinds)}",
                )
            found.update(meant)
        return tuple(kind for kind in self.kinds if kind in found)

    def who_may(self, names: tuple[str, ...]) -> frozenset[str]:
        """Return the kinds of those who can act among the names of an option's authority."""
        return _who_may(self, names)

    def __hash__(self) -> int:
        """One file is one object: it is read once and kept."""
        return id(self)

    @cached_property
    def worked_on(self) -> dict[str, frozenset[str]]:
        """The kinds of people that an option works on, by its id."""
        return _turned({kind: reached.works_on_them for kind, reached in self.reaches.items()})


@lru_cache(maxsize=50_000)
def _who_may(known: Actors, names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(kind for kind in known.acts if any(known._patterns[kind].search(name) for name in names))


def _turned(sets: dict[str, tuple[str, ...]]) -> dict[str, frozenset[str]]:
    ids = {one for ids in sets.values() for one in ids}
    return {one: frozenset(key for key, ids in sets.items() if one in ids) for one in ids}


def _words(names: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of the names as whole words."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)", re.IGNORECASE)


def check(needs: Path = HERE / NEEDS, actors: Path = HERE / ACTORS) -> list[Finding]:
    """Return the faults of both files: what cannot be read, and what names no option."""
    wants, faults = looked_at(Needs, needs, NEEDS)
    who, more = looked_at(Actors, actors, ACTORS)
    for key, need in wants.needs.items() if wants else ():
        faults += _unknown(NEEDS, f"needs.{key}", (*need.needed_by, *need.supplied_by))
    for kind, reached in who.reaches.items() if who else ():
        more += _unknown(ACTORS, f"reaches.{kind}", reached.works_on_them)
    return faults + more


def _unknown(label: str, where: str, ids: Iterable[str]) -> list[Finding]:
    """Return a fault for each id that names no option."""
    known = library().options
    todo = "Correct it, or add the option"
    return [Finding(label, 1, where, one, "names no option", todo) for one in ids if one not in known]


@cache
def needs() -> Needs:
    """Return the checked needs, read once. Raises Damaged with the first fault."""
    return faultless(Needs, HERE / NEEDS, NEEDS, [f for f in check() if f.file == NEEDS])


@cache
def actors() -> Actors:
    """Return the checked kinds of actors, read once. Raises Damaged with the first fault."""
    return faultless(Actors, HERE / ACTORS, ACTORS, [f for f in check() if f.file == ACTORS])
