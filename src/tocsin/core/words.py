"""What people write, made safe to keep and to print: no control characters, no broken ones, no end without a limit."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

from tocsin.core.errors import Refused

MOST = 20_000
"""Characters in one text: some eight printed pages. Longer evidence is linked, not pasted."""
SHORT = 4_000
"""Characters in a text that is shown whole on lists and in messages, such as the bell's reasons."""
NEVER = "\u202d\u202e\ufffe\uffff"
"""Orders to show what follows backwards, which no language needs, and what is no character at all (nor is it XML)."""
LEAST_WORDS, LEAST_LETTERS = 3, 12


def said(text: str, most: int = MOST) -> str:
    """Return a text without surrounding space and without what could steer the terminal of whoever reads it.

    Lines and tabs stay; half characters (bytes that were no UTF-8) become the mark for it. Raises Refused when it is
    longer than ``most`` characters.
    """
    if len(text) > most:
        raise Refused(f"A text of {len(text):,} characters is too long", todo=f"Keep to {most:,} and link the rest")
    whole = text.encode("utf-8", "replace").decode() if any("\ud800" <= c <= "\udfff" for c in text) else text
    lines = whole.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or (unicodedata.category(c) != "Cc" and c not in NEVER)).strip()


def begun(sentence: str) -> str:
    """Return a sentence with a capital at its beginning; an address there, and all that follows, stays as it is."""
    first = sentence.split(" ", 1)[0]
    return sentence if "." in first.rstrip(".") else sentence[:1].upper() + sentence[1:]


def in_xml(text: str) -> str:
    """Return a text that XML can hold (XML 1.0, 2.2): old records and files of others keep what it cannot."""
    return "".join(
        c for c in text if (c >= " " or c in "\n\t") and not ("\ud800" <= c <= "\udfff" or c in "\ufffe\uffff")
    )


def in_cell(value: object) -> object:
    """Return what a table's cell may hold: a text that a spreadsheet would compute begins with an apostrophe.

    A carriage return becomes a line feed: csv leaves it bare, and what stands after it would begin a row.
    """
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    first = text.lstrip()[:1]
    return f"'{text}" if first in {"=", "+", "-", "@", "＝", "＋", "－", "＠"} or value[:1] in {"\t", "\r"} else text


def from_cell(value: object) -> str:
    """Return a workbook's cell as the text a table carries: whole numbers without a point, times as ISO days."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value)


def letters(text: str) -> int:
    """Return how many letters a text has, in any script."""
    return sum(c.isalpha() for c in text)


def substantial(text: str) -> bool:
    """Tell whether a text can be a reason: three different words and twelve letters.

    Scripts that write no space between words (Chinese, Thai, …) have no words to count: there half the letters do.
    """
    if any(unicodedata.category(c) == "Lo" for c in text):
        return 2 * letters(text) >= LEAST_LETTERS
    words = {word.casefold() for word in re.findall(r"\w+", text)}
    return len(words) >= LEAST_WORDS and letters(text) >= LEAST_LETTERS
