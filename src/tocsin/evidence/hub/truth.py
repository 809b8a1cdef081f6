"""What became of what was asked: the outcome of each forecast where it is known, and the two forecasts anybody has.

Outcomes come from the figures in force. One whose window has not ended, or whose figures are not at hand, is not known:
null, never zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl

from tocsin.catalog.models import card
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.evidence.forecast import recipes
from tocsin.evidence.forecast.baselines import climatology
from tocsin.evidence.forecast.models import conflict_v1
from tocsin.evidence.hub import windows
from tocsin.evidence.store import load_tables
from tocsin.evidence.store.tables import COUNTS

KEY = ("place_id", "origin", "horizon")


class Outcomes(Protocol):
    """What became of a question that is a probability, and the two forecasts anybody has of it."""

    def of(self, asked: pl.DataFrame) -> pl.DataFrame:
        """Return asked rows (``KEY``) with ``label``: 1, 0, or null where it is not known."""
        ...

    def climatology(self, origin: str, horizon: int) -> float:
        """Return the share of cases among windows closed by an origin."""
        ...

    def persistence(self, origin: str, horizon: int) -> dict[str, float]:
        """Return by place the share of closed cases that followed the same last known outcome of theirs."""
        ...


def followed(before: np.ndarray, label: np.ndarray, rate: float) -> Callable[[float], float]:
    """Return the chance after a last known outcome: the share of ``label`` (n,) among those ``before`` (n,) alike.

    One case more at the common rate keeps a group nobody ever left from saying 0 or 1. After one not known: the rate.
    """
    shares = {}
    for state in (0.0, 1.0):
        alike = (before == state) & ~np.isnan(label)
        shares[state] = (float(label[alike].sum()) + rate) / (int(alike.sum()) + 1)
    return lambda state: shares.get(state, rate)


@dataclass(frozen=True)
class YearlyOutcomes:
    """Labels of a yearly question: ``place``, base ``year``, ``label`` 1, 0 or NaN, each (n,); ``gap`` years ahead."""

    place: np.ndarray
    year: np.ndarray
    label: np.ndarray
    gap: int
    horizon: int

    def of(self, asked: pl.DataFrame) -> pl.DataFrame:
        """Return asked rows with their label; an origin inside a year is not one that is asked here."""
        table = pl.DataFrame(
            {
                "place_id": pl.Series(self.place.tolist(), dtype=pl.String),
                "origin": pl.Series([str(y) for y in self.year], dtype=pl.String),
                "horizon": pl.Series([self.horizon] * len(self.year), dtype=pl.Int32),
                "label": pl.Series(self.label, dtype=pl.Float64).fill_nan(None),
            }
        )
        return asked.join(table, on=list(KEY), how="left", maintain_order="left")

    def closed(self, base: int) -> np.ndarray:
        """Return the rows whose window had ended by the end of a base year and whose label is known (boolean, n)."""
        return (self.year <= base - self.gap) & ~np.isnan(self.label)

    def climatology(self, origin: str, horizon: int) -> float:
        """Return the share of cases among windows closed by an origin."""
        return climatology.fit(self.label[self.closed(int(origin[:4]))])

    def persistence(self, origin: str, horizon: int) -> dict[str, float]:
        """Return by place the share of closed cases that followed the same last known outcome of theirs."""
        base = int(origin[:4])
        at = {(p, int(y)): v for p, y, v in zip(self.place, self.year, self.label, strict=True)}
        rows = np.flatnonzero(self.closed(base))
        before = np.array([at.get((self.place[i], int(self.year[i]) - self.gap), np.nan) for i in rows])
        chance = followed(before, self.label[rows], self.climatology(origin, horizon))
        return {p: chance(at.get((p, base - self.gap), np.nan)) for p in self.place[self.year == base]}


@dataclass(frozen=True)
class MonthlyOutcomes:
    """A count that reaches a floor within some months: ``count`` (places, months), NaN where not known."""

    place: tuple[str, ...]
    first: int
    count: np.ndarray
    floor: float

    def reached(self, horizon: int) -> np.ndarray:
        """Return whether the months t+1 … t+horizon reach the floor (places, months t); NaN unless all are known."""
        after = np.pad(self.count[:, 1:], ((0, 0), (0, horizon)), constant_values=np.nan)
        total = sum(after[:, step : step + self.count.shape[1]] for step in range(horizon))
        return np.where(np.isnan(total), np.nan, total >= self.floor)

    def of(self, asked: pl.DataFrame) -> pl.DataFrame:
        """Return asked rows with their label."""
        row = {p: i for i, p in enumerate(self.place)}
        table = {h: self.reached(h) for h in asked["horizon"].unique()}
        label: list[float | None] = []
        for place, origin, horizon in asked.select(KEY).iter_rows():
            t = windows.month_of(origin) - self.first
            known = place in row and 0 <= t < self.count.shape[1]
            value = float(table[horizon][row[place], t]) if known else np.nan
            label.append(None if np.isnan(value) else value)
        return asked.with_columns(label=pl.Series(label, dtype=pl.Float64))

    def climatology(self, origin: str, horizon: int) -> float:
        """Return the share of cases among windows closed by an origin."""
        last = windows.month_of(origin) - self.first - horizon
        past = self.reached(horizon)[:, : max(last + 1, 0)]
        return climatology.fit(past[~np.isnan(past)])

    def persistence(self, origin: str, horizon: int) -> dict[str, float]:
        """Return by place the share of closed cases that followed the same last known outcome of theirs."""
        happened, last = self.reached(horizon), windows.month_of(origin) - self.first - horizon
        rate = self.climatology(origin, horizon)
        if last < 0:
            return dict.fromkeys(self.place, rate)
        past = happened[:, : last + 1]
        chance = followed(past[:, :-horizon].ravel(), past[:, horizon:].ravel(), rate)
        return {p: chance(float(happened[i, last])) for i, p in enumerate(self.place)}


def outcomes_of(ctx: Context, target: str) -> Outcomes:
    """Return what became of a target that is a probability. Raises Refused when no table holds it."""
    found = _yearly(ctx, target)
    if found is not None:
        return found
    column, _, floor = target.rpartition("_ge")
    if column not in COUNTS or not floor.isdigit():
        raise Refused(f"no table holds the outcome {target}", todo="Its submissions are kept until one does")
    table = monthly(ctx, column).table
    first, last = int(table["month"].min() or 0), int(table["month"].max() or 0)  # type: ignore[arg-type]
    names = tuple(table["place_id"].unique().sort())
    row = {p: i for i, p in enumerate(names)}
    count = np.full((len(names), last - first + 1), np.nan)
    for place, month, value in table.select("place_id", "month", "count").iter_rows():
        count[row[place], month - first] = value
    return MonthlyOutcomes(names, first, count, float(floor))


def _yearly(ctx: Context, target: str) -> YearlyOutcomes | None:
    """Return the outcomes of a question asked once a year; None when the target is none of those."""
    from tocsin.evidence.panel import columns, country_year

    if target not in ("mass_killing_onset", "state_based_deaths_ge25"):
        return None
    tables = load_tables(ctx)
    panel = country_year(tables)
    if target == "mass_killing_onset":
        design, _ = recipes.onset_design(panel, {c.id: c.group for c in columns()}, card("onset_v1").columns)
        return YearlyOutcomes(design.place, design.year, design.label, 2, 2)
    settings = card("conflict_v1").settings
    design = conflict_v1.design(panel, tables.country_year, list(settings["context"]))
    return YearlyOutcomes(design.place, design.year, design.label, conflict_v1.HORIZON_YEARS, 12)


@dataclass(frozen=True)
class MonthlyCounts:
    """A count by place and month: ``table`` has place_id, month (months since year 0), count."""

    table: pl.DataFrame

    def of(self, asked: pl.DataFrame) -> pl.DataFrame:
        """Return asked rows (``KEY``) with ``count`` of their step, null where the month is not known."""
        month = asked["origin"].map_elements(windows.month_of, return_dtype=pl.Int64) + asked["horizon"]
        return asked.with_columns(month=month).join(self.table, on=["place_id", "month"], how="left").drop("month")

    def before(self, place: str, origin: str, months: int) -> np.ndarray:
        """Return the counts of a place in the last months up to an origin; fewer where some are not known."""
        last = windows.month_of(origin)
        inside = (pl.col("place_id") == place) & pl.col("month").is_between(last - months + 1, last)
        rows = self.table.filter(inside & pl.col("count").is_not_null())
        return rows.sort("month")["count"].to_numpy()


def monthly(ctx: Context, target: str) -> MonthlyCounts:
    """Return the counts of a target that is a column of the monthly table. Raises Refused when it is none."""
    if target not in COUNTS:
        raise Refused(f"no table holds the outcome {target}", todo="Its submissions are kept until one does")
    # Candidate months are revised: an outcome is known when a yearly release has it.
    frame = load_tables(ctx).country_month.filter(~pl.col("provisional"))
    month = frame["month"].str.split("-").list
    number = month.get(0).cast(pl.Int64) * 12 + month.get(1).cast(pl.Int64) - 1
    return MonthlyCounts(frame.select("place_id", month=number, count=pl.col(target).cast(pl.Float64)))
