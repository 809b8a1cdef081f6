"""Where an option was tried: the cases it names, found among the rows of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from tocsin.catalog.rows import Case
from tocsin.core.places import fold
from tocsin.options.answer import Tried

START = 4


@lru_cache(maxsize=20_000)
def read_name(name: str) -> tuple[str, int | None]:
    """Return a case's name as it is compared, and the first year in it; None when it has none."""
    year = next((int(word[:4]) for word in name.replace("-", " ").split() if word[:4].isdigit()), None)
    return fold(name), year


class Cases:
    """The cases of a catalogue, to be found by names such as ``Kenya 2008``; many options name the same ones."""

    def __init__(self, rows: Iterable[Case]) -> None:
        self._found: dict[str, Tried] = {}
        self._by_start: dict[str, list[tuple[str, Case]]] = {}
        for row in rows:
            country = fold(row.country.partition(" (")[0])
            self._by_start.setdefault(country[:START], []).append((country, row))

    def named(self, name: str) -> Case | None:
        """Return the case of the same country whose years hold the year of the name; None without one."""
        said, year = read_name(name)
        near = self._by_start.get(said[:START], ())
        return next((row for country, row in near if year and said.startswith(country) and _within(row, year)), None)

    def tried(self, names: Iterable[str], by_year: int) -> list[Tried]:
        """Return the cases an option names, without those of later years: nobody could have known them."""
        return [self._row(name) for name in names if (read_name(name)[1] or 0) <= by_year]

    def _row(self, name: str) -> Tried:
        if name not in self._found:
            self._found[name] = self._looked_up(name)
        return self._found[name]

    def _looked_up(self, name: str) -> Tried:
        case = self.named(name)
        if case is None:
            return Tried(name, None, "", "", near_miss=False)
        near = case.kind == "near_miss"
        return Tried(name, case.id, case.measures_with_dates, case.outcome_in_literature, near_miss=near)


def _within(case: Case, year: int) -> bool:
    return case.start_year <= year <= (9999 if case.end_year == "ongoing" else int(case.end_year))
