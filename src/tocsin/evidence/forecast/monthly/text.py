"""The scores of the monthly layer for a terminal: a table a person reads in half a minute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tocsin.evidence.forecast.score.text import number

SHOWN = ("auc", "ap", "recall10", "recall30", "log_loss")
DIGITS = {"auc": 3, "ap": 3, "recall10": 2, "recall30": 2, "log_loss": 4, "brier": 4, "expected_over_observed": 2}
PERIOD_WORDS = {
    "test": "test years, which chose nothing",
    "development": "development years, which chose the layer",
    "between": "years between, which chose nothing and are not the headline",
    "study": "the span of an earlier study, eight development years among them",
}


def span(score: Mapping[str, float | None] | None, name: str) -> str:
    """Return an estimate with its interval, or a dash."""
    if score is None or score["est"] is None:
        return "–"
    digits = DIGITS[name]
    return f"{number(score['est'], digits)} [{number(score['low'], digits)}, {number(score['high'], digits)}]"


def table(result: Mapping[str, Any]) -> str:
    """Return scores by period and months seen, and the lead, as text."""
    lines = []
    for name, part in ((name, result["periods"][name]) for name in PERIOD_WORDS):
        first, last = part["years"]
        lines += [f"{first}-{last} ({PERIOD_WORDS[name]}): {part['rows']} rows, {part['onsets']} onsets"]
        for seen, found in part["seen"].items():
            lines.append(f"  {seen} months seen ({found['not_refreshed']} rows not refreshed)")
            for model, scores in found["models"].items():
                lines.append(f"    {model:18}" + "  ".join(f"{n} {span(scores.get(n), n)}" for n in SHOWN))
            lines.append("    difference        " + "  ".join(f"{n} {span(found['differences'][n], n)}" for n in SHOWN))
    for name, part in result["lead"].items():
        lines.append(
            f"{name}: {part['crossed']} of {part['onsets']} onsets pass 100 one-sided deaths in their year; before "
            f"that month, in the list of 10: {part['before_10']} (yearly list {part['static_10']}); of "
            f"{part['not_in_static_10']} not in the yearly 10: {part['not_in_static_10_before_10']}"
        )
    missed = [o for o in result["onsets"] if o["missed"]]
    lines.append(f"{len(missed)} of {len(result['onsets'])} onsets since 1994 missed; looks so far: {result['looks']}")
    return "\n".join(lines)
