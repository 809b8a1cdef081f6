"""Scores and weights for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tocsin.evidence.forecast.score.text import number

SHOWN = ("auc", "ap", "brier", "log_loss", "brier_skill", "recall10", "recall30", "expected_over_observed", "crps")
FOUR = ("brier", "log_loss")
PAIRED = ("auc", "ap", "log_loss", "crps")


def scores(result: Mapping[str, Any]) -> str:
    """Return every table of ``tocsin hub score``."""
    lines: list[str] = []
    for one in result["targets"]:
        lines.append(f"{one['target']}: looked at {one['looks']} times here so far")
        for t in one["tables"]:
            lines += ["", *_table(t)]
        for w in one["waiting"]:
            lines += ["", f"{w['model_id']}, {w['mark']}: {w['rows_submitted']:,} rows, no outcome known yet"]
    lines += ["", *result.get("not_scored", {}).values()]
    return "\n".join(lines).rstrip()


def _table(t: Mapping[str, Any]) -> list[str]:
    """Return one table: rows counted, scores, differences."""
    names = [n for n in SHOWN if any(n in found for found in t["models"].values())]
    cases = f", {t['cases']} cases, origins {' to '.join(map(str, t['origins'])) or 'none'}" if "cases" in t else ""
    lines = [
        f"{t['model_id']}" + (f", horizon {t['horizon']}" if "horizon" in t else "") + f": {t['mark']}",
        f"  {t['rows_submitted']:,} rows submitted, {t['rows_known']:,} with known outcome, {t['rows']:,} that all "
        f"below have{cases}",
        f"  {'':20}" + "".join(f"{name[:9]:>10}" for name in names),
    ]
    for model, found in t["models"].items():
        lines.append(f"  {model:20}" + "".join(f"{number(found[n], 4 if n in FOUR else 3):>10}" for n in names))
    if t["differences"]:
        lines.append(f"  {t['model_id']} minus the other [95%, countries redrawn]")
    for other, found in t["differences"].items():
        lines.append(f"    {other:18}  " + "; ".join(f"{n} {_signed(found[n])}" for n in PAIRED if n in found))
    if t["left_out"]:
        said = ", ".join(f"{m} ({n:,} rows)" for m, n in t["left_out"].items())
        lines.append(f"  Not on these rows: {said}")
    return lines


def _signed(found: Mapping[str, float | None]) -> str:
    """Return a difference and its interval."""
    values = [found[k] for k in ("est", "low", "high")]
    est, low, high = ("–" if v is None else f"{v:+.4f}" for v in values)
    return f"{est} [{low}, {high}]"


def pool(result: Mapping[str, Any]) -> str:
    """Return the weights of the pool, origin by origin."""
    lines = [f"hub_ensemble of {result['target']}, kept with hub_equal beside it: {result['folder']}"]
    for told in result["origins"]:
        shares = ", ".join(f"{m} {w:.2f}" for m, w in told["weight"].items())
        how = (
            f"learned on {told['rows']:,} rows, {told['cases']} cases of {len(told['origins'])} closed origins"
            if told["learned"]
            else f"equal: {told['why_equal']}"
        )
        lines.append(f"  {told['origin']}: {shares} ({how})")
    return "\n".join(lines)
