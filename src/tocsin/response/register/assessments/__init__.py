"""The assessment of a place: answers side by side, rounds blind until they are revealed, and never a sum."""

from tocsin.response.register.assessments.answers import (
    CITATION,
    FRAMEWORK,
    answer,
    citation,
    cited,
    grid,
    history,
    in_force,
    view,
)
from tocsin.response.register.assessments.lines import Lines, lines
from tocsin.response.register.assessments.rounds import reveal_due
from tocsin.response.register.assessments.seen import Seen, factors_answered, factors_seen
from tocsin.response.register.assessments.words import choices

__all__ = [
    "CITATION",
    "FRAMEWORK",
    "Lines",
    "Seen",
    "answer",
    "choices",
    "citation",
    "cited",
    "factors_answered",
    "factors_seen",
    "grid",
    "history",
    "in_force",
    "lines",
    "reveal_due",
    "view",
]
