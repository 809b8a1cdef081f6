"""The monthly layer judged: scores after 0, 1, 3 and 6 months seen, against the yearly list on the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tocsin.catalog.models import card, looks
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.evidence.forecast import record
from tocsin.evidence.forecast.monthly import columns, onsets, rolling
from tocsin.evidence.forecast.monthly.judged import Judged, judged
from tocsin.evidence.forecast.score import bootstrap, probability, ranking
from tocsin.evidence.forecast.score.head_to_head import clean
from tocsin.evidence.series import LAG_MONTHS

SEEN = (0, 1, 3, 6)
LISTS = (10, 30)
PERIODS = {"test": (2010, 2021), "development": (1994, 2004), "between": (2005, 2009), "study": (1997, 2020)}
"""Target years: ``test`` is the headline; ``development`` chose the layer; ``between`` did neither; ``study`` is the
span of an earlier study and holds eight development years."""
METRICS = ("auc", "ap", "recall10", "recall30", "log_loss", "brier", "expected_over_observed")
RANKS = ("auc", "ap", "recall10", "recall30")
LAYER, YEARLY, CARRIED, DEATHS = "onset_monthly_v1", "onset_v1", "onset_v1_one_year", "one_sided_deaths"
MODELS = (LAYER, YEARLY, CARRIED, DEATHS)
RULES = {
    "months_seen": "after k months of the year have ended, with deaths up to month k-1: one month late",
    "training": "target years from 1990 that ended before the one forecast, with known months",
    YEARLY: "the yearly forecast of the base year before, as it stands: two years ahead, the static list",
    CARRIED: "the same carried to one year by one shift of the log-odds, learnt on earlier years; ranks of a year stay",
    DEATHS: "one-sided deaths in the recent months, as a list; where they are not known the place comes last",
    "differences": (
        "layer - onset_v1 for ranks, layer - onset_v1_one_year for probabilities; countries redrawn whole; middle 95%"
    ),
    "recall": "lists of exactly 10 and 30 places a year, ties at random (expectation, no draw)",
    "not_refreshed": "rows without a month they need keep the yearly forecast carried to one year",
    "detection": "after k > 0 months a score partly sees the onset itself: onsets are known by year alone",
    "undefined": "null: not defined or not known, never 0",
}


def run(ctx: Context, *, bases: Sequence[Path] = (), draws: int = bootstrap.DRAWS) -> dict[str, Any]:
    """Return the object of ``tocsin score monthly``.

    ``bases``: folders of yearly records made under other seeds (``tocsin score record --to``); the layer itself draws
    nothing, so its spread over seeds is that of its base. Raises Refused when no yearly record is bundled.
    """
    from tocsin.evidence.panel import country_year
    from tocsin.evidence.store import load_tables

    kept = record.read()
    if kept is None:
        raise Refused("no yearly record is bundled", todo="Make one: tocsin score record")
    tables = load_tables(ctx)
    panel = country_year(tables)
    figures = columns.deaths(tables.country_month)
    ctx.progress("monthly layer: one fit a year and month seen")
    whole = judged(kept.history, panel, figures, range(12))
    ctx.progress(f"intervals: {draws} redraws of countries")
    seed = ctx.seed_for("score", "monthly")
    result = {
        "model_card": card(LAYER).ref,
        "periods": {name: period(whole, *span, seed, draws) for name, span in PERIODS.items()},
        "seeds": seeds(whole, {path.name: _other(path, kept) for path in bases}, panel, figures, kept),
        "lead": {name: onsets.lead(whole, *PERIODS[name]) for name in ("test", "study")},
        "onsets": onsets.listed(whole, kept.history, panel),
        "rules": {**RULES, **onsets.RULES},
        "yearly_record": {k: kept.about[k] for k in ("model", "inputs_sha256", "seed")},
        "months": {"first": tables.covered_months()[0], "last": tables.covered_months()[-1]},
        "bootstrap_draws": draws,
        "seed": ctx.settings.seed,
        "looks": len(looks(LAYER)),
    }
    return clean(result)  # type: ignore[no-any-return]


def _other(path: Path, kept: record.Kept) -> record.Kept:
    """Return a yearly record made under another seed. Raises Refused when it is not of the same inputs."""
    other = record.read(path)
    if other is None or other.about["inputs_sha256"] != kept.about["inputs_sha256"]:
        raise Refused("this folder holds no yearly record of the same inputs", where=str(path))
    return other


def period(whole: Judged, first: int, last: int, seed: int, draws: int) -> dict[str, Any]:
    """Return rows, onsets and, for each number of months seen, every model's scores and the layer's differences."""
    inside = (whole.rows.year >= first) & (whole.rows.year <= last) & ~np.isnan(whole.rows.label)
    weights = bootstrap.country_weights(whole.rows.place[inside], seed, draws)
    out: dict[str, Any] = {}
    for k in SEEN:
        redrawn = {m: _redrawn(whole, p[inside], inside, weights) for m, p in forecasts(whole, k).items()}
        gap = {
            **bootstrap.differences(redrawn[LAYER], redrawn[YEARLY]),
            **{n: d for n, d in bootstrap.differences(redrawn[LAYER], redrawn[CARRIED]).items() if n not in RANKS},
        }
        out[str(k)] = {
            "not_refreshed": int((~whole.seen[k].refreshed[inside]).sum()),
            "begun": _begun(whole, k, inside),
            "models": {model: _with_interval(model, r) for model, r in redrawn.items()},
            "differences": {n: gap[n] for n in METRICS if n != "expected_over_observed"},
        }
    label = whole.rows.label[inside]
    return {"years": [first, last], "rows": len(label), "onsets": int(label.sum()), "seen": out}


def _begun(whole: Judged, seen: int, inside: np.ndarray) -> dict[str, Any]:
    """Return how many onsets had already counted 100 deaths in the months used, and how many others were listed."""
    every = whole.rows.keep(inside)
    used = max(seen - LAG_MONTHS, 0)
    killed = whole.figures.one_sided.whole(every.place, columns.last_month(every.year, seen), used)
    begun = (every.label == 1) & (killed >= onsets.CROSSING_DEATHS)
    others = (every.label == 1) & ~begun
    listed = {
        model: {str(k): float(ranking.listed_by_year(every.year, p[inside], k)[others].sum()) for k in LISTS}
        for model, p in forecasts(whole, seen).items()
        if model in (LAYER, YEARLY)
    }
    return {"begun": int(begun.sum()), "others": int(others.sum()), **listed}


def forecasts(whole: Judged, seen: int) -> dict[str, np.ndarray]:
    """Return each model's numbers (n,) after so many months seen; deaths are a list and no probability."""
    made, every = rolling.settings(), whole.rows
    last = columns.last_month(every.year, seen)
    killed = whole.figures.one_sided.whole(every.place, last, made.windows.width(seen))
    return {
        LAYER: whole.seen[seen].p,
        YEARLY: every.yearly,
        CARRIED: whole.seen[seen].one_year,
        DEATHS: np.where(np.isnan(killed), -1.0, killed),
    }


