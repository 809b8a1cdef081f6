"""The scores of monthly violence for a terminal: ours beside the baselines, in a table read in half a minute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tocsin.evidence.forecast.score.text import number

MODELS = ("violence_v1", "persistence", "conflictology", "climatology_monthly")


def table(result: Mapping[str, Any]) -> str:
    """Return the figures of every part that was scored."""
    first, last = result["test_years"]
    lines = [f"Test years {first} to {last}, labels to {result['newest_label']}; looks so far {result['looks']}."]
    if "thresholds" in result:
        lines += ["", *_thresholds(result["thresholds"])]
    for outcome, told in result.get("counts", {}).items():
        lines += ["", *_counts(outcome, told)]
    for what, spread in result.get("seeds", {}).items():
        if isinstance(spread, Mapping):
            lines.append(f"{spread['seeds']} seeds, {what}: {spread['low']:.4f} to {spread['high']:.4f}")
    if "candidate" in result:
        lines += ["", "Candidate months (provisional)", *_thresholds(result["candidate"]["thresholds"])]
        for outcome, told in result["candidate"]["counts"].items():
            lines += ["", *_counts(outcome, told)]
    return "\n".join(lines)


def _thresholds(asked: list[dict[str, Any]]) -> list[str]:
    """Return one line a floor, horizon, kind of row and model."""
    lines = [f"{'deaths, months, rows':28}{'model':22}{'log loss':>9}{'Brier':>8}{'AUC':>7}{'AP':>7}"]
    for one in asked:
        for kind in ("all", "quiet"):
            told = one[kind]
            head = f"≥{one['floor']} in {one['horizon']}, {kind}: {told['cases']} of {told['rows']}"
            for model in MODELS:
                s = told["models"][model]
                lines.append(
                    f"{head:28}{model:22}{number(s['log_loss'], 4):>9}{number(s['brier'], 4):>8}"
                    f"{number(s['auc']):>7}{number(s['ap']):>7}"
                )
                head = ""
    return lines


def _counts(outcome: str, told: Mapping[str, Any]) -> list[str]:
    """Return one line a kind of row and model."""
    lines = [f"{outcome:28}{'model':22}{'CRPS':>9}{'ratio':>8}{'years':>7}{'log':>7}{'in 50':>7}{'in 90':>7}"]
    kinds = {k: told[k] for k in ("all", "quiet", "not_quiet") if k in told} | {
        f"leads {k}": v for k, v in told.get("leads", {}).items()
    }
    for kind, part in kinds.items():
        head = f"{kind}: {part['rows']} rows"
        for model, s in part["models"].items():
            lines.append(
                f"{head:28}{model:22}{number(s['crps']):>9}{number(s['ratio_pooled']):>8}{number(s['ratio_years']):>7}"
                f"{number(s['log_ratio_pooled']):>7}{number(s['covered']['50']):>7}{number(s['covered']['90']):>7}"
            )
            head = ""
    return lines
