"""How many onsets a set of forecasts lets expect: a 90% predictive interval that can be checked against what came.

Summed probabilities alone promise far too narrow an interval: years go bad together, and the level and the slope of
the forecasts are themselves uncertain. Both are learnt from rolling forecasts whose windows had closed before the first
base year of the period judged, never from the period itself:

* common-year shocks: the log ratio of observed to expected per base year is a stationary AR(1) with mean 0; its spread
  and its persistence are weighed on a grid by the Poisson likelihood of the past counts (each onset stands in two base
  years, so each year counts half), and drawn from those weights, not fixed at their best;
* parameters: the slope of the log-odds is drawn around 1 with the error that the past showed (its standard error and
  its distance from 1).

An onset is drawn once a place and calendar year and counts in both base years whose window holds the year, with the
chance each gives it; so neighbouring base years hang together and the chance of every row stays what was forecast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tocsin.evidence.forecast.calibrate import History
from tocsin.evidence.forecast.combine import expit, logit
from tocsin.evidence.forecast.design import HORIZON_YEARS

LEVEL = 0.9
DRAWS = 2000
SPREADS = np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0])
PERSISTENCES = np.array([0.0, 0.3, 0.5, 0.7, 0.85])
GROUPS = 10
"""Groups of equal size by forecast probability within each base year: deciles of risk."""


@dataclass(frozen=True)
class Shocks:
    """What the past says of the error of a year: weights over ``SPREADS`` x ``PERSISTENCES``, and the slope's error."""

    weight: np.ndarray
    slope_error: float


def learn(past: History) -> Shocks:
    """Return the shocks of closed rolling forecasts; without any, every cell of the grid weighs the same."""
    years = np.unique(past.base)
    observed = np.array([past.label[past.base == y].sum() for y in years])
    expected = np.array([past.p[past.base == y].sum() for y in years])
    log_weight = np.array([[_likelihood(observed, expected, s, r) for r in PERSISTENCES] for s in SPREADS])
    weight = np.exp(log_weight - log_weight.max())
    return Shocks(weight / weight.sum(), _slope_error(past))


def _likelihood(observed: np.ndarray, expected: np.ndarray, spread: float, persistence: float) -> float:
    """Return the log-likelihood of yearly counts, the AR(1) summed out on a grid of 41 levels (forward pass)."""
    levels = np.linspace(-3, 3, 41) * spread
    stay = np.exp(-0.5 * ((levels[None, :] - persistence * levels[:, None]) / _kick(spread, persistence)) ** 2)
    stay /= stay.sum(axis=1, keepdims=True)
    belief = np.exp(-0.5 * (levels / spread) ** 2)
    belief /= belief.sum()
    total = 0.0
    for seen, mean in zip(observed, expected, strict=True):
        rate = np.maximum(mean, 1e-9) * np.exp(levels)
        belief = belief * np.exp((seen * np.log(rate) - rate) / HORIZON_YEARS)
        total += float(np.log(belief.sum()))
        belief = (belief / belief.sum()) @ stay
    return total


def _kick(spread: float, persistence: float) -> float:
    """Return the yearly kick that keeps an AR(1) at a stationary spread."""
    return float(spread * np.sqrt(1 - persistence**2))


def _slope_error(past: History) -> float:
    """Return the root of the slope's squared distance from 1 and squared standard error in the past (1: no past)."""
    if not 0 < past.label.sum() < len(past.label):
        return 1.0
    design = np.column_stack([logit(past.p), np.ones(len(past.p))])
    beta = np.array([1.0, 0.0])
    information = np.eye(2)
    for _ in range(50):
        p = expit(design @ beta)
        information = (design * (p * (1 - p))[:, None]).T @ design + 1e-9 * np.eye(2)
        step = np.linalg.solve(information, design.T @ (past.label - p))
        beta = beta + np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-9:
            break
    return float(np.sqrt((beta[0] - 1) ** 2 + np.linalg.inv(information)[0, 0]))


