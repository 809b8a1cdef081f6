"""What people write, made safe to keep and to print: no control characters, no broken ones, no end without a limit."""

from __future__ import annotations

import unicodedata

from tocsin.core.errors import Refused

MOST = 20_000
"""Characters in one text: some eight printed pages. Longer evidence is linked, not pasted."""


def said(text: str) -> str:
    """Return a text without surrounding space and without what could steer the terminal of whoever reads it.

    Lines and tabs stay; half characters (bytes that were no UTF-8) become the mark for it. Raises Refused when it is
    longer than ``MOST``.
    """
    if len(text) > MOST:
        raise Refused(f"A text of {len(text):,} characters is too long", todo=f"Keep to {MOST:,} and link the rest")
    whole = text.encode("utf-8", "replace").decode() if any("\ud800" <= c <= "\udfff" for c in text) else text
    lines = whole.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) != "Cc").strip()
