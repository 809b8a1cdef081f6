"""What people write, made safe to keep and to print: no control characters, no broken ones, no end without a limit."""

from __future__ import annotations

import re
import unicodedata

from tocsin.core.errors import Refused

MOST = 20_000
"""Characters in one text: some eight printed pages. Longer evidence is linked, not pasted."""
SHORT = 4_000
"""Characters in a text that is shown whole on lists and in messages, such as the bell's reasons."""
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
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) != "Cc").strip()


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
