"""A small world of months: three places, deaths that a test chooses, and a yearly forecast that says little."""

from __future__ import annotations

import numpy as np
import polars as pl

from tocsin.core.months import month_index, month_text
from tocsin.evidence.forecast.monthly import columns, rows
from tocsin.evidence.store.tables import SCHEMAS

PLACES = ("COD", "RWA", "NZL")
FIRST, LAST = month_index("1989-01"), month_index("2004-12")


def country_months(deaths: np.ndarray, war: np.ndarray | None = None, gap: range = range(0)) -> pl.DataFrame:
    """Return country-months of ``PLACES``: one-sided deaths (3, months), war deaths; months of ``gap`` left out."""
    fought = np.zeros_like(deaths) if war is None else war
    found = [
        (place, month_text(FIRST + m), int(fought[i, m]), 0, int(deaths[i, m]), 1, "r1", False)
        for i, place in enumerate(PLACES)
        for m in range(deaths.shape[1])
        if FIRST + m not in gap
    ]
    return pl.DataFrame(found, schema=SCHEMAS["country_month"], orient="row")


def figures(deaths: np.ndarray, war: np.ndarray | None = None, gap: range = range(0)) -> columns.Deaths:
    """Return the counts the columns are made of."""
    return columns.deaths(country_months(deaths, war, gap))


def quiet() -> np.ndarray:
    """Return deaths of nobody, in every month."""
    return np.zeros((len(PLACES), LAST - FIRST + 1), dtype=int)


def some_rows(years: range, onsets: set[tuple[str, int]] = frozenset()) -> rows.Rows:
    """Return a row a place and year with the same yearly forecast."""
    keys = [(p, y) for y in years for p in PLACES]
    return rows.Rows(
        place=np.array([p for p, _ in keys], dtype=object),
        year=np.array([y for _, y in keys]),
        yearly=np.full(len(keys), 0.02),
        label=np.array([float(key in onsets) for key in keys]),
        under_way=np.zeros(len(keys)),
    )
