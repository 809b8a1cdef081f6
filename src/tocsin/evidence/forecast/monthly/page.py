"""The record of the monthly layer as a page and as the figures the desk reads: copied from the scores, never typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tocsin.catalog.models import Look, card, looks
from tocsin.evidence.forecast import published
from tocsin.evidence.forecast.monthly.score import CARRIED, LAYER, MODELS, RANKS, YEARLY
from tocsin.evidence.forecast.monthly.text import DIGITS, PERIOD_WORDS, SHOWN, span
from tocsin.evidence.forecast.score.text import number
from tocsin.evidence.forecast.track_record import table

WORDS = {
    "auc": "AUC",
    "ap": "average precision",
    "recall10": "recall in 10",
    "recall30": "recall in 30",
    "log_loss": "log loss",
}
COMMAND = (
    "tocsin score monthly --to src/tocsin/data/snapshot/forecasts/monthly_record.json "
    "--page docs/explain/track-record-monthly.md"
)


def publish(result: Mapping[str, Any], figures: Path | None, page: Path | None) -> list[Path]:
    """Write the figures and the page where asked; return the files written."""
    seen = looks(LAYER)
    kept = {**result, "looks_log": [look.model_dump(mode="json") for look in seen], "command": COMMAND}
    return published.write(figures, kept, page, page_text(kept, seen))


def page_text(result: Mapping[str, Any], seen: Sequence[Look]) -> str:
    """Return the page: misses first, then scores, lead, seeds, looks and what the record does not prove."""
    rules = result["rules"]
    parts = [
        "# Track record: onset, refreshed by month",
        f"How `{LAYER}` (card {card(LAYER).version}) did: the yearly forecast `onset_v1` moved by months of counted "
        "deaths, one month late. Every number below is copied from the measured scores by a program. Figures are "
        f"today's vintage. Deaths by month are known from {result['months']['first']} on, not from 2021-07 to 2024-12: "
        "a year without months is not refreshed.",
        "```\n" + COMMAND + "\n```",
        "## Every onset since 1994, misses first",
        _onsets(result),
        "## Where it loses or ties",
        _losses(result),
        "## Scores by months seen",
        "Estimate and the middle 95% over redraws of whole countries "
        f"({result['bootstrap_draws']}). {_sentence(rules['months_seen'])} {_sentence(rules['detection'])}",
        *(_period(name, result["periods"][name]) for name in PERIOD_WORDS),
        "`onset_v1` is " + rules["onset_v1"] + ". `onset_v1_one_year` is " + rules["onset_v1_one_year"] + ". "
        "`one_sided_deaths` is " + rules["one_sided_deaths"] + ". " + _sentence(rules["recall"]),
        "## Lead before 100 one-sided deaths",
        _lead(result),
        "## Spread over seeds",
        _seeds(result),
        "## Looks at rows after 2004",
        f"{len(seen)} so far.\n\n"
        + "\n".join(f"{i}. {k.date}: {k.saw} Changed because of it: {k.changed}." for i, k in enumerate(seen, 1)),
        "## What this record does not prove",
        "\n".join(f"- {line}" for line in card(LAYER).weaknesses),
    ]
    return "\n\n".join(parts) + "\n"


def _sentence(text: str) -> str:
    """Return a rule as a sentence."""
    return text[0].upper() + text[1:] + "."


def _said(one: Mapping[str, Any] | None, year: int | None = None) -> str:
    """Return rank, places and probability; the year where it is of another than the onset's."""
    if one is None:
        return "–"
    other = f", of {one['of_year']}" if year is not None and one["of_year"] != year else ""
    return f"{one['rank']} of {one['of']} ({100 * one['p']:.1f}%{other})"


def _onsets(result: Mapping[str, Any]) -> str:
    """Return the table of onsets, misses first, with the conventions below it."""
    found, rules = result["onsets"], result["rules"]
    missed = sum(o["missed"] for o in found)
    body = [
        [
            "**missed**" if o["missed"] else "listed",
            o["name"],
            str(o["year"]),
            o["reference"] + ("" if o["reference_by_deaths"] else " (mid-year)"),
            *(_said(o["ahead"][k]) for k in ("24", "12", "last_yearly")),
            *(_said(o["ahead"][k], o["year"]) for k in ("6", "1")),
        ]
        for o in found
    ]
    head = ("", "place", "onset", "counted from", "24 months before", "12 months before", "last yearly list",
            "6 months before", "1 month before")  # fmt: skip
    return (
        f"{missed} of {len(found)} missed: {rules['missed']}. {_sentence(rules['reference_month'])} The yearly lists "
        f"are `onset_v1`, two years ahead: {rules['yearly']}. The monthly ones are `{LAYER}`, of one year: "
        f"{rules['monthly']}. A dash: nothing was said.\n\n" + table(head, body)
    )