def _redrawn(whole: Judged, p: np.ndarray, inside: np.ndarray, weights: np.ndarray) -> bootstrap.Redrawn:
    """Return one model's scores on all rows of a part and on every redraw of countries."""
    label, year = whole.rows.label[inside], whole.rows.year[inside]
    lists = {k: ranking.listed_by_year(year, p, k) for k in LISTS}
    chance = bool((p >= 0).all() and (p <= 1).all())

    def metrics(w: np.ndarray | None) -> dict[str, float]:
        unknown = float("nan")
        return {
            "auc": ranking.auc(label, p, w),
            "ap": ranking.average_precision(label, p, w),
            **{f"recall{k}": ranking.share(label, listed, w) for k, listed in lists.items()},
            "log_loss": probability.log_loss(label, p, w) if chance else unknown,
            "brier": probability.brier(label, p, w) if chance else unknown,
            "expected_over_observed": probability.expected_over_observed(label, p, w) if chance else unknown,
        }

    return bootstrap.redraw(metrics, weights, METRICS)


def _with_interval(model: str, found: bootstrap.Redrawn) -> dict[str, dict[str, float]]:
    """Return {metric: {est, low, high}} of one model; a two-year probability is not judged as one of one year."""
    out = {}
    for i, name in enumerate(found.names):
        if model == YEARLY and name not in RANKS:
            continue
        drawn = found.drawn[:, i][~np.isnan(found.drawn[:, i])]
        low, high = np.percentile(drawn, [2.5, 97.5]) if len(drawn) else (float("nan"), float("nan"))
        out[name] = {"est": float(found.whole[i]), "low": float(low), "high": float(high)}
    return out


def seeds(
    whole: Judged, others: Mapping[str, record.Kept], panel: Any, figures: columns.Deaths, kept: record.Kept
) -> list[dict[str, Any]]:
    """Return layer and yearly list on test and study years under each seed of the base, the bundled one first."""
    made = [(kept.about["seed"], whole)]
    made += [(one.about["seed"], judged(one.history, panel, figures, SEEN)) for one in others.values()]
    out = []
    for seed, one in made:
        for name in ("test", "study"):
            first, last = PERIODS[name]
            inside = (one.rows.year >= first) & (one.rows.year <= last) & ~np.isnan(one.rows.label)
            for k in SEEN:
                p = forecasts(one, k)
                scored = {m: _redrawn(one, p[m][inside], inside, np.zeros((0, inside.sum()))) for m in (LAYER, YEARLY)}
                models = {m: dict(zip(r.names, r.whole.tolist(), strict=True)) for m, r in scored.items()}
                out.append({"seed": seed, "period": name, "seen": k, "models": models})
    return out
