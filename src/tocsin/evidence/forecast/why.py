"""The drivers of a forecast as a table a person can read: groups, log-odds, and the columns that matter with values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl

from tocsin.catalog.geography import places
from tocsin.evidence.forecast.design import Design
from tocsin.evidence.forecast.drivers import Shares, middle, shapley, single_swaps

SCHEMA = {
    "target": pl.String,
    "model_id": pl.String,
    "place_id": pl.String,
    "group": pl.String,
    "log_odds": pl.Float64,
    "top": pl.String,
}
NAMED = 3
NOTICEABLE = 0.01
"""Log-odds below which a single column is not worth naming (a hundredth: 1% of the odds)."""


Named = tuple[str, Callable[[float], float], str]


def names(columns: Iterable[Any]) -> dict[str, Named]:
    """Return for each declared panel column its label, how to undo its logarithm (people read counts), its unit."""
    return {c.id: (c.label, _undo(c.id, c.transform), plain_unit(c.unit)) for c in columns}


def plain_unit(unit: str) -> str:
    """Return the unit people count in, of a column that the panel may keep as a logarithm."""
    return unit.removesuffix(", log2(1 + n)").removesuffix(", log2")


def _undo(column: str, transform: str) -> Callable[[float], float]:
    """Return the inverse of log2(x) or log2(1 + x); other columns are shown as they are."""
    if not column.endswith("_log2"):
        return _as_it_is
    return (lambda v: 2.0**v) if transform == "log2" else (lambda v: 2.0**v - 1)


def _as_it_is(value: float) -> float:
    """Return the value."""
    return value


def explain(
    target: str,
    model_id: str,
    rows: Design,
    log_odds: Callable[[np.ndarray], np.ndarray],
    labels: Mapping[str, Named],
) -> tuple[pl.DataFrame, Shares]:
    """Return the drivers table of one year's forecasts and the shares behind it.

    ``rows`` are the forecast rows of one base year; ``log_odds`` is the model; ``labels`` come from ``names``.
    """
    shares = shapley(log_odds, rows.x, rows.groups)
    swaps = single_swaps(log_odds, rows.x)
    at = middle(log_odds(rows.x))[0]
    reference, known = rows.x[at], places()
    beside = known[rows.place[at]].name if rows.place[at] in known else str(rows.place[at])
    out = []
    for i, place in enumerate(rows.place):
        for g, group in enumerate(shares.groups):
            value = float(shares.value[i, g])
            top = "; ".join(_top(rows, i, _pulling(rows, swaps[i], group, value), labels, reference, beside))
            out.append((target, model_id, place, group, value, top))
    return pl.DataFrame(out, schema=SCHEMA, orient="row"), shares


def _pulling(rows: Design, swap: np.ndarray, group: str, value: float) -> list[int]:
    """Return up to three columns of a group that pull the way the group pulls, strongest first."""
    inside = [c for c, g in enumerate(rows.groups) if g == group]
    pulling = [c for c in inside if swap[c] * value > 0 and abs(swap[c]) >= NOTICEABLE]
    return sorted(pulling, key=lambda c: (-abs(swap[c]), rows.columns[c]))[:NAMED]


def _top(  # noqa: PLR0917 - one call site
    rows: Design, i: int, columns: list[int], labels: Mapping[str, Named], reference: np.ndarray, beside: str
) -> list[str]:
    """Return each column in words: its label, the place's value, the value of the middle place by name, the unit."""
    told = []
    for c in columns:
        label, undo, unit = labels.get(rows.columns[c], (rows.columns[c], _as_it_is, ""))
        theirs = f"{beside}: {plain(undo(reference[c]))}"
        told.append(f"{label} {plain(undo(rows.x[i, c]))} ({theirs}{f', {unit}' if unit else ''})")
    return told


def plain(value: float) -> str:
    """Return a value short enough to read, honest about a hole."""
    if np.isnan(value):
        return "not known"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
