"""The scored rows, written where the user asks: for checking the scores, not for passing a rival's figures on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from tocsin.core.errors import Refused
from tocsin.evidence.forecast.score.slate import Rule, TwoYear
from tocsin.evidence.sheets import in_cells


def write(path: Path, slates: tuple[TwoYear, Rule]) -> None:
    """Write one CSV with both scorings: scoring, code, year, label, then each model's number (empty: not known).

    ``two_year`` rows hold the probability at the base year; ``ewp_rule`` rows the higher of two at the target year.
    Raises Refused when the file cannot be written.
    """
    fair, ruled = slates
    parts = [
        _frame("two_year", fair.place, fair.year, fair.label, fair.p),
        _frame("ewp_rule", ruled.place, ruled.year, ruled.label, {m: ruled.best_risk(m) for m in ruled.risk}),
    ]
    try:
        in_cells(pl.concat(parts)).write_csv(path)
    except OSError as error:
        raise Refused(f"the rows cannot be written: {error}", where=str(path)) from None


def _frame(
    scoring: str, place: np.ndarray, year: np.ndarray, label: np.ndarray, p: dict[str, np.ndarray]
) -> pl.DataFrame:
    """Return one scoring's rows."""
    return pl.DataFrame(
        {"scoring": [scoring] * len(place), "code": place.astype(str), "year": year, "label": label, **p}
    ).with_columns(pl.selectors.float().fill_nan(None))
