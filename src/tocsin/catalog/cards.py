"""The card of a framework: what it is, whose it is, and what its sheet has a place for."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tocsin.catalog.rows import Text

FIELDS = (
    "place_id",
    "state",
    "trend",
    "confidence",
    "finding",
    "evidence",
    "no_evidence_reason",
    "post",
    "assessor",
    "at",
    "id",
    "supersedes",
)
"""What an answer consists of. ``finding`` is its prose (kept in the register as the note)."""


class Card(BaseModel):
    """What a framework is, whose it is, and which parts of an answer its sheet has a place for.

    ``holds`` and ``lacks`` map a field of an answer (see ``FIELDS``) to how it is held, or why there is no place.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z_]{2,39}$")
    title: Text
    publisher: Text
    document: Text
    year: int
    version: Text
    wording: Text
    basis: Text
    groups: dict[str, str]
    sheet: Text
    holds: dict[str, str]
    lacks: dict[str, str]

    @field_validator("holds", "lacks")
    @classmethod
    def _known(cls, value: dict[str, str]) -> dict[str, str]:
        unknown = sorted(set(value) - set(FIELDS))
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no field of an answer; choose among {', '.join(FIELDS)}")
        return value
