"""States through time, their names elsewhere, and inhabited territories that are no listed state; read once."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from tocsin.core.places import Place, PlaceCode, Places, Territory


def _rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of this folder."""
    text = (files(__package__) / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def places() -> Places:
    """Return the list of places with codes (``place_codes.csv``) and other names (``aliases.csv``).

    ``territories.csv`` holds the entries of ISO 3166-1 that are not states of the list and have 250,000 inhabitants or
    more (the size from which a state is forecast; United Nations, World Population Prospects 2024). No figure is read
    for them: they are not assessed, and can be looked up and warned of.
    """
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
    territories = [
        Territory(
            r["place_id"], r["name"], r["iso_numeric"], r["status"], _several(r["beside"]), _several(r["aliases"])
        )
        for r in _rows("territories.csv")
    ]
    return Places(states, codes, aliases, territories)


def _several(cell: str) -> tuple[str, ...]:
    """Return the parts of a cell, set apart by semicolons."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())
