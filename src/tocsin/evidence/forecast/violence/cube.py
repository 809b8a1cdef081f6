"""Deaths by place and month as arrays: a month that was not counted is NaN, and stays NaN."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
import polars as pl

from tocsin.core.errors import Refused
from tocsin.core.months import month_index

TYPES = {"os": "one_sided_deaths", "sb": "state_based_deaths", "ns": "non_state_deaths"}
NEAREST = 5


@dataclass(frozen=True)
class Cube:
    """Deaths of three types, (places, months), NaN where a month was not counted or the state did not exist.

    ``first`` is the number (``core.months``) of the first column; every month up to the last has a column, counted or
    not. ``provisional`` (months,) marks months that a later release will revise.
    """

    place: tuple[str, ...]
    first: int
    deaths: dict[str, np.ndarray]
    provisional: np.ndarray
    release: tuple[str, ...]

    @property
    def last(self) -> int:
        """Number of the last month with a column: the newest month counted."""
        return self.first + len(self.provisional) - 1

    def at(self, month: int) -> int:
        """Return the column of a month number."""
        return month - self.first

    def counted(self) -> np.ndarray:
        """Return which months were counted for at least one place (boolean, months)."""
        return ~np.isnan(self.deaths["os"]).all(axis=0)

    def final(self) -> Cube:
        """Return the cube without its provisional months: what labels may be learnt from. The months stay, as gaps."""
        kept = {name: np.where(self.provisional[None, :], np.nan, table) for name, table in self.deaths.items()}
        return replace(self, deaths=kept)

    def until(self, month: int) -> Cube:
        """Return the cube as it stood at the end of a month: nothing after it."""
        n = self.at(month) + 1
        return replace(
            self,
            deaths={name: table[:, :n] for name, table in self.deaths.items()},
            provisional=self.provisional[:n],
            release=self.release[:n],
        )

    def total(self, name: str, origin: int, horizon: int) -> np.ndarray:
        """Return deaths in the ``horizon`` months after an origin (places,); NaN unless every month was counted."""
        start = self.at(origin) + 1
        if start + horizon > len(self.provisional):
            return np.full(len(self.place), np.nan)
        return self.deaths[name][:, start : start + horizon].sum(axis=1)

    def month(self, name: str, month: int) -> np.ndarray:
        """Return deaths of one month (places,); NaN where it was not counted."""
        column = self.at(month)
        return self.deaths[name][:, column] if 0 <= column < len(self.provisional) else np.full(len(self.place), np.nan)


def cube(country_month: pl.DataFrame) -> Cube:
    """Return the monthly table (``Tables.country_month``) as a cube. Raises Refused when it has no month."""
    if country_month.is_empty():
        raise Refused("no month of deaths is known", todo="Load ucdp_ged, or use the bundled snapshot")
    names = tuple(sorted(country_month["place_id"].unique().to_list()))
    texts = country_month["month"].unique().sort().to_list()
    first, last = month_index(texts[0]), month_index(texts[-1])
    row = {p: i for i, p in enumerate(names)}
    size = (len(names), last - first + 1)
    deaths = {name: np.full(size, np.nan) for name in TYPES}
    column = {t: month_index(t) - first for t in texts}
    at_row = np.array([row[p] for p in country_month["place_id"]])
    at_column = np.array([column[t] for t in country_month["month"]])
    for name, source in TYPES.items():
        deaths[name][at_row, at_column] = country_month[source].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    provisional = np.zeros(size[1], dtype=bool)
    provisional[at_column] = country_month["provisional"].fill_null(value=True).to_numpy()
    release = [""] * size[1]
    for text, said in country_month.select("month", "release").unique(subset="month").iter_rows():
        release[column[text]] = said or ""
    return Cube(names, first, deaths, provisional, tuple(release))


@cache
def _centres() -> dict[str, tuple[float, float]]:
    """Return the centre of each place on the bundled equal-area map (Natural Earth, public domain)."""
    file = files("tocsin") / "data" / "snapshot" / "geography" / "world.json"
    return {p: tuple(shape["at"]) for p, shape in json.loads(file.read_text(encoding="utf-8"))["places"].items()}


def nearest(names: tuple[str, ...], exists: np.ndarray) -> np.ndarray:
    """Return weights (places, places): 1 for each of a place's five nearest states that exist, by their centres.

    A place without an outline on the map has no neighbours here: its row is 0, and its sums are not known.
    """
    return _nearest(names, exists.tobytes())


@lru_cache(maxsize=64)
def _nearest(names: tuple[str, ...], there: bytes) -> np.ndarray:
    """Return the weights of one set of states: the same for years on end."""
    exists = np.frombuffer(there, dtype=bool)
    centre = np.array([_centres().get(p, (np.nan, np.nan)) for p in names], dtype=float)
    apart = np.hypot(*(centre[:, None, :] - centre[None, :, :]).transpose(2, 0, 1))
    apart[~(exists[:, None] & exists[None, :])] = np.nan
    np.fill_diagonal(apart, np.nan)
    weight = np.zeros_like(apart)
    for i, far in enumerate(apart):
        order = np.argsort(far, kind="stable")[:NEAREST]
        weight[i, order[~np.isnan(far[order])]] = 1.0
    return weight
