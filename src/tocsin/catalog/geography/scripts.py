"""Places and towns as they are written in several scripts: exact names of declared tables, never a guess.

``cldr_names.csv``: states and territories in eighteen languages. Origin: Unicode CLDR as Babel 2.19 carries it
(licence: ``CLDR_LICENCE.txt``); names that mean two places there ("Congo" alone) are left out.
``settlements.csv``: towns that publishers write in several ways, with the script and the origin of each row. ``memory``
means that a person wrote it down without a source at hand; nothing is decided by such a name alone.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

from tocsin.catalog.geography import places
from tocsin.catalog.geography.lookup import ambiguous
from tocsin.core.places import fold

MOST_KEPT = 20_000
"""Answers kept in memory: texts of outsiders are without end."""
ASCII_GAP = re.compile(r"[^a-z0-9]+")
DROPPED = {"\u0640", "\u200c", "\u200d", "'", "’", "ʼ", "`", *map(chr, range(0x064B, 0x0653))}
"""Marks that one writer sets and the next leaves out: Arabic vowels and tatweel, joiners, apostrophes."""


def plain(name: str) -> str:
    """Return a name for exact comparison: one form of each letter, no case, no accents of Latin and Cyrillic."""
    if name.isascii():  # the quick way for most
        return " ".join(ASCII_GAP.sub(" ", name.lower().replace("'", "").replace("`", "")).split())
    text = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(c for c in text if c not in DROPPED and not "\u0300" <= c <= "\u036f")
    return fold("".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in kept))


@cache
def _names() -> dict[str, str]:
    """Return every name of ``cldr_names.csv``, plain, with its place; one that means two is not there."""
    found: dict[str, set[str]] = {}
    for row in _rows("cldr_names.csv"):
        for language, name in row.items():
            if language != "place_id" and name:
                found.setdefault(plain(name), set()).add(row["place_id"])
    for place in [*places().by_id.values(), *places().territories.values()]:
        found.setdefault(plain(place.name), set()).add(place.place_id)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}


@cache
def _towns() -> dict[tuple[str, str], str]:
    """Return (place, plain name) of each way to write a town, with the one name it is kept under."""
    return {
        (row["place_id"], plain(written)): row["name"]
        for row in _rows("settlements.csv")
        for written in row["written"].split(";")
    }


@lru_cache(maxsize=MOST_KEPT)
def named(text: str) -> str | None:
    """Return the place that a text in any of the scripts names exactly; None for several or none."""
    if fold(text) in ambiguous():
        return None
    return places().find(text) or _names().get(plain(text))


@lru_cache(maxsize=MOST_KEPT)
def town(place_id: str, text: str) -> str:
    """Return a town's name in the form in which all its spellings are one; another's own, plain, when not listed."""
    key = plain(text)
    return plain(_towns().get((place_id, key), text)) if key else ""


def _rows(name: str) -> list[dict[str, str]]:
    text = (files(__package__) / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
