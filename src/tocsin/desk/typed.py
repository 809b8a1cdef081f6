"""Numbers as forms and addresses bring them: anybody can send anything."""

from __future__ import annotations

MOST_DIGITS = 18
"""A key of the register has no more."""


def number(text: str, digits: int = MOST_DIGITS) -> int | None:
    """Return a whole number of so many digits at most; None for anything else, such as a raised ² or endless nines."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
