"""Which place a person means: its letters, its name or a listed other name, exactly. Never a guess.

Publishers' files are read by ``Places.from_name`` alone: there "Congo" has one meaning, declared in ``aliases.csv``.
A person who writes it may mean two places, so here it is refused and both are named (``ambiguous.csv``).
"""

from __future__ import annotations

import csv
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from tocsin.catalog.geography import places
from tocsin.core.errors import Misuse
from tocsin.core.places import fold

SHOWN = 60


@cache
def ambiguous() -> dict[str, tuple[str, ...]]:
    """Return the names that mean several places, folded, each with the identifiers it may mean."""
    text = (files(__package__) / "ambiguous.csv").read_text(encoding="utf-8")
    return {fold(row["name"]): tuple(row["place_ids"].split(";")) for row in csv.DictReader(text.splitlines())}


def meant(text: str) -> str:
    """Return the identifier of the place that a person names.

    Raises Misuse when the name means several places or none; names that look alike are suggested, none is taken.
    """
    known = places()
    several = ambiguous().get(fold(text))
    if several:
        named = " or ".join(f"{place_id} ({known[place_id].name})" for place_id in several)
        raise Misuse(f"{text.strip()!r} may mean more than one place", todo=f"Write {named}")
    found = known.find(text)
    if found is not None:
        return found
    word = text.strip()
    word = word if len(word) <= SHOWN else f"{word[:SHOWN]}…"
    like = _like(text)
    hint = f"; written much like it: {', '.join(like)}" if like else ""
    raise Misuse(
        f"{word!r} is not a place",
        todo=f"Write its three letters, as in SDN, or its name: tocsin board lists both{hint}",
    )


def _like(text: str) -> list[str]:
    """Return up to three places whose name is written much like this one, as ``Togo (TGO)``."""
    known = places()
    names = {fold(p.name): p.place_id for p in [*known.by_id.values(), *known.territories.values()]}
    close = get_close_matches(fold(text)[:SHOWN], names, n=3, cutoff=0.72)
    return [f"{known[names[name]].name} ({names[name]})" for name in close]
