"""Deaths by place and month as arrays, with the gaps kept: sums over windows that are known whole, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from tocsin.evidence.series import months

ONE_SIDED, STATE_BASED = "one_sided_deaths", "state_based_deaths"


@dataclass(frozen=True)
class Counts:
    """Deaths of one kind: ``value`` (places, months), NaN where nobody counted or the state was none.

    ``first`` is the month number (``core.months``) of the first column.
    """

    places: tuple[str, ...]
    first: int
    value: np.ndarray

    @cached_property
    def _at(self) -> dict[str, int]:
        return {place: i for i, place in enumerate(self.places)}

    @cached_property
    def _sums(self) -> tuple[np.ndarray, np.ndarray]:
        """Sums and numbers of known months up to each column, with a zero before the first."""
        known = ~np.isnan(self.value)
        pad = ((0, 0), (1, 0))
        return np.pad(np.cumsum(np.where(known, self.value, 0.0), axis=1), pad), np.pad(np.cumsum(known, axis=1), pad)

    def window(self, place: np.ndarray, last: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
        """Return deaths (n,) and known months (n,) in the ``width`` months up to month number ``last`` (n,)."""
        if not self.value.size:
            return np.zeros(len(place)), np.zeros(len(place), dtype=int)
        row = np.array([self._at.get(p, -1) for p in place], dtype=int)
        end = self.value.shape[1]
        high = np.clip(last - self.first + 1, 0, end)
        low = np.clip(last - width - self.first + 1, 0, end)
        deaths, known = self._sums
        there = row >= 0
        return (
            np.where(there, deaths[row, high] - deaths[row, low], 0.0),
            np.where(there, known[row, high] - known[row, low], 0),
        )

    def whole(self, place: np.ndarray, last: np.ndarray, width: int) -> np.ndarray:
        """Return deaths (n,) in a window; NaN unless each of its months is known. Never a zero for a gap."""
        deaths, known = self.window(place, last, width)
        return np.where(known == width, deaths, np.nan)


def read(country_month: pl.DataFrame, column: str) -> Counts:
    """Return the counts of one kind of death from the store's country-months."""
    counted = months(country_month, column)
    places = tuple(sorted(counted.deaths))
    first = min(counted.known, default=0)
    width = (counted.newest or first) - first + 1 if counted.known else 0
    value = np.full((len(places), width), np.nan)
    for i, place in enumerate(places):
        for month, deaths in counted.deaths[place].items():
            value[i, month - first] = deaths
    return Counts(places, first, value)
