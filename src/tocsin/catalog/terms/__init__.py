"""Words: one concept in five vocabularies, said so that each reader is met in their own and warned of false friends.

``say`` gives the word for a concept; ``marked`` finds the words of one vocabulary in a text and sets those of another
beside them. A text itself is never changed.
"""

from tocsin.catalog.terms.marking import ANY, Mark, Marked, glossary, marked
from tocsin.catalog.terms.words import VOCABULARIES, Term, check, everything, say, vocabulary

__all__ = [
    "ANY",
    "VOCABULARIES",
    "Mark",
    "Marked",
    "Term",
    "check",
    "everything",
    "glossary",
    "marked",
    "say",
    "vocabulary",
]
