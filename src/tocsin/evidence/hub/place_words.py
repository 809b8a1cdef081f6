"""Which place a submission means, by the one table of places; and the places a full list has."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from tocsin.catalog.geography import places
from tocsin.catalog.geography.lookup import ambiguous
from tocsin.core.places import fold
from tocsin.evidence.sources.ucdp_ged.read import views_ids

NUMBERED = {"cow": "Correlates of War", "gw": "Gleditsch and Ward", "views": "ViEWS"}


class Meant(NamedTuple):
    """A place, or the rule that was broken and what is said of it. A place outside the list has both."""

    place_id: str | None
    rule: str | None = None
    said: str | None = None


def read(text: str, codes: str, year: str | None) -> Meant:
    """Return what a cell means where the column holds ``codes`` (iso3, name, cow, gw or views), in a year if known."""
    if not text:
        return Meant(None, "unknown-place", "a place is needed")
    if codes in NUMBERED:
        found = (
            views_ids().get(text) if codes == "views" else places().from_code(codes, text, int(year) if year else None)
        )
        return Meant(found) if found else Meant(None, "unknown-place", f"no place has this {NUMBERED[codes]} number")
    return _word(text)


def _word(text: str) -> Meant:
    """Return what letters or a name mean."""
    known = places()
    if text.isdigit():
        said = "a number: say in the metadata which list it is of (places: cow, gw or views)"
        return Meant(None, "unknown-place", said)
    if fold(text) in ambiguous():
        several = " or ".join(ambiguous()[fold(text)])
        return Meant(None, "ambiguous-place", f"it may mean more than one place: write {several}")
    found = known.find(text)
    if found is None:
        return Meant(None, "unknown-place", "no place has these letters or this name: write ISO 3166 alpha-3, as SDN")
    if found in known.territories:
        return Meant(found, "not-scored", "no outcome is kept for it here: it is kept and never scored")
    return Meant(found)


@cache
def listed(origin: str) -> tuple[str, ...]:
    """Return the places a full list of an origin has: states independent at the end of its year, no microstates."""
    known = places()
    return tuple(p for p in known.independent(int(origin[:4])) if not known[p].microstate)
