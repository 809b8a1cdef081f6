"""The track record: why believe the forecasts. Misses first, losses included. Open to all."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.catalog.geography import places
from tocsin.catalog.models import IN_FORCE
from tocsin.desk.charts import forest
from tocsin.desk.charts.reliability import Bin, added_up, reliability
from tocsin.desk.charts.svg import Chart
from tocsin.desk.context import context
from tocsin.desk.pages import track_monthly
from tocsin.response.oversight.live_record import live_record

FOLDER = files("tocsin") / "data" / "snapshot" / "forecasts"
FIRST_BASE, LIST = 1993, 10
LISTS = ("recall10", "recall20", "recall30")
RULED = ("auc", "ap", *LISTS, *(f"two_lists_{name}" for name in LISTS))
FAIR = ("auc", "ap", "brier", "log_loss", "brier_skill", "slope", "intercept", "expected_over_observed")
WORDS = {
    "auc": "AUC",
    "ap": "average precision",
    "brier": "Brier",
    "log_loss": "log loss",
    "brier_skill": "skill over climatology",
    "slope": "calibration slope",
    "intercept": "intercept",
    "expected_over_observed": "expected ÷ observed",
    "recall10": "recall in 10",
    "recall20": "recall in 20",
    "recall30": "recall in 30",
    "two_lists_recall10": "two lists of 10",
    "two_lists_recall20": "two lists of 20",
    "two_lists_recall30": "two lists of 30",
}
LOWER_IS_BETTER = {"brier", "log_loss"}


@cache
def published() -> dict[str, Any] | None:
    """Return the figures measured against the rival; None when none were published."""
    file = FOLDER / "track_record.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


@cache
def alarms() -> dict[str, Any] | None:
    """Return what became of the ten places ranked highest each year in the bundled record; None without a record.

    ``by_place`` lists the places that stood there most often with no onset in the two years that followed.
    """
    file = FOLDER / f"{IN_FORCE['mass_killing_onset']}_history.parquet"
    if not file.is_file():
        return None
    query = """
        SELECT place_id, base_year, label FROM (
            SELECT *, row_number() OVER (PARTITION BY base_year ORDER BY p DESC, place_id) AS rank
            FROM read_parquet(?) WHERE base_year >= ? AND p IS NOT NULL
        ) WHERE rank <= ? AND label IS NOT NULL AND NOT isnan(label)
    """
    with duckdb.connect() as connection:
        rows = connection.execute(query, [str(file), FIRST_BASE, LIST]).fetchall()
    nothing: dict[str, list[int]] = {}
    for place_id, year, label in rows:
        if not label:
            nothing.setdefault(place_id, []).append(year)
    most = sorted(nothing.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:12]
    return {
        "listed": len(rows),
        "came": sum(bool(label) for _, _, label in rows),
        "first": min(year for _, year, _ in rows),
        "last": max(year for _, year, _ in rows),
        "by_place": [
            {"name": places()[p].name if p in places() else p, "times": len(y), "first": min(y), "last": max(y)}
            for p, y in most
        ],
    }


def _figure(value: float | None, name: str = "") -> str:
    places_shown = 4 if name in LOWER_IS_BETTER else 3
    return "not known" if value is None else f"{value:.{places_shown}f}"


def _scores(told: dict[str, Any], rule: str, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return a row a model: its scores in the order of ``names``, as text."""
    return [
        {"model": model, "figures": [_figure(scores[rule].get(name), name) for name in names]}
        for model, scores in told["models"].items()
    ]


def differences(told: dict[str, Any], rival: str = "EWP", model: str = "onset_v1") -> list[Chart]:
    """Draw a model's difference to ``EWP`` or ``zsum4`` with its interval, one chart a scale; right is better."""
    ours = told["differences"].get(model, {}) if rival == "EWP" else told.get(f"{model}_minus_{rival}", {})
    charts = []
    for key, title, wanted in (
        ("rank", "Ranking: AUC, average precision, recall", lambda n: n not in LOWER_IS_BETTER),
        ("prob", "Probabilities: Brier and log loss", lambda n: n in LOWER_IS_BETTER),
    ):
        rows = []
        for name, d in ours.items():
            plain = name.removeprefix("ewp_rule_")
            if d["est"] is None or d["low"] is None or not wanted(plain) or plain not in WORDS:
                continue
            sign = -1 if plain in LOWER_IS_BETTER else 1
            low, high = sorted((sign * d["low"], sign * d["high"]))
            label = WORDS[plain] + (" (EWP’s rule)" if plain != name else "")
            rows.append(forest.Difference(label, sign * d["est"], low, high))
        if rows:
            name = f"diff-{rival}-{key}" if model == "onset_v1" else f"diff-{model}-{rival}-{key}"
            charts.append(forest.differences(rows, key=name.lower(), title=title, rival=rival, ours=model))
    return charts


