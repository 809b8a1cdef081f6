"""How much evidence stands behind an answer: a level by the number, origin, directness and grade of its pieces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tocsin.catalog.cards import Card
from tocsin.core.errors import Misuse

STRICT = ConfigDict(extra="forbid", frozen=True)


class Weight(BaseModel):
    """The letters and figures that a piece needs to count as this good."""

    model_config = STRICT

    reliability: tuple[str, ...]
    credibility: tuple[str, ...]


class Weights(BaseModel):
    """Two steps, as the IPC has reliable and somewhat reliable."""

    model_config = STRICT

    reliable: Weight
    somewhat: Weight


class Needs(BaseModel):
    """The least numbers of pieces of different origin for a level."""

    model_config = STRICT

    direct_reliable: int = Field(ge=0)
    direct: int = Field(ge=0)
    pieces: int = Field(ge=0)


class Step(BaseModel):
    """A level and what it needs. Levels stand from the highest to the lowest; the lowest needs nothing."""

    model_config = STRICT

    code: str
    needs: Needs


class ProtocolCard(Card):
    """The card of the protocol: the scales, what counts as good, how old is too old, the levels."""

    directness: dict[Literal["direct", "indirect"], str]
    reliability: dict[str, str]
    credibility: dict[str, str]
    weight: Weights
    fresh_days: int = Field(gt=0)
    levels: tuple[Step, ...]


@dataclass(frozen=True)
class Piece:
    """One piece of evidence. ``origin`` is who has it at first hand: pieces of one origin count once."""

    origin: str
    directness: Literal["direct", "indirect"]
    reliability: str
    credibility: str
    day: date | None = None


def piece(text: str) -> Piece:
    """Return a piece written as ``ORIGIN,direct|indirect,GRADE[,DAY]``. Raises Misuse, saying which part is wrong."""
    from tocsin.core.clock import parse_date

    parts = [part.strip() for part in text.split(",")]
    if len(parts) not in {3, 4} or not parts[0]:
        raise Misuse(f"{text!r} is no piece of evidence", todo="Write ORIGIN,direct|indirect,GRADE[,DAY]")
    origin, directness, grade = parts[0], parts[1].lower(), parts[2].upper()
    if directness not in {"direct", "indirect"}:
        raise Misuse(f"{parts[1]!r} is neither direct nor indirect", todo="Write one of them")
    if not re.fullmatch(r"[A-F][1-6]", grade):
        raise Misuse(f"{parts[2]!r} is no Admiralty grade", todo="Write a letter A to F and a figure 1 to 6, as B2")
    day = parse_date(parts[3]) if parts[3:] else None
    return Piece(origin, "direct" if directness == "direct" else "indirect", grade[0], grade[1], day)
