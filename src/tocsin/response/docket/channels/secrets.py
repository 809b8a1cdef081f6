"""Secrets of channels: read from files in the keys folder, never from the database, and kept out of every error."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable

from tocsin.core.context import Context
from tocsin.response.docket.channels.protocol import Undelivered

LEAST = 6
"""A piece of a secret shorter than this is not looked for: blotting it out would blot out ordinary words."""


def read(ctx: Context, name: str) -> str:
    """Return the secret in ``keys/NAME``. Raises Undelivered when it is missing, empty or open to others."""
    path = ctx.settings.keys / name
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Undelivered(f"keys/{name} can be read by others; chmod 600 it", lasting=True)
        found = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Undelivered(f"keys/{name} cannot be read: {error.strerror}", lasting=True) from None
    if not found:
        raise Undelivered(f"keys/{name} is empty", lasting=True)
    return found


def without(text: str, secrets: Iterable[str]) -> str:
    """Return a text in which every secret, and every piece of one, is replaced; on one line, 300 characters at most."""
    pieces = {p for s in secrets for p in (s, *re.split(r"[:/@?&=\s]+", s)) if len(p) >= LEAST}
    for piece in sorted(pieces, key=len, reverse=True):
        text = text.replace(piece, "•••")
    return " ".join(text.split())[:300]
