"""How options are ordered: whole points for few plain reasons, printed with every result.

The rule is a proposal by its authors, not a finding. It was written down before it was tried on any past case,
and the past cases named in the catalogue give no points: they were known only afterwards.
"""

from __future__ import annotations

from tocsin.catalog.rows import Option

FACTOR = 3
IN_TIME = 2
NOT_COERCIVE = 1
CAN_BE_STOPPED = -1
EVIDENCE: dict[str, int] = {
    "T+": 2,
    "S": 2,
    "S-moderate": 1,
    "C-strong": 1,
    "C-moderate": 1,
    "T0": 0,
    "T": 0,
    "S-mixed": 0,
    "C": 0,
    "C-mixed": 0,
    "N-TfAP": 0,
    "C-thin": -1,
    "W": -1,
    "T-": -3,
}

RULE: list[dict[str, object]] = [
    {"points": FACTOR, "for": "each risk factor of the question that the option addresses"},
    {"points": IN_TIME, "for": "even the longest lead time fits into the days left"},
    {"points": NOT_COERCIVE, "for": "the option is not coercive: peaceful means come first"},
    {"points": CAN_BE_STOPPED, "for": "every listed procedure that leads to it can be stopped by one member"},
    *({"points": points, "for": f"evidence graded {grade}"} for grade, points in EVIDENCE.items() if points),
    {"points": 0, "for": "ties: shorter lead time first, then id; equal points share a rank"},
]


def points(option: Option, *, addressed: int, days_left: int, stoppable: bool) -> dict[str, int]:
    """Return the points of an option by reason. Their sum orders the list; zeros are kept so that they show."""
    return {
        "factors": FACTOR * addressed,
        "time": IN_TIME if option.lead_days_max <= days_left else 0,
        "evidence": EVIDENCE[option.evidence_grade],
        "consent": NOT_COERCIVE if option.coercive == "no" else 0,
        "block": CAN_BE_STOPPED if stoppable else 0,
    }
