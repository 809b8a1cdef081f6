"""What a matrix of hypotheses and evidence says, for one person's marks. Pure: no register, no clock.

**Score against a hypothesis.** A cell marked I counts 1 and II counts 2; CC, C, N and NA count nothing: evidence
refutes and does not prove (Heuer 1999, ch. 8). The count is weighted by the credibility and relevance of its row, each
high 3, moderate 2, low 1, and the sum is divided by 9, one I of high credibility and high relevance counting 1. The
weights are this house's (the well-known programs use others); the order, not the number, is the result. It is no
probability, and a hypothesis with nothing against it is not thereby true.

**What is not looked at.** A row counts only when it was held against every hypothesis: otherwise the hypothesis that
nobody looked at would come out best.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

AGAINST = {"I": 1, "II": 2}
WEIGHT = {"high": 3, "moderate": 2, "low": 1}
TURNED = {"CC": "II", "C": "I", "I": "C", "II": "CC"}
SIDE = {"CC": 1, "C": 1, "I": -1, "II": -1}
WHOLE = 9

APART, FIT, SAME, OPEN = "apart", "fit", "same", "open"
DIAGNOSTIC = {
    APART: "tells hypotheses apart",
    FIT: "speaks against none more than another: it differs only in how well it fits",
    SAME: "does not tell hypotheses apart: it says the same of all",
    OPEN: "not held against every hypothesis yet, so it counts for none",
}

Marks = Mapping[tuple[str, str], str]
"""{(evidence, hypothesis): mark} of one person."""
Order = tuple[tuple[str, ...], ...]
"""Hypotheses from the least spoken against; those with equal scores stand together."""


@dataclass(frozen=True)
class Row:
    """A piece of evidence as it is weighed."""

    key: str
    credibility: str
    relevance: str

    @property
    def weight(self) -> int:
        """Ninths that one I counts."""
        return WEIGHT[self.credibility] * WEIGHT[self.relevance]


@dataclass(frozen=True)
class Sensitive:
    """A row that, if it is wrong, orders the hypotheses anew: left out, or turned round as a deception would be."""

    key: str
    how: str
    order: Order
    first_changes: bool


@dataclass(frozen=True)
class Analysis:
    """``ninths`` against each hypothesis; how many rows speak against it; what each row tells apart; what would turn.

    ``left_out`` are rows not held against every hypothesis.
    """

    ninths: dict[str, int]
    rows_against: dict[str, int]
    order: Order
    rows: dict[str, str]
    spread: dict[str, int]
    left_out: tuple[str, ...]
    sensitive: tuple[Sensitive, ...]

    def plain(self) -> dict[str, Any]:
        """Return it as plain values, without a fraction: scores to one decimal, as text."""
        return {
            "against": {h: {"score": score(n), "rows": self.rows_against[h]} for h, n in self.ninths.items()},
            "order": [list(group) for group in self.order],
            "evidence": {e: {"says": says, "spread": score(self.spread[e])} for e, says in self.rows.items()},
            "left_out": list(self.left_out),
            "sensitive": [
                {"evidence": s.key, "if": s.how, "order": [list(g) for g in s.order], "first_changes": s.first_changes}
                for s in self.sensitive
            ],
        }


def score(ninths: int) -> str:
    """Return ninths as a number with one decimal, halves up, as in 1.3."""
    tenths = (ninths * 20 + WHOLE) // (2 * WHOLE)
    return f"{tenths // 10}.{tenths % 10}"


def analyse(hypotheses: Sequence[str], rows: Sequence[Row], marks: Marks) -> Analysis:
    """Return what one person's marks say. Time: rows times rows times hypotheses."""
    whole = [row for row in rows if hypotheses and all((row.key, h) in marks for h in hypotheses)]
    ninths = _ninths(hypotheses, whole, marks)
    order = _order(ninths)
    found: list[Sensitive] = []
    for row in whole:
        others = [r for r in whole if r is not row]
        turned = {**marks, **{(row.key, h): TURNED.get(marks[row.key, h], marks[row.key, h]) for h in hypotheses}}
        for how, now in (
            ("left out", _order(_ninths(hypotheses, others, marks))),
            ("turned round", _order(_ninths(hypotheses, whole, turned))),
        ):
            if now != order:
                found.append(Sensitive(row.key, how, now, now[0] != order[0]))
    said = {row.key: _says(hypotheses, row, marks) if row in whole else OPEN for row in rows}
    return Analysis(
        ninths=ninths,
        rows_against={h: sum(marks[r.key, h] in AGAINST for r in whole) for h in hypotheses},
        order=order,
        rows=said,
        spread={row.key: _spread(hypotheses, row, marks) if row in whole else 0 for row in rows},
        left_out=tuple(row.key for row in rows if row not in whole),
        sensitive=tuple(found),
    )


def opposed(marks: Sequence[str]) -> str:
    """Return how several people's marks of one cell stand: ``same``, ``differ``, or ``opposed`` (for and against)."""
    if len(set(marks)) < 2:
        return "same"
    sides = {SIDE.get(mark, 0) for mark in marks}
    return "opposed" if {1, -1} <= sides else "differ"


def _ninths(hypotheses: Sequence[str], rows: Sequence[Row], marks: Marks) -> dict[str, int]:
    return {h: sum(AGAINST.get(marks[r.key, h], 0) * r.weight for r in rows) for h in hypotheses}


def _order(ninths: Mapping[str, int]) -> Order:
    return tuple(tuple(h for h in ninths if ninths[h] == n) for n in sorted(set(ninths.values())))


def _says(hypotheses: Sequence[str], row: Row, marks: Marks) -> str:
    given = [marks[row.key, h] for h in hypotheses]
    if len({AGAINST.get(mark, 0) for mark in given}) > 1:
        return APART
    return FIT if len(set(given)) > 1 else SAME


def _spread(hypotheses: Sequence[str], row: Row, marks: Marks) -> int:
    points = [AGAINST.get(marks[row.key, h], 0) for h in hypotheses]
    return (max(points) - min(points)) * row.weight
