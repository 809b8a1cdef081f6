"""Names as warnings say them."""

from __future__ import annotations

from tocsin.catalog.geography import places


def place_name(place_id: str) -> str:
    """Return the name of a place, or its identifier when the list does not have it."""
    known = places()
    return known[place_id].name if place_id in known else place_id


def months_in_words(n: int) -> str:
    """Return ``1 month`` or ``n months``."""
    return "1 month" if n == 1 else f"{n} months"


def not_counted(n: int, where: str = "") -> str:
    """Return ``1 month was not counted`` or ``n months were not counted``, with a place in time after the months."""
    return f"{months_in_words(n)}{where} {'was' if n == 1 else 'were'} not counted"
