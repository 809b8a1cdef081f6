"""How much of a score is luck: the same model under further seeds, scored on the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from tocsin.evidence.forecast.score import ranking
from tocsin.evidence.forecast.score.compare import Key
from tocsin.evidence.forecast.score.slate import Rule, TwoYear, rule

SEEDS = 5


def spread(
    others: Mapping[str, Sequence[Mapping[Key, float]]], two_year: TwoYear, by_rule: Rule, under_way: np.ndarray
) -> dict[str, Any]:
    """Return for each model and score the lowest, highest and standard deviation over seeds, the published one first.

    ``others`` holds a model's forecasts by row under each further seed; ``under_way`` marks rows (boolean, n) where a
    killing was under way at the base. Scores are named as in the head-to-head, EWP's rule with a prefix.
    """
    return {model: _one(model, runs, two_year, by_rule, under_way) for model, runs in others.items()}


def _one(
    model: str, runs: Sequence[Mapping[Key, float]], two_year: TwoYear, by_rule: Rule, under_way: np.ndarray
) -> dict[str, Any]:
    """Return one model's spread."""
    keys = list(zip(two_year.place.tolist(), two_year.year.tolist(), strict=True))
    found = [_scores(model, two_year, by_rule, under_way)]
    for run in runs:
        p = np.array([run.get(key, np.nan) for key in keys])
        again = rule(by_rule.place, by_rule.year, by_rule.label, {model: dict(run)})
        found.append(_scores(model, replace(two_year, p={**two_year.p, model: p}), again, under_way))
    table = pl.DataFrame(found)
    return {
        name: {"low": table[name].min(), "high": table[name].max(), "sd": table[name].std(), "seeds": len(found)}
        for name in table.columns
    }


def _scores(model: str, two_year: TwoYear, by_rule: Rule, under_way: np.ndarray) -> dict[str, float]:
    """Return the headline scores of one run."""
    rows = ~np.isnan(two_year.p[model]) & ~np.isnan(two_year.label)
    full = two_year.keep(rows).full(model)
    burning = rows & under_way
    ruled = by_rule.keep(~np.isnan(by_rule.best_risk(model))).metrics(model)
    return {
        **full,
        "under_way_auc": ranking.auc(two_year.label[burning], two_year.p[model][burning]),
        **{f"ewp_rule_{name}": value for name, value in ruled.items()},
    }