def _losses(result: Mapping[str, Any]) -> str:
    """Return, for the test years, every score in which a simpler list is ahead or level, and which gains are clear."""
    lines = []
    for seen, found in result["periods"]["test"]["seen"].items():
        ours = found["models"][LAYER]
        behind = [
            f"`{model}` {WORDS[n]} {number(scores[n]['est'], DIGITS[n])} against {number(ours[n]['est'], DIGITS[n])}"
            for model, scores in ((m, found["models"][m]) for m in MODELS[1:])
            for n in SHOWN
            # Ranks of the yearly list are its own; carried to one year it is judged as a probability alone.
            if (model != CARRIED or n not in RANKS) and scores.get(n, {"est": None})["est"] is not None
            if not _ahead(n, ours[n]["est"], scores[n]["est"])
        ]
        clear = [
            f"{WORDS[n]} {span(d, n)}" for n, d in ((n, found["differences"][n]) for n in SHOWN)
            if d["low"] is not None and (d["high"] < 0 if n == "log_loss" else d["low"] > 0)
        ]  # fmt: skip
        lines.append(
            f"- months seen {seen}: ahead of it or level: {'; '.join(behind) or 'none'}. "
            f"Gains over the yearly list with an interval clear of 0: {'; '.join(clear) or 'none'}."
        )
    return "In the test years, against the yearly list and against deaths alone:\n\n" + "\n".join(lines)


def _ahead(name: str, ours: float, theirs: float) -> bool:
    """Tell whether our score is the better one."""
    return ours < theirs if name == "log_loss" else ours > theirs


def _period(name: str, part: Mapping[str, Any]) -> str:
    """Return the scores of one period."""
    first, last = part["years"]
    body = []
    for seen, found in part["seen"].items():
        for model in MODELS:
            body.append([seen, f"`{model}`", *(span(found["models"][model].get(n), n) for n in SHOWN)])
        body.append([seen, "layer − yearly", *(span(found["differences"][n], n) for n in SHOWN)])
    holes = ", ".join(f"{k}: {f['not_refreshed']}" for k, f in part["seen"].items())
    begun = "; ".join(_begun(k, f["begun"]) for k, f in part["seen"].items() if int(k))
    return (
        f"### {first}–{last}: {PERIOD_WORDS[name]}\n\n{part['rows']} rows, {part['onsets']} onsets. Rows not "
        f"refreshed, by months seen: {holes}. How much was detection: onsets whose year had already counted 100 "
        "one-sided deaths in the months used, and how many of the others stood in the lists of 10 and 30, refreshed "
        f"and yearly: {begun}.\n\n" + table(("months seen", "model", *WORDS.values()), body)
    )


def _begun(seen: str, found: Mapping[str, Any]) -> str:
    """Return how many onsets had begun to be counted after so many months, and what was listed of the others."""
    ours, yearly = (f"{found[m]['10']:g} and {found[m]['30']:g}" for m in (LAYER, YEARLY))
    return f"{seen} seen: {found['begun']}; of the other {found['others']}, {ours} against {yearly}"


def _lead(result: Mapping[str, Any]) -> str:
    """Return the lead times of test and study years, onset by onset."""
    parts = [_sentence(result["rules"]["crossing"])]
    for name, part in ((name, result["lead"][name]) for name in ("test", "study")):
        first, last = part["years"]
        parts.append(
            f"{first}–{last} ({PERIOD_WORDS[name]}): {part['crossed']} of {part['onsets']} onsets pass the mark in "
            f"their year. Before that month {part['before_10']} stood in the layer's list of 10 and "
            f"{part['before_20']} in its list of 20; in the yearly lists {part['static_10']} and {part['static_20']}. "
            f"Of the {part['not_in_static_10']} that were not in the yearly 10, {part['not_in_static_10_before_10']} "
            f"came into the layer's 10 in time and {part['not_in_static_10_before_20']} into its 20."
        )
    body = [
        [
            o["name"],
            str(o["year"]),
            str(o["static_rank"]),
            *(_none(o[k], "never") for k in ("first_in_10", "first_in_20")),
            _none(o["crossing"], "not passed" if o["deaths_counted"] is not None else "not counted"),
            *("–" if o["crossing"] is None else _none(o[k], "none") for k in ("lead_10", "lead_20")),
        ]
        for o in result["lead"]["study"]["rows"]
    ]
    head = ("place", "onset", "yearly rank", "first in 10 after months seen", "first in 20", "100 deaths in",
            "lead, 10", "lead, 20")  # fmt: skip
    return "\n\n".join([*parts, table(head, body)])


def _none(value: Any, word: str) -> str:
    """Return a value, or the word for its absence."""
    return word if value is None else str(value)


def _seeds(result: Mapping[str, Any]) -> str:
    """Return the lowest and highest score over seeds of the yearly base."""
    found = result["seeds"]
    names = sorted({s["seed"] for s in found})
    if len(names) < 2:
        return "The layer draws nothing. Its yearly base was made under one seed; no other was given to this command."
    body = []
    for period in ("test", "study"):
        for seen in sorted({s["seen"] for s in found}):
            for model in (LAYER, YEARLY):
                mine = [s["models"][model] for s in found if s["period"] == period and s["seen"] == seen]
                body.append([period, str(seen), f"`{model}`", *(_range([m[n] for m in mine], n, model) for n in SHOWN)])
    return (
        f"The layer draws nothing; its yearly base does. Lowest to highest over {len(names)} seeds of the base "
        f"({', '.join(map(str, names))}), each made by `tocsin score record --to FOLDER` under `TOCSIN_SEED` and given "
        "with `--base FOLDER`:\n\n"
        + table(
            ("years", "months seen", "model", *WORDS.values()),
            body,
        )
    )


def _range(values: Sequence[float | None], name: str, model: str) -> str:
    """Return lowest to highest; the two-year probability has no log loss of one year."""
    if model == "onset_v1" and name == "log_loss":
        return "–"
    known = [v for v in values if v is not None]
    digits = DIGITS[name]
    return f"{min(known):.{digits}f} to {max(known):.{digits}f}" if known else "–"
