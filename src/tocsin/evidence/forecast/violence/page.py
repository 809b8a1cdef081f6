"""The record of monthly violence as a page and as figures the desk can read: measured scores, copied, never typed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tocsin.catalog.models import Look, card, looks
from tocsin.core.errors import Misuse, Refused
from tocsin.evidence.forecast import published
from tocsin.evidence.forecast.record import FOLDER
from tocsin.evidence.forecast.score.text import number

FIGURES = FOLDER / "violence_record.json"
PAGE = Path("docs/explain/track-record-violence.md")
COMMAND = (
    "tocsin --json score violence > violence.json\n"
    "python benchmarks/state_based_vs_views.py views_2023 --json views.json\n"
    "tocsin score publish-violence violence.json views.json"
)
PARTS = ("thresholds", "counts", "seeds", "candidate")
LOWER = ("log_loss", "brier")
WORDS = {"log_loss": "log loss", "brier": "Brier", "auc": "AUC", "ap": "average precision"}
ROWS = {"all": "all rows", "quiet": "rows quiet for a year"}
RIVALS = ("persistence", "conflictology")
MODELS = ("violence_v1", "logit", "boosting", "persistence", "conflictology", "climatology_monthly")


def publish(scores: Sequence[Path], page: Path, figures: Path = FIGURES) -> list[Path]:
    """Write the page and the figures from the JSON of one or several ``tocsin score violence``; return the files
    written.

    Parts scored apart are put together. Raises Misuse for an absent file, Refused when one is no such JSON or was made
    on other inputs or test years than the first.
    """
    kept: dict[str, Any] = {}
    made_on: dict[str, str] = {}
    views: dict[str, Any] | None = None
    for path in scores:
        result = _read(path)
        if "windows" in result:
            views = result
            continue
        for key in ("test_years", "newest_label", "card"):
            if kept and kept[key] != result[key]:
                raise Refused(
                    f"{path.name} has another {key} than {scores[0].name}", todo="Score all parts on the same months"
                )
        made_on |= dict.fromkeys(_parts(result), result["inputs_sha256"])
        counts = {**kept.get("counts", {}), **result.get("counts", {})}
        kept |= {k: v for k, v in result.items() if k != "seconds"} | ({"counts": counts} if counts else {})
    if not kept:
        raise Misuse(
            "no scoring of violence_v1 is among the files", todo="Add one: tocsin --json score violence > FILE"
        )
    kept.pop("inputs_sha256", None)
    kept |= {"views": views} if views else {}
    kept["inputs_sha256_by_part"] = made_on
    seen = looks("violence_v1")
    kept |= {"looks": len(seen), "looks_log": [look.model_dump(mode="json") for look in seen], "command": COMMAND}
    return published.write(figures, kept, page, page_text(kept, seen))


def _parts(result: Mapping[str, Any]) -> list[str]:
    """Return the parts of a scoring by name, each count by its outcome."""
    return [p for p in PARTS if p in result and p != "counts"] + list(result.get("counts", {}))


def _read(path: Path) -> dict[str, Any]:
    """Return the JSON of a scoring."""
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Misuse(f"there is no file {path}", todo="Write it with: tocsin --json score violence > FILE") from None
    except (ValueError, UnicodeDecodeError) as error:
        raise Refused(f"the scores are not JSON: {error}", where=str(path)) from None
    if isinstance(result, dict) and {"windows", "ratios", "vintage"} <= set(result):
        return result  # benchmarks/state_based_vs_views.py
    if not isinstance(result, dict) or result.get("model") != "violence_v1" or not any(p in result for p in PARTS):
        raise Refused("this is no scoring of violence_v1", where=str(path))
    return result


def page_text(told: Mapping[str, Any], seen: Sequence[Look]) -> str:
    """Return the page: where it loses, then everything."""
    first, last = told["test_years"]
    parts = [
        "# Track record: violence, month by month",
        f"How `violence_v1` (card {card('violence_v1').version}) did in {first} to {last}, labels to "
        f"{told['newest_label']}. "
        "Each test year is forecast from the origins December before it to November in it, by fits on windows "
        "closed by "
        "that December. A row is quiet when the twelve months to its origin stayed below the floor asked about "
        "(for counts: below 25 "
        "deaths). Every number is copied from measured scores by a program.\n\n"
        "```\n" + COMMAND + "\n```",
        "**The look-ahead.** UCDP's yearly release lists an actor or conflict only when it kills 25 in a "
        "calendar year: its January knows "
        "what December brings, for us and for every baseline alike. All of this record but the candidate part "
        "rests on such a release, "
        "that of 2021, and on today's vintage of the yearly figures.",
        "## Where it loses, and where nothing can be said",
        _losses(told),
    ]
    if "thresholds" in told:
        parts += ["## Chances of reaching a floor", _thresholds(told["thresholds"]), _differences(told["thresholds"])]
        parts += ["### Year by year", _years(told["thresholds"])]
    for outcome, counts in told.get("counts", {}).items():
        parts += [f"## {outcome.replace('_', ' ').capitalize()}, a month ahead each", _counts(counts)]
    if "views" in told:
        parts += ["## State-based deaths beside the ViEWS challenge", _views(told["views"])]
    if "seeds" in told:
        parts += ["## How far chance moves it", _seeds(told["seeds"])]
    parts += ["## Candidate months", _candidate(told.get("candidate"))]
    parts += ["## Looks at the test rows", _looks(seen)]
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def _question(one: Mapping[str, Any]) -> str:
    months = "1 month" if one["horizon"] == 1 else f"{one['horizon']} months"
    return f"{one['floor']:,} or more in {months}"


def _losses(told: Mapping[str, Any]) -> str:
    """Return what is behind a baseline, and what is no more than a tie, in words."""
    lines = []
    for one in told.get("thresholds", []):
        for kind, said in ROWS.items():
            for rival, names in one[kind]["differences"].items():
                for name, d in names.items():
                    worse = d["est"] is not None and (d["est"] > 0) is (name in LOWER) and d["est"] != 0
                    if worse:
                        sure = "" if d["low"] is None or d["low"] <= 0 <= d["high"] else ", beyond chance"
                        lines.append(
                            f"- {_question(one)}, {said}: {WORDS[name]} {number(d['est'], 4)} against {rival} "
                            f"[{number(d['low'], 4)}, {number(d['high'], 4)}]{sure}."
                        )
    for outcome, counts in told.get("counts", {}).items():
        for kind, part in {**{k: counts[k] for k in ("all", "quiet", "not_quiet")}, **counts["leads"]}.items():
            ours = part["models"].get("violence_v1")
            if ours and ours["ratio_years"] is not None and ours["ratio_years"] >= 1:
                lines.append(
                    f"- {outcome.replace('_', ' ')}, {kind.replace('_', ' ')}: CRPS {number(ours['ratio_years'])} "
                    "times conflictology's."
                )
        for year in counts["years"]:
            if year["violence_v1"] > year["conflictology"]:
                lines.append(
                    f"- {outcome.replace('_', ' ')} in {year['year']}: CRPS {number(year['violence_v1'], 2)} against "
                    f"conflictology's {number(year['conflictology'], 2)}."
                )
    for outcome, counts in (told.get("candidate") or {}).get("counts", {}).items():
        ours = counts["all"]["models"]["violence_v1"]
        if ours["ratio_pooled"] is not None and ours["ratio_pooled"] >= 1:
            lines.append(
                f"- {outcome.replace('_', ' ')} on candidate months: CRPS {_ratio(ours, 'ratio_pooled')} times "
                "conflictology's, pooled."
            )
    return "\n".join(lines) or "No measure here is behind a baseline; ties are in the tables."


def _thresholds(asked: Sequence[Mapping[str, Any]]) -> str:
    """Return the scores of every question, model and kind of row."""
    rows = []
    for one in asked:
        for kind, said in ROWS.items():
            part = one[kind]
            for model in MODELS:
                s = part["models"].get(model)
                if s:
                    rows.append(
                        (
                            f"{_question(one)}, {said} ({part['cases']:,} of {part['rows']:,})"
                            if model == MODELS[0]
                            else "",
                            f"`{model}`",
                            number(s["log_loss"], 4),
                            number(s["brier"], 4),
                            number(s["auc"]),
                            number(s["ap"]),
                            number(s["expected_over_observed"], 2),
                        )
                    )
    return _table(("question (cases of rows)", "model", "log loss", "Brier", "AUC", "AP", "expected ÷ observed"), rows)


def _differences(asked: Sequence[Mapping[str, Any]]) -> str:
    """Return the differences to persistence and conflictology with their intervals."""
    rows = []
    for one in asked:
        for kind, said in ROWS.items():
            for rival, names in one[kind]["differences"].items():
                rows.append(
                    (
                        f"{_question(one)}, {said}",
                        rival,
                        *(
                            f"{number(d['est'], 4)} [{number(d['low'], 4)}, {number(d['high'], 4)}]"
                            for d in (names[n] for n in ("log_loss", "ap"))
                        ),
                    )
                )
    return (
        "`violence_v1` less the rival, countries redrawn whole, middle 95%; below 0 is better for log loss, "
        "above 0 for "
        "average precision.\n\n" + _table(("question", "rival", "log loss", "average precision"), rows)
    )


def _years(asked: Sequence[Mapping[str, Any]]) -> str:
    """Return log loss by year of the main question."""
    one = next(o for o in asked if (o["floor"], o["horizon"]) == (25, 12))
    models = ("violence_v1", "persistence", "conflictology", "climatology_monthly")
    rows = [
        (str(y["year"]), f"{y['cases']:,} of {y['rows']:,}", *(number(y[m], 4) for m in models)) for y in one["years"]
    ]
    return f"Log loss, {_question(one)}.\n\n" + _table(("year", "cases", *models), rows)


def _counts(told: Mapping[str, Any]) -> str:
    """Return CRPS, ratios with intervals, log scale and coverage of every model and kind of row."""
    rows = []
    kinds = {"all rows": told["all"], "quiet": told["quiet"], "not quiet": told["not_quiet"]}
    kinds |= {f"leads {k}": v for k, v in told["leads"].items()}
    for kind, part in kinds.items():
        for i, (model, s) in enumerate(part["models"].items()):
            rows.append(
                (
                    f"{kind} ({part['rows']:,}, {part['with_deaths']:,} with deaths)" if i == 0 else "",
                    f"`{model}`",
                    number(s["crps"], 3),
                    _ratio(s, "ratio_pooled"),
                    _ratio(s, "ratio_years"),
                    number(s["log_ratio_pooled"]),
                    number(s["covered"]["50"]),
                    number(s["covered"]["90"]),
                )
            )
    head = (
        "rows",
        "model",
        "CRPS",
        "÷ conflictology, pooled",
        "mean of yearly ratios",
        "log scale",
        "in 50%",
        "in 90%",
    )
    every = [
        (str(y["year"]), f"{y['rows']:,}", *(number(y[m], 2) for m in ("violence_v1", "conflictology", "persistence")))
        for y in told["years"]
    ]
    return (
        _table(head, rows)
        + "\n\nCRPS by test year:\n\n"
        + _table(("year", "rows", "violence_v1", "conflictology", "persistence"), every)
    )


def _views(told: Mapping[str, Any]) -> str:
    """Return both sides by window and the ratios, from ``benchmarks/state_based_vs_views.py``."""
    models = [m for m in told["windows"][0] if m not in ("year", "rows", "scored", "released_all_rows")]
    windows = [
        (
            str(w["year"]),
            f"{w['scored']:,} of {w['rows']:,}",
            number(w["released_all_rows"], 2),
            *(number(w[m], 2) for m in models),
        )
        for w in told["windows"]
    ]
    ratios = [
        (
            f"`{m}` ÷ {rival}",
            f"{number(r['pooled'])} [{number(r['pooled_95'][0])}, {number(r['pooled_95'][1])}]",
            f"{number(r['years'])} [{number(r['years_95'][0])}, {number(r['years_95'][1])}]",
        )
        for rival, each in told["ratios"].items()
        for m, r in each.items()
    ]
    return (
        f"Leads 3 to 14 from October, CRPS. Vintage: {told['vintage']}. Rows of places that are no state of ours "
        "are counted and "
        "left out for all. The released draws were made on another vintage than ours: beside the rebuilt "
        "conflictology, which "
        "reads the months we read, nothing is gained or lost by that.\n\n"
        + _table(("window", "rows scored", "released, all rows", *models), windows)
        + "\n\n"
        + _table(("ratio", "pooled", "mean of yearly ratios"), ratios)
    )


def _ratio(scores: Mapping[str, Any], name: str) -> str:
    """Return a ratio with its interval."""
    low, high = scores.get(f"{name}_95", (None, None))
    return number(scores[name]) if low is None else f"{number(scores[name])} [{number(low)}, {number(high)}]"


def _seeds(told: Mapping[str, Any]) -> str:
    """Return the spread of seeds."""
    rows = [
        (what, number(s["low"], 4), number(s["high"], 4), str(s["seeds"]))
        for what, s in told.items()
        if isinstance(s, Mapping)
    ]
    return (
        f"On a smaller set: test years {', '.join(map(str, told['years']))}; counts at leads "
        f"{', '.join(map(str, told['leads']))} from "
        "December.\n\n" + _table(("figure", "lowest", "highest", "seeds"), rows)
    )


def _candidate(told: Mapping[str, Any] | None) -> str:
    """Return what can be tested on candidate months, what cannot, and the figures."""
    said = (
        "Candidate events are listed as they are found and know nothing of the rest of the year. They are here "
        "for 2025 and February 2026 "
        "alone; the months from July 2021 to December 2024 before them are missing, so that an origin early in "
        "2025 knows only a "
        "few months behind it, columns that are not known there are left out, and no window of twelve months has "
        "ended: the "
        "twelve-month question, and whether three years behind help, cannot be tested. One year is one story: "
        "read it as a check "
        "that nothing breaks, not as a score."
    )
    if not told:
        return said + "\n\nNot measured yet."
    rows = []
    for one in told["thresholds"]:
        for kind, label in ROWS.items():
            for model, s in one[kind]["models"].items():
                rows.append(
                    (
                        f"{_question(one)}, {label}, origins {one['origins'][0]} to {one['origins'][1]} "
                        f"({one[kind]['cases']} of {one[kind]['rows']:,})"
                        if model == "violence_v1"
                        else "",
                        f"`{model}`",
                        number(s["log_loss"], 4),
                        number(s["brier"], 4),
                        number(s["auc"]),
                        number(s["ap"]),
                    )
                )
    text = said + "\n\n" + _table(("question", "model", "log loss", "Brier", "AUC", "AP"), rows)
    for outcome, counts in told["counts"].items():
        first, last = counts["origins"]
        text += f"\n\n{outcome.replace('_', ' ').capitalize()}, origins {first} to {last}:\n\n{_counts(counts)}"
    return text


def _looks(seen: Sequence[Look]) -> str:
    """Return every look, oldest first."""
    lines = [f"{len(seen)} so far."]
    return "\n".join(lines + [f"- {look.date}: {look.saw} Changed: {look.changed}." for look in seen])
