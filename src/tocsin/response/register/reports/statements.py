"""A text as statements, and the figures in one: what a difference is counted in."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

from tocsin.catalog import wording
from tocsin.catalog.wording import Wording

_END = re.compile(r"(?<=[.!?…؟。！？।])[\"'”’»)\]]*\s+|(?<=[。！？])|\n+")
_BULLET = re.compile(r"^\s*(?:[-*•–—·]+|\(?\d{1,2}[.)])\s+")
_LAST_WORD = re.compile(r"([\w.]+)\.$")
_TOKEN = re.compile(r"\d[\d,.'\u00a0\u202f]*\d|\d|[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SPACE = re.compile(r"[ \t\n\r\f\v]+")
_DIGITS = re.compile(r"\d")


def statements(text: str, language: str = "en") -> list[str]:
    """Return the statements of a text in order: sentences, and lines that end without a full stop.

    Nothing is lost: every letter and digit of the text stands in exactly one statement.
    """
    short = set((wording.of(language) or wording.wordings()["en"]).abbreviations)
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        piece = text[start : end.start()]
        last = _LAST_WORD.search(piece)
        if "\n" not in end.group() and last and last[1].casefold() in short:
            continue
        found.append(text[start : end.end()])
        start = end.end()
    found.append(text[start:])
    # Not str.split: a narrow space within a figure sets its thousands apart and stays.
    return [_SPACE.sub(" ", s).strip() for s in found if any(c.isalnum() for c in s)]


def tokens(statement: str) -> list[str]:
    """Return the words and figures of a statement, in small letters, without a bullet before them."""
    bare = _BULLET.sub("", statement)
    # A number in front of a list is no figure of it, unless nothing else is there.
    return [_plain(t) for t in _TOKEN.findall(bare)] or [_plain(t) for t in _TOKEN.findall(statement)]


def figures(words: list[str], lists: Wording | None) -> list[Decimal]:
    """Return the figures of a statement's tokens in order: ``3 000`` and ``three thousand`` are both 3000."""
    known = lists.numbers if lists else {}
    found: list[Decimal] = []
    whole = part = Decimal(0)
    begun = False

    def end() -> None:
        nonlocal whole, part, begun
        if begun:
            found.append(whole + part)
        whole, part, begun = Decimal(0), Decimal(0), False

    for word in words:
        if _DIGITS.match(word):
            end()
            part, begun = Decimal(word), True
        elif word in known:
            named = Decimal(known[word])
            if named >= 100 and begun:
                scale = named / 2 if word.endswith("s") else named
                whole, part = (whole + part * scale, Decimal(0)) if scale >= 1000 else (whole, part * scale)
            elif begun and part and not (part % 100 == 0 or (part % 100 >= 20 and part % 10 == 0 and named < 10)):
                end()
                part, begun = named, True
            else:
                part, begun = part + named, True
        elif word != "and":
            end()
    end()
    return found


def count(words: list[str], phrases: tuple[str, ...]) -> Counter[str]:
    """Return how often each phrase stands in a statement's tokens, as whole words."""
    line, there = f" {' '.join(words)} ", set(words)
    likely = (p for p in phrases if p.partition(" ")[0] in there)
    return Counter({p: n for p in likely if (n := line.count(f" {p} "))})


def _plain(token: str) -> str:
    """Return a token in small letters; a figure without what sets its thousands apart."""
    if not _DIGITS.match(token):
        return token.casefold().replace("’", "'")
    digits = re.sub(r"[\u00a0\u202f']", "", token)
    # A comma or point followed by three digits sets thousands apart; any other is a decimal mark.
    digits = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    head, _, tail = digits.partition(".")
    return f"{head}.{tail.replace('.', '')}" if tail else head
