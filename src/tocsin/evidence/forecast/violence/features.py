"""What may be known of every place at the end of a month: the predictors of ``violence_v1``.

Deaths are known for the months up to the origin itself: UCDP publishes a month about twenty days after it ends. A
yearly figure counts as known from July of the year after it on. A sum over a window is the mean of its counted months
times its length, and is not known when fewer than six in ten of its months were counted: a hole is never read as calm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from tocsin.evidence.forecast.violence.cube import Cube, nearest

WINDOWS = (1, 3, 6, 12, 36)
KNOWN_SHARE = 0.6
SINCE_CAP = 120
MEMORY = 12
"""Months whose holes make a row flagged and its distribution wider."""
YEARLY_LAG = 18
"""A year is read from July of the next year on: (month number - 18) // 12 is the newest year known."""


@dataclass(frozen=True)
class Rows:
    """The predictors of every state at one origin.

    ``place`` (n,); ``x`` (n, k), NaN where not known; ``holes`` (n,) how many of the last twelve months were not
    counted; ``recent`` {type: (n, 12)} deaths of the last twelve months, oldest first.
    """

    origin: int
    place: np.ndarray
    x: np.ndarray
    columns: tuple[str, ...]
    holes: np.ndarray
    recent: dict[str, np.ndarray]


class Features:
    """Computes rows from a cube and a yearly panel; windows are summed once for all origins."""

    def __init__(self, cube: Cube, panel: pl.DataFrame, yearly: tuple[str, ...]) -> None:
        self.cube, self.yearly = cube, yearly
        self._sum = {n: _cumulate(np.nan_to_num(t)) for n, t in cube.deaths.items()}
        self._n = {n: _cumulate(~np.isnan(t)) for n, t in cube.deaths.items()}
        self._panel = {
            int(year): dict(zip(part["place_id"], part.select(yearly).cast(pl.Float64).to_numpy(), strict=True))
            for (year,), part in panel.select("place_id", "year", *yearly).partition_by("year", as_dict=True).items()
        }

    def total(self, name: str, origin: int, window: int) -> np.ndarray:
        """Return deaths in a window that ends with the origin (places,), scaled up for holes; NaN with too many."""
        end = self.cube.at(origin) + 1
        start = max(end - window, 0)
        n = self._n[name][:, end] - self._n[name][:, start]
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = (self._sum[name][:, end] - self._sum[name][:, start]) / n
        return np.where(n >= KNOWN_SHARE * window, mean * window, np.nan)

    def behind(self, name: str, origins: np.ndarray, row: np.ndarray, window: int, back: int = MEMORY) -> np.ndarray:
        """Return deaths (n.

        Back) of windows that end at each row's origin and each month before, scaled up for holes.
        """
        found = np.full((len(row), back), np.nan)
        for origin in np.unique(origins):
            mine = origins == origin
            for step in range(back):
                found[mine, step] = self.total(name, int(origin) - step, window)[row[mine]]
        return found

    def since(self, name: str, origin: int, floor: float) -> np.ndarray:
        """Return months since the last with at least ``floor`` deaths (0.

        The origin), at most 120; NaN behind a hole.
        """
        end = self.cube.at(origin) + 1
        part = self.cube.deaths[name][:, max(0, end - SINCE_CAP) : end][:, ::-1]
        hit, hole = part >= floor, np.isnan(part)
        first = np.where(hit.any(axis=1), hit.argmax(axis=1), SINCE_CAP).astype(float)
        hidden = hole.any(axis=1) & (hole.argmax(axis=1) < first)
        return np.where(hidden, np.nan, first)

    def at(self, origin: int) -> Rows:
        """Return the rows of every state that existed, and was counted, in the origin month."""
        exists = ~np.isnan(self.cube.month("os", origin))
        end = self.cube.at(origin) + 1
        recent = {n: _last(t, end, MEMORY) for n, t in self.cube.deaths.items()}
        made: dict[str, np.ndarray] = {}
        totals = {(n, w): self.total(n, origin, w) for n in self.cube.deaths for w in WINDOWS}
        for n in ("os", "sb"):
            for w in WINDOWS:
                made[f"{n}_{w}"] = np.log1p(totals[n, w])
            made[f"{n}_rise"] = made[f"{n}_3"] - np.log1p(totals[n, 12] / 4)
        for w in (3, 12, 36):
            made[f"ns_{w}"] = np.log1p(totals["ns", w])
        with np.errstate(invalid="ignore"):
            known = (~np.isnan(recent["os"])).sum(axis=1)
            for floor in (1, 25):
                share = (recent["os"] >= floor).sum(axis=1) / np.maximum(known, 1)
                made[f"os_months_{floor}"] = np.where(known >= KNOWN_SHARE * MEMORY, share * MEMORY, np.nan)
            share = (recent["sb"] >= 25).sum(axis=1) / np.maximum(known, 1)
            made["sb_months_25"] = np.where(known >= KNOWN_SHARE * MEMORY, share * MEMORY, np.nan)
        for n in ("os", "sb"):
            for floor in (1, 25, 100):
                made[f"{n}_since_{floor}"] = np.log1p(self.since(n, origin, floor))
            life = self._n[n][:, end]
            made[f"{n}_ever"] = np.log1p(12 * self._sum[n][:, end] / np.maximum(life, 1))
        weight = nearest(self.cube.place, exists)
        alone = weight.sum(axis=1) == 0
        for n in ("os", "sb"):
            for w in (3, 12):
                around = weight @ np.nan_to_num(totals[n, w])
                unknown = alone | np.isnan(totals[n, w]).all()
                made[f"{n}_near_{w}"] = np.where(unknown, np.nan, np.log1p(around))
        names = (*made, *self.yearly)
        x = np.column_stack([*made.values(), self._years(origin)])[exists]
        holes = np.isnan(recent["os"]).sum(axis=1)[exists]
        place = np.array(self.cube.place, dtype=object)[exists]
        return Rows(origin, place, x, names, holes, {n: r[exists] for n, r in recent.items()})

    def _years(self, origin: int) -> np.ndarray:
        """Return the yearly columns (places, columns) of the newest year known at an origin."""
        year = (origin - YEARLY_LAG) // 12
        found = self._panel.get(year, {})
        blank = np.full(len(self.yearly), np.nan)
        return np.array([found.get(p, blank) for p in self.cube.place], dtype=float).reshape(len(self.cube.place), -1)


def _cumulate(table: np.ndarray) -> np.ndarray:
    """Return running sums with a leading 0: column j holds the sum of the first j months."""
    return np.concatenate([np.zeros((len(table), 1)), np.cumsum(table, axis=1)], axis=1)


def _last(table: np.ndarray, end: int, months: int) -> np.ndarray:
    """Return the last months before column ``end`` (places, months), NaN where the table does not reach back."""
    part = table[:, max(0, end - months) : end]
    return np.hstack([np.full((len(table), months - part.shape[1]), np.nan), part])
