"""The part of the track record that goes by month: every onset, misses first, and what the monthly refresh adds."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from tocsin.core.numbers import percent

FILE = files("tocsin") / "data" / "snapshot" / "forecasts" / "monthly_record.json"
METRICS = {
    "auc": ("AUC", 2),
    "ap": ("average precision", 3),
    "recall10": ("recall in 10", 2),
    "recall30": ("recall in 30", 2),
    "log_loss": ("log loss", 4),
}
MODELS = {
    "onset_monthly_v1": "refreshed by month (onset_monthly_v1)",
    "onset_v1": "yearly list (onset_v1)",
    "one_sided_deaths": "deaths counted, nothing learnt",
}
PERIODS = {
    "test": "Test years: nothing was chosen on them",
    "study": "Span of an earlier study; the layer was chosen on its years to 2004",
    "development": "Development years: the layer was chosen on them",
}
AHEAD = {
    "24": "24 months before",
    "12": "12 months before",
    "last_yearly": "last yearly list",
    "6": "6 months before",
    "1": "1 month before",
}


@cache
def published() -> dict[str, Any] | None:
    """Return the measured record of the monthly layer; None when none was published."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else None


def shown() -> dict[str, Any] | None:
    """Return what the page shows of it: onsets, scores and lead as text; None when there is nothing to show."""
    told = published()
    if told is None:
        return None
    onsets = [_onset(o) for o in told["onsets"]]
    return {
        "missed": [o for o in onsets if o["missed"]],
        "listed": [o for o in onsets if not o["missed"]],
        "count": len(onsets),
        "heads": list(AHEAD.values()),
        "rules": told["rules"],
        "metrics": [name for name, _ in METRICS.values()],
        "periods": [_period(told["periods"][name], words) for name, words in PERIODS.items()],
        "lead": told["lead"]["test"],
        "lead_study": told["lead"]["study"],
        "looks": told["looks_log"],
        "command": told["command"],
    }


def _onset(one: dict[str, Any]) -> dict[str, Any]:
    """Return one row: rank and probability at each distance, with the year where the figure is of another."""
    by_month = ("6", "1")
    cells = []
    for key in AHEAD:
        said = one["ahead"][key]
        if said is None:
            cells.append("not known")
            continue
        other = f", of {said['of_year']}" if key in by_month and said["of_year"] != one["year"] else ""
        cells.append(f"{said['rank']} ({percent(said['p'])}{other})")
    return {**one, "cells": cells}


def _period(part: dict[str, Any], words: str) -> dict[str, Any]:
    """Return the scores of one period, a row a month seen and model."""
    rows = [
        {"seen": seen, "model": MODELS[model], "figures": [_figure(_scores(found, model), name) for name in METRICS]}
        for seen, found in part["seen"].items()
        for model in MODELS
    ]
    return {
        "words": words,
        "rows": part["rows"],
        "onsets": part["onsets"],
        "years": part["years"],
        "scores": rows,
        "begun": [_begun(seen, found["begun"]) for seen, found in part["seen"].items() if int(seen)],
    }


def _scores(found: dict[str, Any], model: str) -> dict[str, Any]:
    """Return a model's scores; as a probability of one year the yearly list is judged carried to one year."""
    mine = found["models"][model]
    return {**mine, "log_loss": found["models"]["onset_v1_one_year"]["log_loss"]} if model == "onset_v1" else mine


def _begun(seen: str, found: dict[str, Any]) -> dict[str, Any]:
    """Return how many onsets had begun to be counted, and how many of the others each list of 10 held."""
    ours, yearly = (f"{found[model]['10']:g}" for model in ("onset_monthly_v1", "onset_v1"))
    return {"seen": int(seen), "begun": found["begun"], "others": found["others"], "ours": ours, "yearly": yearly}


def _figure(scores: dict[str, Any], name: str) -> str:
    """Return an estimate with its interval, or a dash where the score does not apply."""
    found = scores.get(name)
    if found is None or found["est"] is None:
        return "–"
    digits = METRICS[name][1]
    low, high = (f"{found[edge]:.{digits}f}" for edge in ("low", "high"))
    return f"{found['est']:.{digits}f} ({low} to {high})"
