"""The rectangular thing every learner eats: one row a place and base year, columns in named groups, a label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from tocsin.core.errors import Refused

HORIZON_YEARS = 2


@dataclass(frozen=True)
class Design:
    """Rows of place and base year with predictors and label.

    ``place`` (n,) text; ``year`` (n,) the base year: everything in ``x`` was true at its end; ``x`` (n, k) floats,
    NaN where not known; ``label`` (n,) 1.0, 0.0, or NaN where the window has not ended or cannot be seen whole;
    ``columns`` and ``groups`` name the k columns and the driver group of each.
    """

    place: np.ndarray
    year: np.ndarray
    x: np.ndarray
    label: np.ndarray
    columns: tuple[str, ...]
    groups: tuple[str, ...]

    def __post_init__(self) -> None:
        n, k = self.x.shape
        if not (
            len(self.place) == len(self.year) == len(self.label) == n and len(self.columns) == len(self.groups) == k
        ):
            raise Refused(f"a design of {n} rows and {k} columns does not fit its names, years or labels")

    def rows(self, keep: np.ndarray) -> Design:
        """Return the rows where ``keep`` (boolean, n) is true, in the same order."""
        return replace(self, place=self.place[keep], year=self.year[keep], x=self.x[keep], label=self.label[keep])

    def only(self, columns: Sequence[str]) -> Design:
        """Return the design with these columns, in this order. Raises Refused for one it does not have."""
        absent = [c for c in columns if c not in self.columns]
        if absent:
            raise Refused(f"the panel has no column {', '.join(absent)}")
        at = [self.columns.index(c) for c in columns]
        return replace(self, x=self.x[:, at], columns=tuple(columns), groups=tuple(self.groups[i] for i in at))


def forward_labels(place: np.ndarray, year: np.ndarray, event: np.ndarray, horizon: int = HORIZON_YEARS) -> np.ndarray:
    """Return whether an event begins in one of the ``horizon`` years after each row's year.

    ``event`` (n,) is 1.0, 0.0 or NaN per place and year. The answer is NaN, never 0, unless every year of the
    window is in the table and known: an unfinished window says nothing yet, not even when an event has already
    been seen in it (else recent positives would be learnt from and recent negatives not).
    """
    seen = {(p, int(y)): float(e) for p, y, e in zip(place, year, event, strict=True)}
    label = np.full(len(place), np.nan)
    for i, (p, y) in enumerate(zip(place, year, strict=True)):
        window = [seen.get((p, int(y) + step), np.nan) for step in range(1, horizon + 1)]
        if not np.isnan(window).any():
            label[i] = max(window)
    return label


def from_panel(
    panel: pl.DataFrame,
    columns: Sequence[str],
    groups: Sequence[str],
    *,
    event: str = "onset",
    horizon: int = HORIZON_YEARS,
) -> Design:
    """Return the design of a country-year panel: ``place_id``, ``year``, predictor columns and an event column.

    Rows are put in the order of year, then place, so that equal panels give equal bytes whatever order they came in.
    """
    frame = panel.sort("year", "place_id")
    place = np.array(frame["place_id"].to_list(), dtype=object)
    year = frame["year"].to_numpy().astype(int)
    happened = frame[event].cast(pl.Float64).fill_null(float("nan")).to_numpy().copy()
    happened = np.where(np.isnan(happened), np.nan, np.minimum(happened, 1.0))
    x = np.column_stack([frame[c].cast(pl.Float64).fill_null(float("nan")).to_numpy() for c in columns])
    x[~np.isfinite(x)] = np.nan
    return Design(place, year, x, forward_labels(place, year, happened, horizon), tuple(columns), tuple(groups))
