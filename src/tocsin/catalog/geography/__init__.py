"""States through time and their names elsewhere, read once."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from tocsin.core.places import Place, PlaceCode, Places


def _rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of this folder."""
    text = (files(__package__) / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def places() -> Places:
    """Return the list of places with codes (``place_codes.csv``) and other names (``aliases.csv``)."""
    states = [
        Place(
            r["place_id"],
            r["name"],
            r["region"],
            r["iso_numeric"],
            r["valid_from"],
            r["valid_to"],
            r["microstate"] == "yes",
            r["note"],
        )
        for r in _rows("places.csv")
    ]
    codes = [PlaceCode(**r) for r in _rows("place_codes.csv")]
    aliases = {r["alias"]: r["place_id"] for r in _rows("aliases.csv")}
    return Places(states, codes, aliases)