def simulate(place: np.ndarray, base: np.ndarray, p: np.ndarray, shocks: Shocks, seed: int) -> np.ndarray:
    """Return drawn labels (DRAWS, n), boolean, of rows of place and base year with forecast probability ``p`` (n,)."""
    chance = np.random.default_rng(seed)
    _, who = np.unique(place.astype(str), return_inverse=True)
    first = int(base.min())
    span = int(base.max()) - first + HORIZON_YEARS
    step = base - first
    z = logit(p)
    pivot = float((p * z).sum() / p.sum())
    cells = chance.choice(shocks.weight.size, size=DRAWS, p=shocks.weight.ravel())
    drawn = np.zeros((DRAWS, len(p)), dtype=bool)
    for i, cell in enumerate(cells):
        s, r = SPREADS[cell // len(PERSISTENCES)], PERSISTENCES[cell % len(PERSISTENCES)]
        shock = _path(chance.standard_normal(span), s, r)
        slope = max(1 + shocks.slope_error * chance.standard_normal(), 0.0)
        rate = -np.log1p(-expit(pivot + slope * (z - pivot))) / HORIZON_YEARS
        luck = chance.exponential(size=(who.max() + 1, span))
        for ahead in range(HORIZON_YEARS):
            drawn[i] |= luck[who, step + ahead] < rate * np.exp(shock[step + ahead])
    return drawn


def _path(noise: np.ndarray, spread: float, persistence: float) -> np.ndarray:
    """Return one path of the yearly shock, its mean factor 1."""
    out = np.empty(len(noise))
    out[0] = spread * noise[0]
    for t in range(1, len(noise)):
        out[t] = persistence * out[t - 1] + _kick(spread, persistence) * noise[t]
    return out - spread**2 / 2


def groups_of(base: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Return each row's group by rank of risk within its base year: 1 lowest to ``GROUPS`` highest, equal sizes."""
    out = np.zeros(len(p), dtype=int)
    for year in np.unique(base):
        rows = np.flatnonzero(base == year)
        order = rows[np.argsort(p[rows], kind="stable")]
        out[order] = 1 + np.arange(len(order)) * GROUPS // len(order)
    return out


def check(
    place: np.ndarray, rows: History, past: History, eras: tuple[tuple[int, int], ...], seed: int
) -> dict[str, Any]:
    """Return the interval of every era and every era x risk decile, what came, and the share of cells covered.

    ``rows`` are the rows judged (label known; ``place`` beside them); ``past`` all rolling forecasts, of which each era
    uses those whose windows had closed by its first base year.
    """
    by_era, cells = [], []
    for first, last in eras:
        inside = (rows.base >= first) & (rows.base <= last) & ~np.isnan(rows.label)
        if not inside.any():
            continue
        shocks = learn(past.until(first))
        base, p, label = rows.base[inside], rows.p[inside], rows.label[inside]
        drawn = simulate(place[inside], base, p, shocks, seed)
        by_era.append({"bases": [first, last], **_cell(drawn, p, label)})
        group = groups_of(base, p)
        for number in range(1, GROUPS + 1):
            mine = group == number
            cells.append({"bases": [first, last], "decile": number, **_cell(drawn[:, mine], p[mine], label[mine])})
    return {
        "level": LEVEL,
        "eras": by_era,
        "cells": cells,
        "cells_covered": float(np.mean([c["covered"] for c in cells])) if cells else float("nan"),
        "eras_covered": float(np.mean([c["covered"] for c in by_era])) if by_era else float("nan"),
    }


def _cell(drawn: np.ndarray, p: np.ndarray, label: np.ndarray) -> dict[str, Any]:
    """Return rows, expected and observed number, interval, and whether it held what came."""
    total = drawn.sum(axis=1)
    low, high = np.quantile(total, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], method="inverted_cdf")
    observed = int(label.sum())
    return {
        "rows": len(p),
        "expected": float(p.sum()),
        "observed": observed,
        "low": int(low),
        "high": int(high),
        "covered": bool(low <= observed <= high),
    }
