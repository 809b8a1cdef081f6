"""Finds the words of one vocabulary in a text and sets those of another beside them. The text is never changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from tocsin.catalog.terms.words import VOCABULARIES, Term, everything, say, vocabulary

ANY = "any"
"""The words of every vocabulary at once: for a text of which nobody has said whose words it is in."""


EVERYDAY = frozenset(
    [
        "cable",
        "certification",
        "classified",
        "declaration",
        "determination",
        "diplomacy",
        "enforcement",
        "evaluation",
        "forecast",
        "indicator",
        "mediation",
        "minority",
        "resilience",
        "restraint",
        "trigger",
        "variable",
    ]
)
"""Words that are said of many things: known only where it is said whose words a text is in."""


@dataclass(frozen=True)
class Mark:
    """A stretch of a text (characters ``start`` to ``end``) that is a known word, and what it maps to.

    A word that stands for several concepts has several ``terms``; the reader must choose.
    """

    start: int
    end: int
    text: str
    terms: tuple[Term, ...]

    @property
    def warnings(self) -> list[str]:
        """The false-friend warnings of the concepts, each once."""
        return list(dict.fromkeys(t.warning for t in self.terms if t.warning))

    @property
    def mapped(self) -> list[str]:
        """The words of the other vocabulary, each once."""
        return list(dict.fromkeys(t.text for t in self.terms))


@dataclass(frozen=True)
class Marked:
    """A text with its marks, in order and without overlap."""

    text: str
    source: str
    target: str
    marks: tuple[Mark, ...]

    def pieces(self) -> list[tuple[str, Mark | None]]:
        """Return the text cut at its marks: joined together the pieces are the text, character for character."""
        found: list[tuple[str, Mark | None]] = []
        at = 0
        for mark in self.marks:
            if mark.start > at:
                found.append((self.text[at : mark.start], None))
            found.append((mark.text, mark))
            at = mark.end
        if at < len(self.text):
            found.append((self.text[at:], None))
        return found

    def once(self) -> list[Mark]:
        """Return the first mark of each spelling, in the order of the text."""
        return list({mark.text.casefold(): mark for mark in reversed(self.marks)}.values())[::-1]

    def as_dict(self) -> dict[str, Any]:
        """Return the marks as plain values."""
        return {
            "from": self.source,
            "to": self.target,
            "characters": len(self.text),
            "marks": [
                {
                    "start": m.start,
                    "end": m.end,
                    "word": m.text,
                    "concepts": [t.id for t in m.terms],
                    "mapped": m.mapped,
                    "own_word": [t.own for t in m.terms],
                    "warnings": m.warnings,
                    "basis": [t.basis_label for t in m.terms],
                }
                for m in self.marks
            ],
        }


def marked(text: str, source: str, target: str) -> Marked:
    """Return a text with every known word of ``source`` marked with the word of ``target``.

    ``source`` may be ``ANY``. The longest word wins where two begin together; capitals do not matter, save in
    abbreviations. Raises Misuse for a vocabulary there is not.
    """
    vocabulary(target)
    pattern, concepts = _known(source if source == ANY else vocabulary(source))
    marks = []
    for found in pattern.finditer(text):
        word = found[0]
        ids = concepts.get(_key(word)) or concepts.get(_key(word).removesuffix("s"), ())
        if ids:
            terms = tuple(say(concept, target) for concept in ids)
            marks.append(Mark(found.start(), found.end(), word, terms))
    return Marked(text, source, target, tuple(marks))


def glossary(text: str, target: str) -> list[Mark]:
    """Return the known words of a text, of whatever vocabulary, once each: those that are said otherwise in ``target``
    or are easily mistaken. Raises Misuse for a vocabulary there is not.
    """
    found = marked(text, ANY, target).once()
    return [m for m in found if m.warnings or all(w.casefold() != m.text.casefold() for w in m.mapped)]


@cache
def _known(source: str) -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    """Return a pattern of all words of a vocabulary, longest first, and the concepts of each."""
    concepts: dict[str, list[str]] = {}
    spelt: dict[str, str] = {}
    for concept, (_, forms) in everything().items():
        for name in VOCABULARIES if source == ANY else (source,):
            for word in getattr(forms, name):
                if source == ANY and word in EVERYDAY:
                    continue
                known = concepts.setdefault(_key(word), [])
                known += [] if concept in known else [concept]
                spelt[_key(word)] = word
    words = sorted(spelt.values(), key=lambda word: (-len(word), word))
    parts = (_part(word) for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)"), {key: tuple(v) for key, v in concepts.items()}


def _part(word: str) -> str:
    """Return the pattern of one word: spaces may be any white space, capitals matter in abbreviations alone."""
    body = r"\s+".join(re.escape(part) for part in word.split())
    plural = "" if word.endswith("s") or not word[-1].isalpha() else "s?"
    return f"{body}{plural}" if _abbreviation(word) else f"(?i:{body}{plural})"


def _key(word: str) -> str:
    """Return the key under which a spelling is looked up."""
    plain = " ".join(word.split())
    return plain if _abbreviation(plain.removesuffix("s")) else plain.casefold()


def _abbreviation(word: str) -> bool:
    """Tell whether a word is written in capitals, as PSC or R2P or CHMR; PoC and RtoP count too."""
    return " " not in word and sum(c.isupper() for c in word) >= 2
