"""The shape of ``agendas.yml`` and of a row of ``tags.csv``."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tocsin.catalog.rows import Row, SomeWords, Words

STRICT = ConfigDict(extra="forbid", frozen=True)
Said = Annotated[str, Field(min_length=12)]


class Agenda(BaseModel):
    """What an agenda wants, looks at and counts as success, and what it does not see. ``term`` is its concept."""

    model_config = STRICT

    title: str
    term: str = Field(pattern=r"^T[0-9]{2}$")
    wants: Said
    looks_at: Said
    counts_as_success: Said
    blind_spot: Said


class Pair(BaseModel):
    """Two agendas: where they overlap, and where they pull apart."""

    model_config = STRICT

    a: str
    b: str
    overlap: Said
    apart: Said


class Tension(BaseModel):
    """A way in which what helps one agenda harms another, and what to watch for."""

    model_config = STRICT

    helps: tuple[str, ...] = Field(min_length=1)
    harms: tuple[str, ...] = Field(min_length=1)
    what: Said
    watch: Said


class Book(BaseModel):
    """The whole file."""

    model_config = STRICT

    basis: str = Field(min_length=3)
    reviewed: date | None
    agendas: dict[str, Agenda]
    pairs: tuple[Pair, ...]
    tensions: dict[str, Tension]

    def between(self, a: str, b: str) -> Pair | None:
        """Return the pair of two agendas; None for an agenda with itself."""
        return next((p for p in self.pairs if {p.a, p.b} == {a, b}), None)


class Tag(Row):
    """Which agendas an option serves, which it may harm, and by which tensions; ``why`` adds what is its own."""

    option: str
    serves: SomeWords
    may_harm: Words
    tensions: Words
    why: str
