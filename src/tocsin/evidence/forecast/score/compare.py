"""What is said of a head-to-head once every forecast stands beside the rival's: scores, differences, parts, ranks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from tocsin.catalog.geography import places
from tocsin.evidence.forecast.score import bootstrap, probability
from tocsin.evidence.forecast.score.peer import Edition
from tocsin.evidence.forecast.score.slate import PAIRED, PAIRED_RULE, Rule, TwoYear

RIVAL = "ewp"
ERAS = ((1993, 2002), (2003, 2012), (2013, 2022))
EDGES = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 1.0)
LISTED = 30
PARTIAL = ("auc", "ap", "log_loss", "recall10", "recall30")
JUDGED = ("onset_v1", "onset_v1@panel", "onset_v2", "onset_v2@panel")

Key = tuple[str, int]


def scores(two_year: TwoYear, by_rule: Rule, model: str) -> dict[str, Any]:
    """Return one model's scores on the rows it has, and how many those are."""
    mine = two_year.keep(~np.isnan(two_year.p[model]) & ~np.isnan(two_year.label))
    ruled = by_rule.keep(~np.isnan(by_rule.best_risk(model)))
    return {
        "ewp_rule": {"rows": len(ruled.label), "onsets": int(ruled.label.sum()), **ruled.metrics(model)},
        "two_year": {"rows": len(mine.label), "positives": int(mine.label.sum()), **mine.full(model)},
    }


class Pairs:
    """Paired differences of any two models on the rows both have; a model's redraws on the same rows are made once."""

    def __init__(self, two_year: TwoYear, by_rule: Rule, seed: int, draws: int) -> None:
        self.two_year, self.by_rule, self.seed, self.draws = two_year, by_rule, seed, draws
        self.made: dict[tuple[str, str, bytes], bootstrap.Redrawn] = {}

    def difference(self, model: str, rival: str) -> dict[str, dict[str, float]]:
        """Return model − rival for both scorings; names of EWP's rule carry the prefix ``ewp_rule_``."""
        fair_rows = ~np.isnan(self.two_year.label)
        ruled_rows = np.ones(len(self.by_rule.label), dtype=bool)
        for name in (model, rival):
            fair_rows &= ~np.isnan(self.two_year.p[name])
            ruled_rows &= ~np.isnan(self.by_rule.best_risk(name))
        fair = bootstrap.differences(*(self._fair(m, fair_rows) for m in (model, rival)))
        ruled = bootstrap.differences(*(self._ruled(m, ruled_rows) for m in (model, rival)))
        return {**fair, **{f"ewp_rule_{name}": d for name, d in ruled.items()}}

    def within(self, model: str, rival: str, part: np.ndarray) -> dict[str, dict[str, float]]:
        """Return model − rival, two-year, on a part of the rows (boolean, n) that both have, countries redrawn whole.

        Lists are those of whole years, as in ``part``.
        """
        both = ~np.isnan(self.two_year.p[model]) & ~np.isnan(self.two_year.p[rival])
        whole = self.two_year.keep(both)
        inside = part[both] & ~np.isnan(whole.label)
        slate = whole.keep(inside)

        def redrawn(name: str) -> bootstrap.Redrawn:
            key = ("part", name, both.tobytes() + inside.tobytes())
            if key not in self.made:
                lists = {k: chance[inside] for k, chance in whole.lists(name).items()}
                weights = bootstrap.country_weights(slate.place, self.seed, self.draws)
                self.made[key] = bootstrap.redraw(lambda w: slate.metrics(name, w, lists), weights, PARTIAL)
            return self.made[key]

        return bootstrap.differences(redrawn(model), redrawn(rival))

    def _fair(self, model: str, rows: np.ndarray) -> bootstrap.Redrawn:
        key = ("two_year", model, rows.tobytes())
        if key not in self.made:
            slate = self.two_year.keep(rows)
            lists = slate.lists(model)
            weights = bootstrap.country_weights(slate.place, self.seed, self.draws)
            self.made[key] = bootstrap.redraw(lambda w: slate.metrics(model, w, lists), weights, PAIRED)
        return self.made[key]

    def _ruled(self, model: str, rows: np.ndarray) -> bootstrap.Redrawn:
        key = ("ewp_rule", model, rows.tobytes())
        if key not in self.made:
            slate = self.by_rule.keep(rows)
            weights = bootstrap.country_weights(slate.place, self.seed, self.draws)
            self.made[key] = bootstrap.redraw(lambda w: slate.metrics(model, w), weights, PAIRED_RULE)
        return self.made[key]


