"""The rows of the monthly layer: one a place and year, with the yearly forecast that stood when the year began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

Key = tuple[str, int]


@dataclass(frozen=True)
class Rows:
    """Places in years.

    ``place`` and ``year`` (n,), the year forecast; ``yearly`` (n,) the probability of the yearly base (base year
    ``year - 1``, two-year window); ``label`` (n,) 1.0, 0.0 or NaN not known; ``under_way`` (n,) 1.0
    where a mass killing was under way at the end of the base year, else 0.0.
    """

    place: np.ndarray
    year: np.ndarray
    yearly: np.ndarray
    label: np.ndarray
    under_way: np.ndarray

    def keep(self, rows: np.ndarray) -> Rows:
        """Return some rows (boolean or numbers)."""
        return replace(self, **{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})

    def __len__(self) -> int:
        return len(self.year)


def build(forecasts: Mapping[Key, float], panel: pl.DataFrame) -> Rows:
    """Return the rows of yearly forecasts {(place, base year): p}; sorted by year and place.

    The label is the panel's ``onset`` of the year after the base year; a place that is no state at that year's end, or
    a year the list of facts does not cover, is NaN: not known.
    """
    onset = _lookup(panel, "onset")
    burning = _lookup(panel, "ongoing")
    keys = sorted(forecasts, key=lambda key: (key[1], key[0]))
    return Rows(
        place=np.array([place for place, _ in keys], dtype=object),
        year=np.array([base + 1 for _, base in keys], dtype=int),
        yearly=np.array([forecasts[key] for key in keys], dtype=float),
        label=np.array([min(onset.get((place, base + 1), np.nan), 1.0) for place, base in keys], dtype=float),
        under_way=np.array([float(burning.get(key, 0) > 0) for key in keys]),
    )


def _lookup(panel: pl.DataFrame, column: str) -> dict[Key, float]:
    """Return {(place, year): value} of a panel column where it is known."""
    known = panel.filter(pl.col(column).is_not_null()).select("place_id", "year", column)
    return {(place, int(year)): float(value) for place, year, value in known.iter_rows()}


def of_record(history: pl.DataFrame) -> dict[Key, float]:
    """Return the yearly forecasts of a rolling record by place and base year."""
    return {(p, int(b)): float(v) for p, b, v in history.select("place_id", "base_year", "p").iter_rows()}
