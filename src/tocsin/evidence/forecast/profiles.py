"""Nearest historical profiles: the country-years that looked most like a place does now, and what followed them.

Nearness is in the model's own standardised columns (holes filled as the model fills them), each weighted by how much
it moves this year's forecasts: the mean, over places, of how far the log-odds fall when that column alone is set to the
median place's value. Weights sum to one, so a distance is in standard deviations. Likeness is not cause, and the same
place within five years is left out: it would only say that things are as they were.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from scipy.stats import beta

from tocsin.evidence.forecast.design import Design
from tocsin.evidence.forecast.drivers import single_swaps
from tocsin.evidence.forecast.models.onset_v1 import Inputs

SCHEMA = {
    "target": pl.String,
    "model_id": pl.String,
    "place_id": pl.String,
    "nearness": pl.Int32,
    "like_place_id": pl.String,
    "like_year": pl.Int32,
    "distance": pl.Float64,
    "onset_within": pl.Boolean,
    "near": pl.Int32,
    "near_onsets": pl.Int32,
    "near_low": pl.Float64,
    "near_high": pl.Float64,
}
SHOWN, NEAR = 5, 50
APART_YEARS = 5
LEVEL = 0.9


def exact(hits: int, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the exact (Clopper-Pearson) interval of a share; 0 to 1 where nothing was counted.

    It takes the rows as independent. Country-years hang together, so it is narrower than what is known.
    """
    if n == 0:
        return 0.0, 1.0
    side = (1 - level) / 2
    low = 0.0 if hits == 0 else float(beta.ppf(side, hits, n - hits + 1))
    high = 1.0 if hits == n else float(beta.ppf(1 - side, hits + 1, n - hits))
    return low, high


def weights(log_odds: Callable[[np.ndarray], np.ndarray], rows: Design) -> np.ndarray:
    """Return the weight of every column (k,), summing to one; all alike when nothing moves the model."""
    moved = np.abs(single_swaps(log_odds, rows.x)).mean(axis=0)
    total = moved.sum()
    return moved / total if total > 0 else np.full(len(moved), 1 / len(moved))


def nearest(  # noqa: PLR0917 - one call site
    target: str, model_id: str, rows: Design, design: Design, inputs: Inputs, weight: np.ndarray
) -> pl.DataFrame:
    """Return the five nearest country-years of every place, one a place, and the onsets among its 50 nearest.

    ``rows`` are the forecast rows of a base year; all earlier rows of ``design`` are history. The 50 are the nearest
    whose two years are known, years of one place at least six apart; ``onset_within`` is null where not known yet.
    """
    used = inputs.used
    scale = np.sqrt(weight[used] / weight[used].sum())
    base = int(rows.year[0])
    past = design.rows(design.year < base)
    here = inputs.standard(inputs.fill(rows.x))[:, : len(used)] * scale
    there = inputs.standard(inputs.fill(past.x))[:, : len(used)] * scale
    far = np.sqrt(np.maximum((here**2).sum(1)[:, None] + (there**2).sum(1) - 2 * here @ there.T, 0.0))
    names, year = past.place.astype(str), past.year
    out = []
    for i, place in enumerate(rows.place.astype(str)):
        far[i, (names == place) & (base - year <= APART_YEARS)] = np.inf
        order = np.argsort(far[i], kind="stable")
        order = order[np.isfinite(far[i, order])]
        near = _thinned([j for j in order[: 20 * NEAR] if not np.isnan(past.label[j])], names, year, NEAR)
        onsets = int(sum(past.label[j] for j in near))
        low, high = exact(onsets, len(near))
        for n, j in enumerate(_first_of_each(order, names, SHOWN), 1):
            followed = None if np.isnan(past.label[j]) else bool(past.label[j] > 0)
            like = (names[j], int(year[j]), float(far[i, j]), followed)
            out.append((target, model_id, place, n, *like, len(near), onsets, low, high))
    return pl.DataFrame(out, schema=SCHEMA, orient="row")


def _first_of_each(order: np.ndarray, names: np.ndarray, most: int) -> list[int]:
    """Return the first rows of ``order``, one a place: five years of one war would be one example told five times."""
    found: dict[str, int] = {}
    for j in order:
        found.setdefault(names[j], int(j))
        if len(found) == most:
            break
    return list(found.values())


def _thinned(order: list[int], names: np.ndarray, year: np.ndarray, most: int) -> list[int]:
    """Return the first rows of ``order`` with years of one place more than ``APART_YEARS`` apart."""
    taken: dict[str, list[int]] = {}
    found: list[int] = []
    for j in order:
        mine = taken.setdefault(names[j], [])
        if all(abs(int(year[j]) - y) > APART_YEARS for y in mine):
            mine.append(int(year[j]))
            found.append(j)
            if len(found) == most:
                break
    return found
