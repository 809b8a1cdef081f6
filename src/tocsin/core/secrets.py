"""Secrets: read from files in the keys folder that only their owner can read, and kept out of every text."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, quote_plus

from tocsin.core.errors import Refused

LEAST = 6
"""A piece of a secret shorter than this is not looked for: blotting it out would blot out ordinary words."""


def read(keys: Path, name: str) -> str:
    """Return the secret in the file ``NAME`` of the keys folder.

    Raises Refused when it is missing, empty, open to others, or holds what no header and no form may carry.
    """
    path = keys / name
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Refused(f"keys/{name} can be read by others; chmod 600 it")
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"keys/{name} cannot be read: {getattr(error, 'strerror', None) or 'not text'}") from None
    if not found:
        raise Refused(f"keys/{name} is empty")
    if not found.isprintable():
        raise Refused(f"keys/{name} holds more than one line, or characters that cannot be sent")
    return found


def hide(text: str, secrets: Iterable[str]) -> str:
    """Return a text in which every secret is replaced, also as an address spells it."""
    whole = {s for s in secrets if len(s) >= LEAST}
    forms = {form for s in whole for form in (s, quote(s, safe=""), quote_plus(s))}
    for form in sorted(forms, key=lambda f: (-len(f), f)):
        text = text.replace(form, "•••")
    return text


def without(text: str, secrets: Iterable[str]) -> str:
    """Return a text in which every secret, and every piece of one, is replaced; on one line, 300 characters at most."""
    pieces = {p for s in secrets for p in (s, *re.split(r"[:/@?&=\s]+", s))}
    return " ".join(hide(text, pieces).split())[:300]
