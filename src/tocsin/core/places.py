"""States through time: what a place is called, when it existed, and its codes in other systems.

Rows come from ``catalog/geography`` (Gleditsch and Ward 1999; Correlates of War v2016; ISO 3166).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A state: ISO 3166 alpha-3 (or a marked substitute), with the dates between which it was independent."""

    place_id: str
    name: str
    region: str
    iso_numeric: str
    valid_from: str
    valid_to: str
    microstate: bool
    note: str

    def existed(self, year: int) -> bool:
        """Tell whether the state was independent on 31 December of a year."""
        end = f"{year:04d}-12-31"
        return self.valid_from <= end and (not self.valid_to or self.valid_to >= end)


@dataclass(frozen=True)
class Territory:
    """A place that is no listed state and that no forecast covers, so that a bell can still be rung there.

    ``status`` says in neutral words what it is; ``beside`` names the states on whose pages it is said not to be
    covered. Nothing is known of it here: it is not assessed, and never calm.
    """

    place_id: str
    name: str
    iso_numeric: str
    status: str
    beside: tuple[str, ...]
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class PlaceCode:
    """A code of a place in another system (``gw`` or ``cow``) between two dates."""

    place_id: str
    system: str
    code: str
    valid_from: str
    valid_to: str


class Places:
    """Look-ups over the list of places; built once from rows, never changed."""

    def __init__(
        self,
        places: Iterable[Place],
        codes: Iterable[PlaceCode],
        aliases: dict[str, str],
        territories: Iterable[Territory] = (),
    ) -> None:
        # States alone: forecasts, tables and the figures of publishers know no others.
        self.by_id = {p.place_id: p for p in places}
        self._codes: dict[tuple[str, str], list[PlaceCode]] = {}
        for code in codes:
            self._codes.setdefault((code.system, code.code), []).append(code)
        names = {p.name: p.place_id for p in self.by_id.values()}
        self._names = {fold(name): place_id for name, place_id in {**names, **aliases}.items()}
        self.territories = {t.place_id: t for t in territories}
        self._territory_names = {fold(n): t.place_id for t in self.territories.values() for n in (t.name, *t.aliases)}

    def __getitem__(self, place_id: str) -> Place:
        """Return a state, or a territory in the shape of one that never was independent. Raises KeyError."""
        if place_id not in self.territories:
            return self.by_id[place_id]
        t = self.territories[place_id]
        return Place(t.place_id, t.name, "", t.iso_numeric, "9999-12-31", "", False, t.status)

    def __contains__(self, place_id: object) -> bool:
        return place_id in self.by_id or place_id in self.territories

    def find(self, text: str) -> str | None:
        """Return the state or territory meant by three letters, a name or a listed alias; None when unknown."""
        code = text.strip().upper()
        return code if code in self else self.from_name(text) or self._territory_names.get(fold(text))

    def beside(self, place_id: str) -> list[Territory]:
        """Return the territories of which a state's page says that it does not cover them."""
        return [t for t in self.territories.values() if place_id in t.beside]

    def from_code(self, system: str, code: str | int, year: int | None = None) -> str | None:
        """Return the place of a ``gw`` or ``cow`` code in a year; None when there is none.

        A code that outlives its spell in one list (rivals keep Yugoslavia's number for Serbia) still answers
        with the place that last held it: the question is who is meant, not whether the list was kept.
        """
        spells = self._codes.get((system, str(code).strip()), [])
        if not spells:
            return None
        if year is not None:
            for spell in spells:
                if spell.valid_from[:4] <= f"{year:04d}" and (
                    not spell.valid_to or spell.valid_to[:4] >= f"{year:04d}"
                ):
                    return spell.place_id
        return spells[-1].place_id

    def from_name(self, name: str) -> str | None:
        """Return the state with this name or a listed alias, ignoring case, accents aside; None when unknown."""
        return self._names.get(fold(name))

    def independent(self, year: int) -> list[str]:
        """Return the identifiers of states independent at the end of a year, sorted."""
        return sorted(p.place_id for p in self.by_id.values() if p.existed(year))


def fold(name: str) -> str:
    """Return a name without case or outer space, for exact matching: no guessing."""
    return " ".join(name.casefold().split())