def eras(two_year: TwoYear, forecasts: Sequence[str], pairs: Pairs) -> list[dict[str, Any]]:
    """Return two-year scores by era, rows that every model has, and each of our models' difference to the rival."""
    out = []
    for first, last in ERAS:
        rows = (two_year.year >= first) & (two_year.year <= last)
        out.append({"bases": [first, last], **part(two_year, rows, forecasts), **_apart(pairs, rows, forecasts)})
    return out


def burning(two_year: TwoYear, under_way: set[Key], key_of: dict[Key, Key]) -> np.ndarray:
    """Return the rows (boolean, n) where a killing was already under way at the base."""
    rows = zip(two_year.place.tolist(), two_year.year.tolist(), strict=True)
    return np.array([key_of.get(row) in under_way for row in rows])


def situations(
    two_year: TwoYear, under_way: np.ndarray, forecasts: Sequence[str], pairs: Pairs
) -> dict[str, dict[str, Any]]:
    """Return two-year scores where a killing was already under way at the base, and where none was."""
    return {
        name: {**part(two_year, rows, forecasts), **_apart(pairs, rows, forecasts)}
        for name, rows in (("under_way", under_way), ("none_under_way", ~under_way))
    }


def _apart(pairs: Pairs, rows: np.ndarray, forecasts: Sequence[str]) -> dict[str, Any]:
    """Return the difference of ``onset_v2`` to the rival on a part of the rows."""
    return {"differences": {m: pairs.within(m, RIVAL, rows) for m in JUDGED if m in forecasts and "v2" in m}}


def part(two_year: TwoYear, rows: np.ndarray, forecasts: Sequence[str]) -> dict[str, Any]:
    """Return rows, positives and scores of every model on a part of the slate that all of them have.

    Lists are those of whole years: a place is looked for among all places of its year, not among those of the part.
    """
    whole = np.all([~np.isnan(two_year.p[m]) for m in forecasts], axis=0)
    years = two_year.keep(whole)
    inside = rows[whole] & ~np.isnan(years.label)
    slate = years.keep(inside)
    found = {}
    for model in forecasts if len(slate.label) else ():
        lists = {k: chance[inside] for k, chance in years.lists(model).items()}
        by_name = slate.metrics(model, None, lists)
        found[model] = {k: by_name[k] for k in PARTIAL}
    return {"rows": len(slate.label), "positives": int(slate.label.sum()), "models": found}


def reliability(two_year: TwoYear, forecasts: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Return reliability bins of every model but climatology, which has one value a year."""
    out = {}
    for model in forecasts:
        if model != "climatology":
            rows = ~np.isnan(two_year.p[model])
            out[model] = probability.reliability(two_year.label[rows], two_year.p[model][rows], EDGES)
    return out


def onset_ranks(edition: Edition, by_rule: Rule, asked: pl.DataFrame) -> list[dict[str, Any]]:
    """Return every onset of the rival's rows with the better rank of two base years by each model (null: none)."""
    known = places()
    name = {str(c): n for c, n in asked.select("ccode", "ewp_name").iter_rows()}
    ranks = {m: by_rule.best_rank(m) for m in (RIVAL, *JUDGED) if m in by_rule.rank}

    def whole(value: float) -> int | None:
        return None if math.isnan(value) else int(value)

    rows = []
    for i in np.flatnonzero(by_rule.label == 1):
        code, year = str(by_rule.place[i]), int(by_rule.year[i])
        rows.append(
            {"place": known.from_code("cow", code, year), "name": name.get(code, code), "year": year}
            | {f"rank_{m.replace('@', '_')}": whole(rank[i]) for m, rank in ranks.items()}
        )
    return rows


def misses_and_gains(ranked: list[dict[str, Any]], model: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return misses (outside a model's top 30) worst first, and gains (in its top 30, not in the rival's)."""
    key = f"rank_{model}"

    def outside(row: dict[str, Any], key: str) -> bool:
        return row[key] is None or row[key] > LISTED

    missed = sorted((r for r in ranked if outside(r, key)), key=lambda r: -(r[key] or 10_000))
    gained = [r for r in ranked if not outside(r, key) and outside(r, f"rank_{RIVAL}")]
    return missed, sorted(gained, key=lambda r: r[key])


def clean(value: Any) -> Any:
    """Return plain JSON values: NaN becomes null, numbers of numpy become Python's."""
    if isinstance(value, dict):
        return {k: clean(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [clean(v) for v in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, float | np.floating):
        return None if math.isnan(value) else round(float(value), 6)
    return int(value) if isinstance(value, np.integer) else value
