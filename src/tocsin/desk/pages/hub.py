"""The hub: forecasts made elsewhere, taken in by one set of rules and scored beside ours. Open to all."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tocsin.catalog.outcomes import outcomes
from tocsin.desk.context import context
from tocsin.response.register import submissions

Row = dict[str, Any]
CHANCE = {
    "auc": ("AUC", 3),
    "ap": ("average precision", 3),
    "brier": ("Brier", 4),
    "log_loss": ("log loss", 4),
    "brier_skill": ("skill over climatology", 3),
    "recall10": ("recall in 10", 3),
    "recall30": ("recall in 30", 3),
}
COUNT = {"crps": ("CRPS, deaths", 2)}
MOST_WEIGHTS = 12


@login_not_required
@require_safe
def hub(request: HttpRequest) -> HttpResponse:
    """Show what was accepted, in time or not, what it scored on rows all have, and what the pool made of it."""
    home = context().settings.home
    taken = submissions.accepted(home)
    handed_in = [s for s in taken if s["kind"] != "pool"]
    return render(
        request,
        "desk/hub.html",
        {
            "accepted": [_line(s) for s in taken],
            "teams": len({s["metadata"]["team"] for s in handed_in}),
            "handed_in": len(handed_in),
            "in_time": sum("live" in s["standing"] for s in handed_in),
            "targets": [_target(told) for told in submissions.scores(home)],
            "weights": _weights(taken),
        },
    )


def _line(said: Row) -> Row:
    """Return one accepted forecast as the page lists it."""
    origins, about = said["origins"], said["metadata"]
    return {
        "model_id": said["model_id"],
        "team": about["team"],
        "model": about["model"],
        "licence": about["licence"],
        "targets": [_title(t) for t in said["targets"]],
        "origin": origins[0] if len(origins) == 1 else f"{origins[0]} to {origins[-1]}",
        "rows": said["questions"],
        "places": said["places"],
        "received_at": said["received_at"],
        "standing": [(word, n) for word, n in said["standing"].items()],
        "hash": said["sha256"][:12],
    }


def _title(target: str) -> str:
    """Return what an axis calls a target."""
    return outcomes()[target].axis_label if target in outcomes() else target


def _target(told: Row) -> Row:
    """Return the tables of one target, scores as text."""
    names = COUNT if any("crps" in m for t in told["tables"] for m in t["models"].values()) else CHANCE
    decisive = "crps" if names is COUNT else "log_loss"
    return {
        "title": _title(told["target"]),
        "scored_at": told["scored_at"],
        "looks": told["looks"],
        "several": len({t.get("horizon") for t in told["tables"]}) > 1,
        "heads": [words for words, _ in names.values()],
        "decisive": names[decisive][0],
        "waiting": [w for w in told["waiting"] if submissions.PERSON not in w["model_id"]],
        "tables": [{**t, "lines": _lines(t, names, decisive)} for t in told["tables"] if t["rows"]],
    }


def _lines(table: Row, names: dict[str, tuple[str, int]], decisive: str) -> list[Row]:
    """Return a row a model: its scores, and the submission's difference to it."""
    return [
        {
            "model": model,
            "figures": [_figure(found.get(n), digits) for n, (_, digits) in names.items()],
            "difference": _difference(table["differences"].get(model, {}).get(decisive), names[decisive][1]),
        }
        for model, found in sorted(table["models"].items(), key=lambda pair: (pair[0] != table["model_id"], pair[0]))
    ]


def _figure(value: float | None, digits: int) -> str:
    return "not known" if value is None else f"{value:.{digits}f}"


def _difference(found: Row | None, digits: int) -> str:
    """Return a difference and its interval; a dash where there is none."""
    if not found or found["est"] is None or found["low"] is None:
        return "–"
    return f"{found['est']:+.{digits}f} ({found['low']:+.{digits}f} to {found['high']:+.{digits}f})"


def _weights(taken: list[Row]) -> Row | None:
    """Return the weights of the newest pool, newest origins first; None when nothing was pooled."""
    pool = next((s for s in taken if s["kind"] == "pool"), None)
    if pool is None:
        return None
    told = pool["weights"][::-1][:MOST_WEIGHTS]
    members = sorted({m for t in told for m in t["weight"]})
    lines = [
        {
            "origin": t["origin"],
            "shares": [f"{t['weight'][m]:.2f}" if m in t["weight"] else "silent" for m in members],
            "how": f"learned on {t['cases']} cases of {len(t['origins'])} closed origins"
            if t["learned"]
            else f"equal: {t['why_equal']}",
        }
        for t in told
    ]
    return {
        "title": _title(pool["targets"][0]),
        "members": members,
        "lines": lines,
        "more": len(pool["weights"]) - len(told),
    }
