"""What became of what was asked: the outcome of each forecast where it is known, and the two forecasts anybody has.

Outcomes come from the figures in force. One whose window has not ended, or whose figures are not at hand, is not known:
null, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class YearlyOutcomes:
    """Labels of a yearly question: ``place``, base ``year``, ``label`` 1, 0 or NaN, each (n,); ``gap`` years ahead."""

    place: np.ndarray
    year: np.ndarray
    label: np.ndarray
    gap: int
    horizon: int

    def table(self) -> pl.DataFrame:
        """Return place_id, origin, horizon and label (null: not known)."""
        return pl.DataFrame(
            {
                "place_id": self.place.tolist(),
                "origin": pl.Series([str(y) for y in self.year], dtype=pl.String),
                "horizon": pl.Series([self.horizon] * len(self.year), dtype=pl.Int32),
                "label": self.label,
            },
            schema_overrides={"place_id": pl.String, "label": pl.Float64},
        ).with_columns(pl.col("label").fill_nan(None))

    def closed(self, base: int) -> np.ndarray:
        """Return the rows whose window had ended by the end of a base year and whose label is known (boolean, n)."""
        return (self.year <= base - self.gap) & ~np.isnan(self.label)

    def climatology(self, base: int) -> float:
        """Return the share of closed cases: what a forecaster knows who knows only how often it happens."""
        return climatology.fit(self.label[self.closed(base)])

    def persistence(self, base: int) -> dict[str, float]:
        """Return a place's chance from its own last known outcome alone: the share of closed cases that followed alike.

        One case more at the common rate keeps a group nobody ever left from saying 0 or 1.
        """
        rate = self.climatology(base)
        at = {(p, int(y)): v for p, y, v in zip(self.place, self.year, self.label, strict=True)}
        counted = {0.0: [0.0, 0], 1.0: [0.0, 0]}
        for i in np.flatnonzero(self.closed(base)):
            before = at.get((self.place[i], int(self.year[i]) - self.gap), np.nan)
            if before in counted:
                counted[before][0] += float(self.label[i])
                counted[before][1] += 1
        shares = {state: (cases + rate) / (n + 1) for state, (cases, n) in counted.items()}
        return {p: shares.get(at.get((p, base - self.gap), np.nan), rate) for p in self.place[self.year == base]}


def yearly(ctx: Context, target: str) -> YearlyOutcomes | None:
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
        rows = self.table.filter((pl.col("place_id") == place) & pl.col("month").is_between(last - months + 1, last))
        return rows.sort("month")["count"].to_numpy()


def monthly(ctx: Context, target: str) -> MonthlyCounts:
    """Return the counts of a target that is a column of the monthly table. Raises Refused when it is none."""
    if target not in COUNTS:
        raise Refused(f"no table holds the outcome {target}", todo="Its submissions are kept until one does")
    frame = load_tables(ctx).country_month
    month = frame["month"].str.split("-").list
    number = month.get(0).cast(pl.Int64) * 12 + month.get(1).cast(pl.Int64) - 1
    return MonthlyCounts(frame.select("place_id", month=number, count=pl.col(target).cast(pl.Float64)))
