"""One slate: the rows all models are judged on together, under the fair two-year scoring and under EWP's own rule.

Two-year: one row a country and base year; the forecast of that base against "an onset in either of the next two
years"; rows whose window has not ended are left out.
EWP's rule: one row a country and target year; the higher risk and the better rank of the two base years before it,
against "an onset in that very year". It is generous (each onset is looked for in two lists), so recall is given again
with the two lists taken apart: the chance that the country stood in at least one of two lists of exactly k, ties at
random.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.evidence.forecast.score import probability as prob
from tocsin.evidence.forecast.score import ranking as rank

KS = (10, 20, 30)
PAIRED = ("auc", "ap", "brier", "log_loss", "brier_skill", "recall10", "recall20", "recall30")
PAIRED_RULE = ("auc", "ap", "recall10", "recall20", "recall30")


@dataclass(frozen=True)
class TwoYear:
    """Rows of the two-year scoring: place, base year, label (n,) and each model's probability (n,)."""

    place: np.ndarray
    year: np.ndarray
    label: np.ndarray
    p: dict[str, np.ndarray]
    reference: str = "climatology"

    def lists(self, model: str) -> dict[int, np.ndarray]:
        """Return each row's chance of standing in its year's top k, for each k."""
        return {k: rank.listed_by_year(self.year, self.p[model], k) for k in KS}

    def metrics(
        self, model: str, weight: np.ndarray | None = None, lists: dict[int, np.ndarray] | None = None
    ) -> dict[str, float]:
        """Return every score of one model; lists are those really issued, only the weight of countries is redrawn."""
        y, p = self.label, self.p[model]
        brier = prob.brier(y, p, weight)
        out = {
            "auc": rank.auc(y, p, weight),
            "ap": rank.average_precision(y, p, weight),
            "brier": brier,
            "log_loss": prob.log_loss(y, p, weight),
            "brier_skill": prob.skill(brier, prob.brier(y, self.p[self.reference], weight)),
        }
        for k, chance in (lists or self.lists(model)).items():
            out[f"recall{k}"] = rank.share(y, chance, weight)
        return out

    def full(self, model: str) -> dict[str, float]:
        """Return ``metrics`` with what is not redrawn: calibration, totals, log-loss skill, mean within-year AUC."""
        y, p = self.label, self.p[model]
        slope, intercept = prob.calibration(y, p)
        yearly = [rank.auc(y[self.year == b], p[self.year == b]) for b in np.unique(self.year)]
        return {
            **self.metrics(model),
            "slope": slope,
            "intercept": intercept,
            "expected_over_observed": prob.expected_over_observed(y, p),
            "log_loss_skill": prob.skill(prob.log_loss(y, p), prob.log_loss(y, self.p[self.reference])),
            "mean_within_year_auc": float(np.nanmean(yearly)) if not np.isnan(yearly).all() else float("nan"),
        }

    def keep(self, rows: np.ndarray) -> TwoYear:
        """Return the slate of some rows (boolean, n)."""
        return TwoYear(
            self.place[rows], self.year[rows], self.label[rows], {m: p[rows] for m, p in self.p.items()}, self.reference
        )


@dataclass(frozen=True)
class Rule:
    """Rows of EWP's rule: place, target year, onset (n,); a model's risk and min rank at two bases (NaN: none)."""

    place: np.ndarray
    year: np.ndarray
    label: np.ndarray
    risk: dict[str, tuple[np.ndarray, np.ndarray]]
    rank: dict[str, tuple[np.ndarray, np.ndarray]]
    listed: dict[str, dict[int, np.ndarray]]

    def best_risk(self, model: str) -> np.ndarray:
        """Return the higher of the two risks."""
        return np.fmax(*self.risk[model])

    def best_rank(self, model: str) -> np.ndarray:
        """Return the better of the two ranks."""
        return np.fmin(*self.rank[model])

    def metrics(self, model: str, weight: np.ndarray | None = None) -> dict[str, float]:
        """Return AUC, average precision and recall by EWP's rule, and recall with the two lists apart."""
        y, p, best = self.label, self.best_risk(model), self.best_rank(model)
        out = {"auc": rank.auc(y, p, weight), "ap": rank.average_precision(y, p, weight)}
        for k in KS:
            out[f"recall{k}"] = rank.share(y, (best <= k).astype(float), weight)
        for k in KS:
            out[f"two_lists_recall{k}"] = rank.share(y, self.listed[model][k], weight)
        return out

    def keep(self, rows: np.ndarray) -> Rule:
        """Return the slate of some rows (boolean, n)."""
        return Rule(
            self.place[rows],
            self.year[rows],
            self.label[rows],
            {m: (a[rows], b[rows]) for m, (a, b) in self.risk.items()},
            {m: (a[rows], b[rows]) for m, (a, b) in self.rank.items()},
            {m: {k: c[rows] for k, c in per.items()} for m, per in self.listed.items()},
        )


def rule(
    place: np.ndarray, target: np.ndarray, label: np.ndarray, bases: dict[str, dict[tuple[str, int], float]]
) -> Rule:
    """Build EWP's rule for targets from each model's forecasts by (place, base year).

    Ranks are among the places the model is asked about in that base year, ties sharing the best (min) rank. A base
    without forecast (the year before the record begins) counts as absent: the other base decides alone.
    """
    risk, ranks, listed = {}, {}, {}
    for model, forecasts in bases.items():
        rank_of: dict[tuple[str, int], float] = {}
        chance_of: dict[int, dict[tuple[str, int], float]] = {k: {} for k in KS}
        for base in {b for _, b in forecasts}:
            keys = sorted(key for key in forecasts if key[1] == base)
            p = np.array([forecasts[key] for key in keys])
            rank_of.update(zip(keys, rank.min_rank(p).astype(float), strict=True))
            for k in KS:
                chance_of[k].update(zip(keys, rank.listed(p, k), strict=True))

        def at(values: dict[tuple[str, int], float], back: int, default: float) -> np.ndarray:
            return np.array([values.get((p, int(t) - back), default) for p, t in zip(place, target, strict=True)])

        risk[model] = (at(forecasts, 1, np.nan), at(forecasts, 2, np.nan))
        ranks[model] = (at(rank_of, 1, np.nan), at(rank_of, 2, np.nan))
        listed[model] = {k: 1 - (1 - at(chance_of[k], 1, 0.0)) * (1 - at(chance_of[k], 2, 0.0)) for k in KS}
    return Rule(place, target, label, risk, ranks, listed)
