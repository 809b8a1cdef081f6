"""Words that take a side, found in a text with the place where they stand. A warning, never a refusal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from tocsin.catalog.oversight import LoadedWord, loaded_words


@dataclass(frozen=True)
class Loaded:
    """A loaded word in a text: line and column count from 1."""

    word: str
    line: int
    column: int
    why: str
    instead: str
    where: str = ""

    def sentence(self) -> str:
        """Return the warning on one line."""
        place = f"{self.where}, " if self.where else ""
        return f"{place}line {self.line}, column {self.column}: “{self.word}” {self.why}. Write: {self.instead}."


def loaded(text: str, where: str = "") -> list[Loaded]:
    """Return the loaded words of an English text in its order; a plural counts as the word."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for match in _pattern().finditer(line):
            row = _row(match[0])
            found.append(Loaded(match[0], number, match.start() + 1, row.why, row.instead, where))
    return found


def loaded_in(texts: Iterable[tuple[str, str]]) -> list[Loaded]:
    """Return the loaded words of several texts, each with the name of its place."""
    return [hit for where, text in texts for hit in loaded(text, where)]


@cache
def _pattern() -> re.Pattern[str]:
    # The longest first: "previous administration" before anything inside it.
    words = sorted((w.word for w in loaded_words()), key=len, reverse=True)
    each = "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in words)
    return re.compile(rf"(?<![\w-])(?:{each})s?(?![\w-])", re.IGNORECASE)


def _row(found: str) -> LoadedWord:
    said = " ".join(found.casefold().split())
    known = {w.word.casefold(): w for w in loaded_words()}
    return known.get(said) or known[said.removesuffix("s")]
