"""What can be done about a question: options matched, ordered with reasons, and those already lost.

Takes in a ``Question`` and the catalogue; gives out an ``Answer``. A plain library: no clock, no database, no item.
May import ``core`` and ``catalog``.
"""

from tocsin.options.answer import Answer, Lost, Match
from tocsin.options.match import NOTHING, answer, match
from tocsin.options.question import Constraints, Question
from tocsin.options.weights import Weights
from tocsin.options.window import Window

__all__ = [
    "NOTHING",
    "Answer",
    "Constraints",
    "Lost",
    "Match",
    "Question",
    "Weights",
    "Window",
    "answer",
    "match",
]