def behind(told: dict[str, Any], rival: str) -> list[str]:
    """Return in words the measures on which a rival's figure is the better one, whether or not the gap is a tie."""
    found = []
    for name, d in told.get(f"onset_v1_minus_{rival}", {}).items():
        plain = name.removeprefix("ewp_rule_")
        if d["est"] is None or plain not in WORDS or (d["est"] >= 0) is (plain not in LOWER_IS_BETTER):
            continue
        rule = "ewp_rule" if plain != name else "two_year"
        mine, theirs = (told["models"][m][rule].get(plain) for m in ("onset_v1", rival))
        by_rule = " (EWP’s rule)" if plain != name else ""
        told_theirs, told_mine = _figure(theirs, plain), _figure(mine, plain)
        if told_theirs != told_mine:
            found.append(f"{WORDS[plain]}{by_rule} {told_theirs} against our {told_mine}")
    return found


def _bins(told: dict[str, Any]) -> list[Bin]:
    return [
        Bin(b["forecast"], b["observed"], b["rows"], b["cases"])
        for b in told.get("reliability", {}).get("onset_v1", [])
        if b["rows"] and b["forecast"] is not None and b["observed"] is not None
    ]


def _calibration(told: dict[str, Any]) -> Chart | None:
    bins = _bins(told)
    return reliability(bins, key="rel", title="Reliability of onset_v1") if bins else None


def ran_high() -> str:
    """Return in a sentence how the figures of ``onset_v1`` added up against what happened; empty when not published."""
    told = published()
    bins = _bins(told) if told else []
    return f"Over {sum(b.n for b in bins):,} test forecasts {added_up(bins)}" if bins else ""


def _second(told: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the page says of ``onset_v2``, which stands beside the model in force; None before it was scored."""
    if "onset_v2" not in told["models"]:
        return None
    counted = told.get("counts", {}).get("onset_v2", {})
    cells = counted.get("cells", [])
    eras = [
        {**e, "bases": f"{e['bases'][0]}–{e['bases'][1]}", "expected": f"{e['expected']:.1f}"} for e in counted["eras"]
    ]
    return {
        "differences": differences(told, model="onset_v2"),
        "misses": told["misses_onset_v2"],
        "gains": told["gains_onset_v2"],
        "cells": len(cells),
        "inside": sum(c["covered"] for c in cells),
        "eras": eras,
        "looks": told["looks_onset_v2"],
        "looks_log": told["looks_log_onset_v2"],
    }


@login_not_required
@require_GET
def track_record(request: HttpRequest) -> HttpResponse:
    """Show misses, reliability, scores by era against rivals, alarms that came to nothing, and looks counted."""
    told = published()
    shown: dict[str, Any] = {
        "t": told,
        "alarms": alarms(),
        "monthly": track_monthly.shown(),
        "live": live_record(context().settings.home),
    }
    if told:
        eras = [
            {
                "bases": f"{era['bases'][0]}–{era['bases'][1]}",
                "rows": era["rows"],
                "positives": era["positives"],
                "models": [
                    {"model": m, "figures": [_figure(s.get(k), k) for k in ("auc", "ap", "log_loss", "recall30")]}
                    for m, s in (era["models"] or {}).items()
                ],
            }
            for era in told["eras"]
        ]
        rival_had = [m for m in told["misses"] if m.get("rank_ewp") is not None and m["rank_ewp"] <= 30]
        shown |= {
            "rival_had": rival_had,
            "ruled": _scores(told, "ewp_rule", RULED),
            "ruled_names": [WORDS[n] for n in RULED],
            "fair": _scores(told, "two_year", FAIR),
            "fair_names": [WORDS[n] for n in FAIR],
            "differences": differences(told),
            "against_sum": differences(told, "zsum4"),
            "behind_sum": behind(told, "zsum4"),
            "reliability": _calibration(told),
            "eras": eras,
            "second": _second(told),
        }
    return render(request, "desk/track_record.html", shown)
