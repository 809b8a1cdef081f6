"""Rolling origin: which rows a forecast may learn from. The only place where that is decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tocsin.evidence.forecast.design import HORIZON_YEARS, Design


@dataclass(frozen=True)
class Origin:
    """One forecast: learn from base years up to ``base - gap``, speak about ``base``.

    The gap is the horizon of the label: a base year ``base - 2`` has its two-year window closed exactly at the end
    of ``base``, so nothing that happened after ``base`` can reach the fit.
    """

    base: int
    gap: int = HORIZON_YEARS
    first: int | None = None

    @property
    def last_training_year(self) -> int:
        """The newest base year whose window has ended by the end of ``base``."""
        return self.base - self.gap

    def training(self, design: Design) -> np.ndarray:
        """Return the rows to learn from (boolean, n): old enough, and with a known label."""
        keep = (design.year <= self.last_training_year) & ~np.isnan(design.label)
        return keep if self.first is None else keep & (design.year >= self.first)

    def forecast(self, design: Design) -> np.ndarray:
        """Return the rows to forecast (boolean, n): those of the base year, labelled or not."""
        return design.year == self.base


def rolling(first: int, last: int, *, gap: int = HORIZON_YEARS) -> Iterator[Origin]:
    """Yield the origins of base years ``first`` to ``last``, both included."""
    for base in range(first, last + 1):
        yield Origin(base, gap)
