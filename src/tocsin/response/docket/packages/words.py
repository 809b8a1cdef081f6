"""What a package says, as somebody writes it: every field a text, so that a draft loses nothing and judges nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from tocsin.core import words as text
from tocsin.core.errors import Misuse
from tocsin.ledger import canonical

MOST = 100_000
"""Characters in one field of a package."""
MOST_ROWS = 16
"""Lines, and actors, in one package."""


class Said(BaseModel):
    """Texts and nothing else: cleaned of what could steer a terminal, none longer than MOST."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _clean(cls, value: Any) -> Any:
        return text.said(value, MOST) if isinstance(value, str) else value

    @property
    def empty(self) -> bool:
        """Whether nothing was written in it."""
        return not any(value for value in self.model_dump().values())


class Purpose(Said):
    """What the package is for."""

    goal: str = ""


class Canvas(Said):
    """What is particular to the place (M46)."""

    capacities: str = ""
    particular: str = ""


class ActorRow(Said):
    """Somebody whose acts decide what happens there."""

    actor: str = ""
    motives: str = ""
    restraints: str = ""


class Harm(Said):
    """Whom it may hurt, how that is watched, what would stop it."""

    who: str = ""
    watched: str = ""
    stop: str = ""


class LineRow(Said):
    """One line of effort. Lists are written with ``;`` between their parts, days as 2026-12-01."""

    option: str = ""
    what: str = ""
    leads: str = ""
    support: str = ""
    abstain: str = ""
    authority: str = ""
    procedure: str = ""
    starts: str = ""
    ends: str = ""
    lead_days_min: str = ""
    lead_days_max: str = ""
    cost_band: str = ""
    risks: str = ""
    measure: str = ""
    baseline: str = ""
    measure_on: str = ""
    legal_basis: str = ""
    force: bool = False
    alone: bool = False

    @field_validator("option", "procedure", mode="after")
    @classmethod
    def _upper(cls, value: str) -> str:
        return value.upper()

    def parts(self, name: str) -> list[str]:
        """Return the parts of a list: who leads, supports or stays out, each once."""
        return list(dict.fromkeys(p.strip() for p in str(getattr(self, name)).split(";") if p.strip()))


class Rapid(Said):
    """How far a package made in one sitting can be trusted, and when the whole one follows."""

    confidence: str = ""
    caveats: str = ""
    complete_by: str = ""


class Words(BaseModel):
    """Everything a package says. ``answers`` gives the reason for each flag that stands, by the flag's key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    is_rapid: bool = False
    purpose: Purpose = Purpose()
    canvas: Canvas = Canvas()
    actors: list[ActorRow] = []
    harm: Harm = Harm()
    lines: list[LineRow] = []
    rapid: Rapid = Rapid()
    answers: dict[str, str] = {}

    @field_validator("actors", "lines", mode="after")
    @classmethod
    def _filled(cls, rows: list[Any]) -> list[Any]:
        return [row for row in rows if not row.empty]

    @field_validator("answers", mode="before")
    @classmethod
    def _answered(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {str(k): said for k, v in given.items() if isinstance(v, str) and (said := text.said(v, text.SHORT))}

    def kept(self) -> dict[str, Any]:
        """Return it as rows, exports and the ledger keep it."""
        return self.model_dump(mode="json")


def words(given: Mapping[str, Any]) -> Words:
    """Return what a form, a file or a row says. Raises Misuse when it has another shape or more than MOST_ROWS rows."""
    try:
        said = Words.model_validate(dict(given))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise Misuse(
            f"This is no package: {where or 'the whole'}: {first['msg']}",
            todo="tocsin package form shows what it takes",
        ) from None
    if max(len(said.lines), len(said.actors)) > MOST_ROWS:
        raise Misuse(f"A package has {MOST_ROWS} lines and {MOST_ROWS} actors at most", todo="Make two of it")
    return said


def sha256(said: Words) -> str:
    """Return the hash of what a package says: the same words, the same hash, whoever submits them."""
    return hashlib.sha256(canonical.encode(said.kept())).hexdigest()
