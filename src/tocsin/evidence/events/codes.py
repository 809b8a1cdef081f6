"""Words as the small numbers that the list's index is made of, and texts as the words that search finds."""

from __future__ import annotations

import re

from tocsin.catalog.geography.scripts import plain
from tocsin.evidence.events.schema import KINDS

NOT_SAID = 1 << len(KINDS)
KIND_BITS = {kind: 1 << n for n, kind in enumerate(KINDS)}
DISAGREE, UNSURE, PLACE_OPEN, DROPPED = 1, 2, 4, 8
"""Flags of a listed event: figures, kinds or days differ; a pair waits to be judged; its place is not sure; a release
of a publisher no longer has its report."""
NOWHERE = 0
"""Code of the place of an event that no publisher and no point places."""
LAST_BIT = 62
"""Sources are bits of one number; from the sixty-third on they share the last bit and are told apart when read."""
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+")
SPLIT = re.compile(f"({UNSPACED.pattern})")
"""Scripts that write no space between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""


def place_code(place_id: str) -> int:
    """Return three capital letters as a number."""
    a, b, c = (ord(letter) - 64 for letter in place_id)
    return (a * 27 + b) * 27 + c


def place_of(code: int) -> str:
    """Return the letters that ``place_code`` packed."""
    return "".join(chr(64 + n) for n in (code // 729, code // 27 % 27, code % 27))


def words(text: str) -> list[str]:
    """Return the words of a text for search; of scripts without spaces every two signs that stand together."""
    told = plain(text)
    if told.isascii():
        return told.split()
    found: list[str] = []
    for token in told.split():
        for part in SPLIT.split(token):
            if part and UNSPACED.match(part) and len(part) > 2:
                found += [part[i : i + 2] for i in range(len(part) - 1)]
            elif part:
                found.append(part)
    return found


def placed_word(place_id: str, word: str) -> str:
    """Return a word as the index has it: with the place, "" for none, so that a place's words are a list of their own.

    No word of a text has the sign between them.
    """
    return f"{place_id.lower()}¶{word}"
