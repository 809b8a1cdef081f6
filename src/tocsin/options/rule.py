"""What orders options: few plain reasons on one scale, all with the same weight until somebody moves one.

The principles are told in docs/adr/0025 and were written down before they were tried on any past case. The rule names
no case and no place, and cases named in the catalogue give nothing: they were known only afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isqrt

from tocsin.catalog.rows import Option
from tocsin.options.weights import WORDS, Weights, shown

ONE = 1000
HALF = 500
IMPLYING = ("RF11", "RF12")
IMPLIED = ("RF4", "RF5")
COERCION: dict[str, int] = {"no": ONE, "yes-mild": HALF, "yes": 0}
EVIDENCE: dict[str, int] = {
    "T+": ONE,
    "S": ONE,
    "S-moderate": HALF,
    "C-strong": HALF,
    "C-moderate": HALF,
    "T0": 0,
    "T": 0,
    "S-mixed": 0,
    "C": 0,
    "C-mixed": 0,
    "N-TfAP": 0,
    "C-thin": -HALF,
    "W": -HALF,
    "T-": -ONE,
}
REASONS: tuple[str, ...] = tuple(WORDS)
FIRST = 10
SAME_INSTRUMENT = 2
CLOSELY = 5


def implied(factors: Iterable[str]) -> tuple[str, ...]:
    """Return the factors that go without saying: an attack, or a plan of one, is not made without motive and means."""
    seen = set(factors)
    return tuple(code for code in IMPLIED if code not in seen) if seen & set(IMPLYING) else ()


def fit(strengths: Iterable[int], listed: int) -> int:
    """Return how well an option fits what is seen, in thousandths: what it addresses over the root of what it lists.

    The cosine between the option's factors and those seen, times the root of how many are seen: 1 for an option made
    for one factor alone that is seen, 2 for one made for four, all of them seen.
    """
    return sum(strengths) * isqrt(ONE * ONE // max(1, listed)) // ONE


def measured(
    option: Option, *, strengths: Sequence[int], in_time: float, acts: bool, reached: bool, stoppable: bool
) -> tuple[tuple[int, ...], int]:
    """Return an option's reasons in thousandths, in the order of ``REASONS``, and what going together would count.

    ``strengths``: 1000 for each factor seen or implied that it addresses, 500 for one seen in part or pointed to;
    none when nobody has looked. ``together`` is 0 until others are picked. Who is at hand and what goes together count
    as far as the option fits: an easy thing that is not made for what is seen gains nothing from being easy.
    """
    fits = fit(strengths, len(option.risk_factors))
    counts = fits if strengths else ONE
    reasons = (
        fits,
        round(ONE * in_time),
        EVIDENCE[option.evidence_grade],
        COERCION[option.coercive],
        (HALF * acts + HALF * reached) * counts // ONE,
        0,
        -ONE * stoppable,
    )
    return reasons, counts


def told(weights: Weights) -> list[dict[str, object]]:
    """Return the rule with its weights, as it is printed beside every list."""
    lines: list[dict[str, object]] = [
        {"name": name, "weight": shown(value), "for": WORDS[name]} for name, value in weights.by_name.items()
    ]
    implying, goes = " or ".join(IMPLYING), " and ".join(IMPLIED)
    graded = "; ".join(f"{grade} {shown(value // 10)}" for grade, value in EVIDENCE.items() if value)
    return [
        *lines,
        {"name": "half", "for": f"a factor seen in part or pointed to counts half; {implying} implies {goes}"},
        {"name": "far", "for": "access and together count as far as the option fits: times its factors"},
        {"name": "mildest", "for": "of those that supply a need only the least coercive count for it, and only once"},
        {"name": "grades", "for": f"evidence: {graded}; every other grade 0"},
        {
            "name": "ten",
            "for": f"the first {FIRST} are picked one by one: {SAME_INSTRUMENT} of an instrument at most in each "
            f"{CLOSELY}, and nothing that pulls against one already picked",
        },
        {"name": "ties", "for": "the shorter lead time first, then id"},
    ]
