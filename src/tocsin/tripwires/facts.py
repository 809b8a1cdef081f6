"""What is known of mass killings by place and year: what forecasts are judged against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """Onsets and spells of mass killing by place: years only. ``last_year`` is the last year that was coded.

    ``release`` names the list they are from, for whoever follows a warning back to it.
    """

    onsets: Mapping[str, tuple[int, ...]]
    spells: Mapping[str, tuple[tuple[int, int | None], ...]]
    last_year: int
    release: str = ""

    def under_way(self, place_id: str, year: int) -> bool:
        """Tell whether a mass killing had begun by a year and had not ended before it."""
        return any(start <= year and (end is None or end >= year) for start, end in self.spells.get(place_id, ()))

    def state(self, place_id: str, year: int) -> str:
        """Return the state of a place at the end of a year; after the last year coded nothing is assessed."""
        if year > self.last_year:
            return "not assessed"
        return "under way" if self.under_way(place_id, year) else "none known"
