"""From judged rows to figures: scores of every model on all rows and on quiet ones, differences, ratios, coverage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import nan
from typing import Any

import numpy as np

from tocsin.evidence.forecast.score import bootstrap, crps
from tocsin.evidence.forecast.score.probability import TINY, brier, expected_over_observed, log_loss, reliability
from tocsin.evidence.forecast.score.ranking import auc, average_precision
from tocsin.evidence.forecast.violence.judge import INTERVALS, Judged

METRICS = {"log_loss": log_loss, "brier": brier, "auc": auc, "ap": average_precision}
RIVALS = ("persistence", "conflictology", "climatology_monthly")
PAIRED = ("persistence", "conflictology")
EDGES = (0.0, 0.01, 0.03, 0.1, 0.3, 0.6, 0.9, 1.0)
STARTS = ((1, 2), (3, 14), (15, 36))


def threshold(rows: Judged, seed: int, draws: int) -> dict[str, Any]:
    """Return the figures of one floor and horizon: on all rows, and on rows whose last year stayed below the floor."""
    return {
        "all": _threshold(rows, seed, draws),
        "quiet": _threshold(rows.keep(rows.quiet), seed, draws),
        "reliability": reliability(rows.seen, rows.by_model["violence_v1"]["p"], EDGES),
        "years": [
            {"year": int(y), "cases": int(part.seen.sum()), "rows": len(part.seen)}
            | {m: log_loss(part.seen, part.by_model[m]["p"]) for m in ("violence_v1", *RIVALS)}
            for y in np.unique(rows.year)
            for part in [rows.keep(rows.year == y)]
        ],
    }


def _threshold(rows: Judged, seed: int, draws: int) -> dict[str, Any]:
    models = {
        m: {name: metric(rows.seen, parts["p"]) for name, metric in METRICS.items()}
        | {"expected_over_observed": expected_over_observed(rows.seen, parts["p"])}
        for m, parts in rows.by_model.items()
    }
    differences = {}
    if draws and rows.seen.sum() > 0:
        weights = bootstrap.country_weights(rows.place, seed, draws)
        redrawn = {
            m: bootstrap.redraw(_quickly(rows.seen, rows.by_model[m]["p"]), weights, tuple(METRICS))
            for m in ("violence_v1", *PAIRED)
        }
        differences = {m: bootstrap.differences(redrawn["violence_v1"], redrawn[m]) for m in PAIRED}
    return {
        "rows": len(rows.seen),
        "cases": int(rows.seen.sum()),
        "places_with_cases": len(set(rows.place[rows.seen > 0])),
        "models": models,
        "differences": differences,
    }


def _quickly(y: np.ndarray, p: np.ndarray) -> Callable[[np.ndarray | None], dict[str, float]]:
    """Return the four scores as a function of row weights, with what does not depend on the weights done once."""
    kept = np.clip(p, TINY, 1 - TINY)
    loss = -(y * np.log(kept) + (1 - y) * np.log1p(-kept))
    square = (p - y) ** 2
    _, tie = np.unique(-p, return_inverse=True)

    def scores(weight: np.ndarray | None) -> dict[str, float]:
        w = np.ones(len(y)) if weight is None else weight
        cases, every = np.bincount(tie, weights=w * y), np.bincount(tie, weights=w)
        hits, seen, total = np.cumsum(cases), np.cumsum(every), w.sum()
        others = every - cases
        if not 0 < hits[-1] < total:
            return {"log_loss": float(loss @ w / total), "brier": float(square @ w / total), "auc": nan, "ap": nan}
        above = hits - cases / 2
        precision = np.divide(hits, seen, out=np.zeros_like(hits), where=seen > 0)
        return {
            "log_loss": float(loss @ w / total),
            "brier": float(square @ w / total),
            "auc": float((others * above).sum() / (hits[-1] * others.sum())),
            "ap": float((cases * precision).sum() / hits[-1]),
        }

    return scores


def count(rows: Judged, seed: int, draws: int) -> dict[str, Any]:
    """Return the figures of one count.

    CRPS against conflictology pooled and by years, log scale, coverage, by leads.
    """
    spans = {f"{first}-{last}": (rows.lead >= first) & (rows.lead <= last) for first, last in STARTS}
    return {
        "all": _count(rows, seed, draws),
        "quiet": _count(rows.keep(rows.quiet), seed, draws),
        "not_quiet": _count(rows.keep(~rows.quiet), seed, draws),
        "leads": {name: _count(rows.keep(keep), seed, draws) for name, keep in spans.items()},
        "years": [
            {"year": int(y), "rows": int((rows.year == y).sum())}
            | {m: float(parts["crps"][rows.year == y].mean()) for m, parts in rows.by_model.items()}
            for y in np.unique(rows.year)
        ],
    }


def _count(rows: Judged, seed: int, draws: int) -> dict[str, Any]:
    if not len(rows.seen):
        return {"rows": 0, "models": {}}
    base = rows.by_model["conflictology"]
    weights = _sums(rows, seed, draws)
    models = {}
    for m, parts in rows.by_model.items():
        pooled = crps.ratio(parts["crps"], base["crps"])
        models[m] = {
            "crps": float(parts["crps"].mean()),
            "log_crps": float(parts["log"].mean()),
            "ratio_pooled": pooled,
            "ratio_years": crps.yearly_ratio(parts["crps"], base["crps"], rows.year),
            "log_ratio_pooled": crps.ratio(parts["log"], base["log"]),
            "covered": {name: float(parts[f"in{name}"].mean()) for name in INTERVALS},
            **_intervals(rows, parts, base, weights),
        }
    return {"rows": len(rows.seen), "with_deaths": int((rows.seen > 0).sum()), "models": models}


def _sums(rows: Judged, seed: int, draws: int) -> np.ndarray:
    """Return how often each country is drawn (draws, countries)."""
    n = len(np.unique(rows.place.astype(str)))
    picks = np.random.default_rng(seed).integers(0, n, size=(draws, n))
    return np.stack([np.bincount(row, minlength=n) for row in picks]).astype(float) if draws else np.zeros((0, n))


def _intervals(
    rows: Judged, parts: Mapping[str, np.ndarray], base: Mapping[str, np.ndarray], weights: np.ndarray
) -> dict[str, list[float]]:
    """Return the middle 95% of both ratios over redraws of countries."""
    if not len(weights):
        return {}
    _, country = np.unique(rows.place.astype(str), return_inverse=True)
    years, year = np.unique(rows.year, return_inverse=True)
    shape = (weights.shape[1], len(years))

    def table(values: np.ndarray) -> np.ndarray:
        out = np.zeros(shape)
        np.add.at(out, (country, year), values)
        return weights @ out

    ours, rival = table(parts["crps"]), table(base["crps"])
    some = rival > 0
    each = np.divide(ours, rival, out=np.zeros_like(ours), where=some)
    drawn = some.any(axis=1)
    if not drawn.any():
        return {}
    pooled = ours[drawn].sum(axis=1) / rival[drawn].sum(axis=1)
    yearly = each[drawn].sum(axis=1) / some[drawn].sum(axis=1)
    return {
        "ratio_pooled_95": [float(v) for v in np.percentile(pooled, [2.5, 97.5])],
        "ratio_years_95": [float(v) for v in np.percentile(yearly, [2.5, 97.5])],
    }


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return how far seeds stand apart: lowest, highest, mean."""
    return {"low": float(min(values)), "high": float(max(values)), "mean": float(np.mean(values)), "seeds": len(values)}


def plain(value: Any) -> Any:
    """Return figures as JSON has them: a score that is not defined is null."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return None if isinstance(value, float) and np.isnan(value) else value
