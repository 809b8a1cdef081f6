"""The head-to-head for a terminal: a table a person reads in half a minute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FAIR = ("auc", "ap", "brier", "log_loss", "brier_skill", "slope", "intercept", "expected_over_observed")
RULED = ("auc", "ap", "recall10", "recall20", "recall30")


def number(value: float | None, digits: int = 3) -> str:
    """Return a score, or a dash when it is not defined."""
    return "–" if value is None else f"{value:.{digits}f}"


def table(result: Mapping[str, Any]) -> str:
    """Return the scores of every model and the differences to the rival."""
    lines = [
        f"EWP's rule: {result['rows']} rows, {result['onsets']} onsets. "
        f"Two-year: {result['two_year_rows']} rows, {result['two_year_positives']} positives. "
        f"Not joined: {result['unjoined']['count']}.",
        "",
        f"{'EWP rule':16}" + "".join(f"{name:>10}" for name in RULED),
    ]
    for model, scores in result["models"].items():
        lines.append(f"{model:16}" + "".join(f"{number(scores['ewp_rule'][name]):>10}" for name in RULED))
    lines += ["", f"{'two-year':16}" + "".join(f"{name[:9]:>10}" for name in FAIR)]
    for model, scores in result["models"].items():
        lines.append(
            f"{model:16}"
            + "".join(
                f"{number(scores['two_year'][name], 4 if name in ('brier', 'log_loss') else 3):>10}" for name in FAIR
            )
        )
    lines += ["", "difference to EWP [95%, countries redrawn]"]
    for model, metrics in result["differences"].items():
        for name in ("auc", "ap", "log_loss", "brier", "ewp_rule_auc", "ewp_rule_ap", "ewp_rule_recall30"):
            d = metrics[name]
            lines.append(f"  {model:16}{name:20}{signed(d['est'])}  [{signed(d['low'])}, {signed(d['high'])}]")
    lines += ["", "number of onsets, cells of era x decile inside their 90% interval"]
    for model, told in result["counts"].items():
        inside = sum(cell["covered"] for cell in told["cells"])
        lines.append(f"  {model:16}{inside} of {len(told['cells'])}")
    if "seconds" in result:
        lines += [
            "",
            f"{result['seconds']} s; looks at these rows so far: "
            f"onset_v1 {result['looks']}, onset_v2 {result['looks_onset_v2']}",
        ]
    return "\n".join(lines)


def signed(value: float | None) -> str:
    """Return a difference with its sign."""
    return "–" if value is None else f"{value:+.4f}"
