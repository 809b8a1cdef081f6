"""Kinds of institutions, the figures that stand for each and the sectors that support it (``institutions.yml``)."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from tocsin.catalog.basis import Based
from tocsin.catalog.library import ROOT
from tocsin.catalog.yaml_files import checked

FILE = "development/institutions.yml"


class Institutions(BaseModel):
    """One kind: its title, the factors it bears on, columns of the panel with how far each stands for it, sectors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    factors: tuple[str, ...] = Field(min_length=1)
    columns: dict[str, str]
    sectors: tuple[str, ...] = Field(min_length=1)


class Book(Based):
    """The whole file; ``states`` and ``trends`` are what a dated judgement may say."""

    kinds: dict[str, Institutions] = Field(min_length=1)
    states: dict[str, str] = Field(min_length=1)
    trends: dict[str, str] = Field(min_length=1)


@cache
def book() -> Book:
    """Return the kinds. Raises Damaged when the file does not hold together."""
    return checked(Book, (ROOT / FILE).read_text(encoding="utf-8"), "list of institutions", FILE)
