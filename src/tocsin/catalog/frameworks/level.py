"""The level that pieces of evidence reach by the protocol of evidence: how well an answer is supported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tocsin.catalog.frameworks.protocol import Needs, Piece, ProtocolCard, Step
from tocsin.catalog.frameworks.reading import EVIDENCE, get


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
