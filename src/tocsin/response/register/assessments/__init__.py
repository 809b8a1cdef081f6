"""The assessment of a place: answers side by side, rounds blind until they are revealed, and never a sum."""

from tocsin.response.register.assessments.answers import (
    CITATION,
    FRAMEWORK,
    answer,
    choices,
    citation,
    cited,
    grid,
    history,
    in_force,
    view,
)
from tocsin.response.register.assessments.lines import Lines, lines
from tocsin.response.register.assessments.seen import Seen, factors_answered, factors_seen

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
    "view",
]
