"""What can be done about a question: options matched, ordered with reasons, and those already lost.

Takes in a ``Question`` and the catalogue; gives out an ``Answer``. A plain library: no clock, no database, no item.
May import ``core`` and ``catalog``.
"""

from tocsin.options.match import NOTHING, Answer, Lost, Match, answer, match
from tocsin.options.question import Constraints, Question

__all__ = ["NOTHING", "Answer", "Constraints", "Lost", "Match", "Question", "answer", "match"]
