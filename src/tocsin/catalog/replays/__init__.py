"""Who is who in a replayed chain: actors outside the chain, and the tiers that offices stand for, as declared data."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, field_validator

from tocsin.catalog.yaml_files import checked


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(_Part):
    """Names (regular expressions, whole name, case apart) and what they stand for."""

    names: tuple[str, ...]
    tier: int | None = None
    why: str = ""

    @field_validator("names")
    @classmethod
    def _compiles(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            re.compile(name)
        return names

    def has(self, actor: str) -> bool:
        """Tell whether an actor is one of these."""
        return any(re.fullmatch(name, actor.strip(), re.IGNORECASE) for name in self.names)


class Actors(_Part):
    """The actors of chains: those outside it, and those whose tier is known."""

    basis: str
    outside: tuple[Named, ...]
    tiers: tuple[Named, ...]

    def outside_the_chain(self, actor: str) -> bool:
        """Tell whether what reaches this actor reaches nobody who holds a post."""
        return any(group.has(actor) for group in self.outside)

    def tier_of(self, actor: str) -> int | None:
        """Return the tier that an actor stands for; None when nobody declared one."""
        return next((group.tier for group in self.tiers if group.has(actor)), None)


@cache
def actors() -> Actors:
    """Return the declared actors. Raises Damaged when the file does not hold together."""
    return checked(Actors, (files(__package__) / "actors.yml").read_text(encoding="utf-8"), "actors", "actors.yml")
