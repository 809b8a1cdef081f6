"""The words an incentive model is written in (``incentives.yml``)."""

from __future__ import annotations

from functools import cache

from pydantic import Field

from tocsin.catalog.basis import Based
from tocsin.catalog.library import ROOT
from tocsin.catalog.yaml_files import checked

FILE = "development/incentives.yml"


class Words(Based):
    """Kinds of actors, courses of action, flows and units, each by its id in words. ``steps`` are never added up."""

    actors: dict[str, str] = Field(min_length=1)
    courses: dict[str, str] = Field(min_length=2)
    flows: dict[str, str] = Field(min_length=1)
    units: dict[str, str] = Field(min_length=1)


@cache
def words() -> Words:
    """Return the words. Raises Damaged when the file does not hold together."""
    return checked(Words, (ROOT / FILE).read_text(encoding="utf-8"), "incentive words", FILE)
