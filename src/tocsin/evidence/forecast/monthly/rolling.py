"""Rolling forecasts of the monthly layer: for each year, fitted on years that had ended before it began."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.catalog.models import card
from tocsin.evidence.forecast.models import onset_monthly_v1 as layer
from tocsin.evidence.forecast.monthly.columns import Deaths, Windows, build
from tocsin.evidence.forecast.monthly.rows import Rows

MODEL = "onset_monthly_v1"


@dataclass(frozen=True)
class Settings:
    """What the card says: windows, strength of the ridge, first year to learn from, first year forecast."""

    windows: Windows
    ridge: float
    first_year: int
    first_forecast: int


def settings() -> Settings:
    """Return the settings of the model card."""
    said = card(MODEL).settings
    windows = Windows(said["recent_months"], said["past_months"], said["fewest_past_months"])
    return Settings(windows, float(said["ridge"]), said["first_year"], said["first_forecast"])


@dataclass(frozen=True)
class Seen:
    """Forecasts after ``seen`` months of each row's year.

    ``p`` (n,): the layer's, and where a month it needs is not known the yearly forecast carried to one year;
    ``one_year`` (n,): the yearly forecast carried to one year, everywhere; ``refreshed`` (n,): months were read.
    NaN before the first year that can be forecast.
    """

    seen: int
    p: np.ndarray
    one_year: np.ndarray
    refreshed: np.ndarray


def training(rows: Rows, x: np.ndarray, year: int, first: int) -> np.ndarray:
    """Return the rows to learn from for a year: earlier years with a known outcome and known months (boolean, n)."""
    return (rows.year >= first) & (rows.year < year) & ~np.isnan(rows.label) & ~np.isnan(x).any(axis=1)


def forecast(rows: Rows, figures: Deaths, seen: int, years: Sequence[int], made: Settings) -> Seen:
    """Return the forecasts of some years after ``seen`` months, each fitted on years before it alone."""
    x = build(rows, figures, seen, made.windows)
    known = ~np.isnan(x).any(axis=1)
    p, carried = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    for year in years:
        of_year = rows.year == year
        learn, every = (training(rows, columns, year, made.first_year) for columns in (x, x[:, :0]))
        plain = layer.fit(rows.yearly[every], x[every][:, :0], rows.label[every], made.ridge)
        carried[of_year] = plain.predict(rows.yearly[of_year], x[of_year][:, :0])
        p[of_year] = carried[of_year]
        now = of_year & known
        if now.any():
            fitted = layer.fit(rows.yearly[learn], x[learn], rows.label[learn], made.ridge)
            p[now] = fitted.predict(rows.yearly[now], x[now])
    return Seen(seen, p, carried, known & np.isin(rows.year, list(years)))
