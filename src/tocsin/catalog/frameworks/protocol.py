"""How much evidence stands behind an answer: a level by the number, origin, directness and grade of its pieces."""

from __future__ import annotations

import re
from collections.abc import Iterable
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


@dataclass(frozen=True)
class Level:
    """The level that pieces reach, the counts it was reached by, and what was left out and why."""

    code: str
    text: str
    direct_reliable: int
    direct: int
    pieces: int
    left_out: tuple[str, ...]
    next_needs: str


def level(pieces: Iterable[Piece], today: date) -> Level:
    """Return the level that pieces reach today. It says how well an answer is supported, never how grave it is.

    Pieces with a grade that cannot be judged or is poor, and pieces older than ``fresh_days``, are left out and named.
    Of one origin the best piece counts, once.
    """
    from tocsin.catalog.frameworks.reading import EVIDENCE, get

    framework = get(EVIDENCE)
    card = framework.card
    assert isinstance(card, ProtocolCard)
    left: list[str] = []
    best: dict[str, tuple[int, int]] = {}
    for piece in pieces:
        if piece.day is not None and (today - piece.day).days > card.fresh_days:
            left.append(f"{piece.origin}: of {piece.day}, older than {card.fresh_days} days")
            continue
        good = _good(piece, card)
        if good is None:
            left.append(f"{piece.origin}: graded {piece.reliability}{piece.credibility}, too poor or not to be judged")
            continue
        rank = (int(piece.directness == "direct"), good)
        if piece.origin in best:
            left.append(f"{piece.origin}: more than one piece of this origin, counted once")
        best[piece.origin] = max(best.get(piece.origin, (0, 0)), rank)
    have = Needs(
        direct_reliable=sum(rank == (1, 2) for rank in best.values()),
        direct=sum(direct for direct, _ in best.values()),
        pieces=len(best),
    )
    n = next(n for n, step in enumerate(card.levels) if _reached(step.needs, have))
    return Level(
        card.levels[n].code,
        framework.questions[card.levels[n].code].text,
        have.direct_reliable,
        have.direct,
        have.pieces,
        tuple(left),
        _missing(card.levels[n - 1], have) if n else "",
    )


def _good(piece: Piece, card: ProtocolCard) -> int | None:
    """Return 2 for a reliable piece, 1 for a somewhat reliable one, None for one that does not count."""
    for score, weight in ((2, card.weight.reliable), (1, card.weight.somewhat)):
        if piece.reliability in weight.reliability and piece.credibility in weight.credibility:
            return score
    return None


def _reached(needs: Needs, have: Needs) -> bool:
    return have.direct_reliable >= needs.direct_reliable and have.direct >= needs.direct and have.pieces >= needs.pieces


def _missing(step: Step, have: Needs) -> str:
    """Return what the next level needs beyond what there is."""
    parts = [
        f"{want - got} more {words}"
        for want, got, words in (
            (step.needs.direct_reliable, have.direct_reliable, "reliable direct"),
            (step.needs.direct, have.direct, "direct"),
            (step.needs.pieces, have.pieces, "of another origin"),
        )
        if want > got
    ]
    return f"{step.code} needs {', '.join(parts)}"
