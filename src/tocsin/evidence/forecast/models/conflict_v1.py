"""``conflict_v1``: at least 25 state-based battle deaths in a place in the 12 months after the base year.

One ridge logit on yearly figures. Country-months would be fresher but have a hole from July 2021 to December 2024:
a model fed by them would have to guess, or be silent, exactly where it is asked. Yearly battle deaths (UCDP BRD,
1989-2024) have no hole, so features and labels both come from them, with UCDP/PRIO intensity (1946-2024) as memory
before 1989. The price is that a forecast from base 2024 knows nothing of 2025.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from tocsin.core.errors import Refused
from tocsin.evidence.forecast.design import Design
from tocsin.evidence.forecast.models.onset_v1 import Inputs

DEATHS_FLOOR = 25
HORIZON_YEARS = 1
FIRST_LABEL_YEAR = 1990
"""Base 1989 is the first with battle deaths; its label is 1990's."""
MEMORY_YEARS = 20
OWN = (
    "deaths_log",
    "deaths_log_last_year",
    "deaths_log_two_years_ago",
    "deaths_over_floor",
    "deaths_log_worst_of_5",
    "intensity",
    "years_since_conflict",
    "share_of_10_years_in_conflict",
)
FIGURES = ("battle_deaths", "conflict_intensity")
"""The indicators it reads beside the panel."""
FROM = ("battle_deaths_log2", "conflict_intensity")
"""The panel's columns that show the figures its own columns are made of."""


@dataclass(frozen=True)
class Fitted:
    """The logit after a fit, with how raw columns become numbers."""

    inputs: Inputs
    logit: LogisticRegression

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return probabilities (n,)."""
        return self.logit.predict_proba(self.inputs.standard(self.inputs.fill(x)))[:, 1]


def fit(x: np.ndarray, label: np.ndarray, settings: Mapping[str, Any]) -> Fitted:
    """Fit on training rows. Raises Refused when the labels hold one class only."""
    if len(np.unique(label)) < 2:
        raise Refused("the training years hold no conflict, or nothing else")
    inputs = Inputs.learn(x)
    model = LogisticRegression(**settings, max_iter=2000)
    with threadpool_limits(limits=1):
        model.fit(inputs.standard(inputs.fill(x)), label)
    return Fitted(inputs, model)


def design(panel: pl.DataFrame, figures: pl.DataFrame, context: list[str]) -> Design:
    """Return base years 1989 and later with features of conflict and context columns of the panel, and the label.

    ``figures`` is the long table (place_id, year, indicator, value) with ``battle_deaths`` (deaths; absent before 1989)
    and ``conflict_intensity`` (0, 1, 2). A year without a figure is NaN, not 0.
    """
    deaths = _series(figures, "battle_deaths")
    intensity = _series(figures, "conflict_intensity")
    rows = panel.filter(pl.col("year") >= FIRST_LABEL_YEAR - 1).sort("year", "place_id")
    place = np.array(rows["place_id"].to_list(), dtype=object)
    year = rows["year"].to_numpy().astype(int)
    own = np.array([_features(p, int(y), deaths, intensity) for p, y in zip(place, year, strict=True)])
    extra = [rows[c].cast(pl.Float64).fill_null(float("nan")).to_numpy() for c in context]
    x = np.column_stack([own, *extra])
    next_year = np.array([deaths.get((p, int(y) + 1), np.nan) for p, y in zip(place, year, strict=True)])
    label = np.where(np.isnan(next_year), np.nan, (next_year >= DEATHS_FLOOR).astype(float))
    return Design(place, year, x, label, (*OWN, *context), ("conflict",) * len(OWN) + ("context",) * len(context))


def _series(figures: pl.DataFrame, indicator: str) -> dict[tuple[str, int], float]:
    """Return {(place, year): value} of one indicator."""
    rows = figures.filter((pl.col("indicator") == indicator) & pl.col("value").is_not_null())
    if rows.is_empty():
        raise Refused(f"the figures hold no {indicator}", todo="Load the UCDP source, or use the bundled snapshot")
    return {(p, int(y)): float(v) for p, y, v in rows.select("place_id", "year", "value").iter_rows()}


def _features(
    place: str, year: int, deaths: Mapping[tuple[str, int], float], intensity: Mapping[tuple[str, int], float]
) -> list[float]:
    """Return the conflict features of one place at the end of one year, in the order of ``OWN``."""
    now, last, before = (deaths.get((place, year - back), np.nan) for back in range(3))
    five = [d for back in range(5) if (d := deaths.get((place, year - back))) is not None]
    states = [intensity.get((place, year - back)) for back in range(MEMORY_YEARS)]
    quiet = next((back for back, s in enumerate(states) if s is not None and s >= 1), MEMORY_YEARS)
    ten = [s >= 1 for s in states[:10] if s is not None]
    return [
        float(np.log1p(now)),
        float(np.log1p(last)),
        float(np.log1p(before)),
        np.nan if np.isnan(now) else float(now >= DEATHS_FLOOR),
        float(np.log1p(max(five))) if five else np.nan,
        np.nan if states[0] is None else float(states[0]),
        float(np.log1p(quiet)),
        float(np.mean(ten)) if ten else np.nan,
    ]
