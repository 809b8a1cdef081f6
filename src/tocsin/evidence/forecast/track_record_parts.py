"""Parts of the track-record page that stand for themselves: numbers of onsets, who led, the luck of the seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tocsin.evidence.forecast.score.text import number

SPREAD = (
    ("auc", "AUC"),
    ("ap", "average precision"),
    ("log_loss", "log loss"),
    ("brier_skill", "Brier skill"),
    ("expected_over_observed", "expected over observed"),
    ("slope", "slope"),
    ("recall30", "recall@30"),
    ("under_way_auc", "AUC, under way"),
    ("ewp_rule_recall10", "EWP rule recall@10"),
    ("ewp_rule_recall30", "EWP rule recall@30"),
)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def counts(result: Mapping[str, Any]) -> str:
    """Return the 90% intervals of the number of positive base years, era by era, and the share of cells covered."""
    found: Mapping[str, Any] = result["counts"]
    rows, shares, missed = [], [], []
    for model, told in found.items():
        for e in told["eras"]:
            cells = [model, f"{e['bases'][0]}–{e['bases'][1]}", f"{e['expected']:.1f}", f"{e['low']}–{e['high']}"]
            rows.append([*cells, str(e["observed"]), "yes" if e["covered"] else "**no**"])
        inside = sum(c["covered"] for c in told["cells"])
        shares.append(f"`{model}` {inside} of {len(told['cells'])} ({100 * told['cells_covered']:.0f}%)")
        for c in told["cells"]:
            if not c["covered"]:
                where = f"`{model}` {c['bases'][0]}–{c['bases'][1]} decile {c['decile']}"
                missed.append(f"{where}: {c['observed']} came, {c['low']}–{c['high']} said")
    return (
        "Positive base years expected (sum of probabilities), 90% predictive interval and what came. The interval "
        "knows shocks that hit all places of a year and the error of the slope, both learnt on forecasts whose windows "
        "had closed before the era.\n\n"
        + table(("model", "bases", "expected", "interval", "came", "inside"), rows)
        + f"\n\nCells of era × decile of risk inside their interval, at nominal 90%: {'; '.join(shares)}.\n\n"
        + ("Outside: " + "; ".join(missed) + "." if missed else "None lay outside.")
    )


def led_by(result: Mapping[str, Any]) -> str:
    """Return the scores of both parts of the outcome."""
    found = result.get("led_by")
    if not found:
        return "Not scored: it is not known here who led."
    names = {"either": "either", "state": "led by the state", "non_state": "led by others"}
    keys = (
        "auc",
        "auc_of_either",
        "ap",
        "log_loss",
        "log_loss_of_climatology",
        "brier_skill",
        "expected_over_observed",
    )
    rows = [
        [names[part], str(found[part]["rows"]), str(found[part]["positives"])]
        + [number(found[part].get(k), 4 if "loss" in k else 3) for k in (*keys, "recall10", "recall30")]
        for part in names
    ]
    named = ("AUC", "AUC of either", "average precision", "log loss", "log loss of climatology", "Brier skill")
    head = ("onset", "rows", "positive", *named, "expected over observed", "recall@10", "recall@30")
    return (
        "`onset_v2` on the same places and base years, against our own list, which says who led. *AUC of either* "
        "ranks the same onsets by the chance of any onset: where it is as high, knowing who would lead adds nothing to "
        "the ranking.\n\n"
        + table(head, rows)
        + f"\n\nRows where the three chances do not fit together: {found['incoherent_rows']}."
    )


def seeds(result: Mapping[str, Any]) -> str:
    """Return lowest to highest of each headline score over the seeds."""
    found = result.get("seeds")
    if not found:
        return "Not measured in this run."
    many = next(iter(found.values()))["auc"]["seeds"]
    rows = [
        [words, *(f"{number(told[k]['low'], 4)}–{number(told[k]['high'], 4)}" for told in found.values())]
        for k, words in SPREAD
    ]
    return f"Lowest and highest over {many} seeds; the published one is among them.\n\n" + table(
        ("score", *found), rows
    )
