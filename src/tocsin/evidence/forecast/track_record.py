"""The track record as a page and as the figures the desk reads: measured scores, copied, never typed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tocsin.catalog.models import Look, card, looks
from tocsin.core.errors import Misuse, Refused
from tocsin.evidence.forecast import published
from tocsin.evidence.forecast import track_record_parts as pages
from tocsin.evidence.forecast.record import FOLDER
from tocsin.evidence.forecast.score.text import FAIR, RULED, number
from tocsin.evidence.forecast.track_record_parts import table

FIGURES = FOLDER / "track_record.json"
COMMAND = (
    "tocsin --json score onset --panel prepared2024predictors-2025-09-03.csv --peer FOOSforecasts_3Sep2025.csv "
    "> scores.json"
    "\ntocsin score publish scores.json"
)
NEEDED = (
    "rows",
    "onsets",
    "models",
    "differences",
    "onset_v1_minus_zsum4",
    "further_differences",
    "eras",
    "misses",
    "misses_onset_v2",
    "counts",
    "unjoined",
    "bases",
)
JUDGED = ("onset_v1", "onset_v2")
LOWER_IS_BETTER = {"brier", "log_loss"}


def publish(scores: Path, page: Path, figures: Path = FIGURES) -> list[Path]:
    """Write the page and the desk's figures from the JSON of ``tocsin score onset``; return the files written.

    Raises Misuse when the file is absent, Refused when it is not such a JSON. The rows a rival forecast are not passed
    on: of the unjoined only the count and the places are kept.
    """
    try:
        result = json.loads(scores.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Misuse(f"there is no file {scores}", todo="Write it with: tocsin --json score onset … > FILE") from None
    except (ValueError, UnicodeDecodeError) as error:
        raise Refused(f"the scores are not JSON: {error}", where=str(scores)) from None
    absent = [key for key in NEEDED if key not in result]
    if absent:
        raise Refused(f"the scores lack {', '.join(absent)}", where=str(scores))
    kept = {k: v for k, v in result.items() if k not in ("unjoined", "seconds", "rows_out")}
    kept["unjoined"] = {"count": result["unjoined"]["count"], "places": _unjoined(result["unjoined"]["rows"])}
    seen = {model: looks(model) for model in JUDGED}
    kept["looks"] = len(seen["onset_v1"])
    kept["looks_log"] = [look.model_dump(mode="json") for look in seen["onset_v1"]]
    kept["looks_onset_v2"] = len(seen["onset_v2"])
    kept["looks_log_onset_v2"] = [look.model_dump(mode="json") for look in seen["onset_v2"]]
    kept["command"] = COMMAND
    return published.write(figures, kept, page, page_text(kept, seen))


def _unjoined(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the places that could not be joined, with first and last base year and how many."""
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row["country"], []).append(row["base_year"])
    return [{"country": c, "first": min(y), "last": max(y), "rows": len(y)} for c, y in sorted(found.items())]


def page_text(result: Mapping[str, Any], seen: Mapping[str, Sequence[Look]]) -> str:
    """Return the track-record page: misses, then losses, then everything."""
    parts = [
        "# Track record: mass-killing onset",
        f"How `onset_v1` (card {card('onset_v1').version}), which speaks on the board, and `onset_v2` (card "
        f"{card('onset_v2').version}), which stands beside it, did on the rows the Early Warning Project (EWP) "
        "forecast in its 2025 "
        f"edition: base years {result['bases'][0]} to {result['bases'][-1]}, trained for each base year b on "
        "base years up "
        "to b−2, with a label left out as long as its two-year window has not ended. Every number below is "
        "copied from the "
        "measured scores by a program. Nothing here was known in real time: all inputs are today's vintage, for "
        "EWP as for us.",
        "```\n" + COMMAND + "\n```",
        "## Misses",
        _misses(result),
        "## Where we lose, and where nothing can be said",
        _losses(result),
        "## Scores",
        _rule_table(result),
        _fair_table(result),
        "`onset_v1` and `onset_v2` use the columns of our open panel; `@panel` is the same recipe on EWP's own "
        "columns and never "
        "stands beside a forecast of ours. `zsum4` adds four columns without learning weights. `climatology` "
        "gives everybody "
        "the share of past country-years with an onset. `last_forecast` is `onset_v1` one base year stale.",
        "## Differences to EWP",
        f"Model − EWP on the rows both have; countries redrawn whole {result['bootstrap_draws']} times; middle "
        "95%. For Brier and "
        "log loss lower is better. An interval that holds 0 is a tie. Names without a prefix are two-year.",
        _difference_table(result),
        "## By era",
        _eras(result),
        "## Where a killing was already under way",
        _situations(result),
        "## Reliability",
        _reliability(result),
        "## How many onsets: intervals checked",
        pages.counts(result),
        "## Who led",
        pages.led_by(result),
        "## How much is luck of the seed",
        pages.seeds(result),
        "## What was left out",
        _left_out(result),
        "## Looks at the test rows",
        _looks(seen),
        "## What this record does not prove",
        "With so few onsets, differences of .01 in AUC or .03 in average precision are noise. The bootstrap redraws "
        "countries, not years: where one year's shock reached many countries its intervals are too narrow. The "
        "form of the models "
        "(unlike learners, log-odds mean, and for `onset_v2` the sum of columns among them and the rule of its "
        "calibration) was suggested by earlier scores on these same rows, so the comparison "
        "is kinder to us than a fresh period would be; settings and columns were not. End years of "
        "killings are coded "
        "in hindsight, for all models alike. Scores are derived from EWP's files, which state no licence; the "
        "files and "
        "their rows are not passed on.",
    ]
    return "\n\n".join(parts) + "\n"


def _rank(value: int | None) -> str:
    """Return a rank, or that there was no forecast."""
    return "no forecast" if value is None else str(value)


def _misses(result: Mapping[str, Any]) -> str:
    """Return for each model every onset outside its top 30 in both base years, worst first, and the gains after it."""
    return "\n\n".join(_misses_of(result, model) for model in JUDGED)


def _misses_of(result: Mapping[str, Any], model: str) -> str:
    """Return one model's misses."""
    found, gains = (result[k if model == "onset_v1" else f"{k}_{model}"] for k in ("misses", "gains"))
    shown = ("ewp", *(f"{m}{at}" for m in JUDGED for at in ("", "_panel")))
    rows = [[r["name"], str(r["year"]), *(_rank(r.get(f"rank_{k}")) for k in shown)] for r in found]
    head = ("place", "year", "best rank, EWP", *(k.replace("_panel", "@panel") for k in shown[1:]))
    text = (
        f"`{model}`: {len(found)} of {result['onsets']} onsets were in the top 30 of neither base year before them:"
        "\n\n" + table(head, rows)
    )
    lost = [r for r in found if r["rank_ewp"] is not None and r["rank_ewp"] <= 30]
    text += f"\n\nOf these, EWP had {len(lost)} in its top 30: {_names(lost)}. "
    return text + f"The other way round, {len(gains)}: {_names(gains)}."


def _names(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return places and years in one line."""
    return ", ".join(f"{r['name']} {r['year']}" for r in rows) or "none"


def _losses(result: Mapping[str, Any]) -> str:
    """Return which differences speak against us, which for us, which say nothing: to EWP, the sum and each other."""
    differences, further = result["differences"], result["further_differences"]
    told = [(f"`{m}` against EWP", differences[m], "EWP") for m in (*JUDGED, "onset_v2@panel")]
    told.append(("`onset_v1` against `zsum4`", result["onset_v1_minus_zsum4"], "zsum4"))
    for pair, found in further.items():
        model, rival = pair.split(" - ")
        told.append((f"`{model}` against `{rival}`", found, rival))
    text = "\n\n".join(f"{title}:\n\n{_verdicts(found, rival)}" for title, found, rival in told)
    for model in (*JUDGED, "onset_v2@panel"):
        text += f"\n\nBy era, where `{model}` stands behind EWP:\n\n" + _behind(result["eras"], model)
    return "`zsum4` is four columns added up without learning a weight; `@panel` is on EWP's own columns.\n\n" + text


def _behind(eras: Sequence[Mapping[str, Any]], model: str) -> str:
    """Return, for each era, every score in which a model stands behind EWP, with the interval where one was made."""
    lines = []
    for era in eras:
        ours, theirs = era["models"].get(model, {}), era["models"].get("ewp", {})
        lost = [
            f"{name} {ours[name]:.3f} against {theirs[name]:.3f}{_between(era, model, name)}"
            for name in ours
            if ours[name] is not None
            and theirs[name] is not None
            and (ours[name] > theirs[name] if name in LOWER_IS_BETTER else ours[name] < theirs[name])
        ]
        lines.append(
            f"- bases {era['bases'][0]}–{era['bases'][1]}, {era['positives']} onsets: {'; '.join(lost) or 'none'}."
        )
    return "\n".join(lines)


def _between(era: Mapping[str, Any], model: str, name: str) -> str:
    """Return the interval of a difference in one era, in brackets; nothing where none was made."""
    d = era.get("differences", {}).get(model, {}).get(name)
    return "" if not d or d["low"] is None else f" [{d['low']:+.4f}, {d['high']:+.4f}]"


def _verdicts(differences: Mapping[str, Mapping[str, float | None]], rival: str) -> str:
    """Return four lines: worse, behind but a tie, ahead but a tie, better."""
    kinds: dict[str, list[str]] = {"worse": [], "behind": [], "ahead": [], "better": []}
    for name, d in differences.items():
        if d["est"] is None or d["low"] is None or d["high"] is None:
            continue
        sign = -1 if name.removeprefix("ewp_rule_") in LOWER_IS_BETTER else 1
        low, high = sorted((sign * d["low"], sign * d["high"]))
        kind = "better" if low > 0 else "worse" if high < 0 else "ahead" if sign * d["est"] >= 0 else "behind"
        kinds[kind].append(f"{name} {d['est']:+.4f} [{d['low']:+.4f}, {d['high']:+.4f}]")
    words = {
        "worse": f"Worse than {rival}, interval clear of 0",
        "behind": f"Behind {rival}, but a tie",
        "ahead": f"Ahead of {rival}, but a tie",
        "better": f"Better than {rival}, interval clear of 0",
    }
    return "\n".join(f"- {words[kind]}: {'; '.join(found) or 'none'}." for kind, found in kinds.items())


def _rule_table(result: Mapping[str, Any]) -> str:
    """Return scores under EWP's rule."""
    rows = [
        [model, str(s["ewp_rule"]["rows"]), *(number(s["ewp_rule"][m]) for m in RULED)]
        + [number(s["ewp_rule"][f"two_lists_recall{k}"]) for k in (10, 20, 30)]
        for model, s in result["models"].items()
    ]
    return (
        f"EWP's own rule (higher risk and better min rank of two base years, against an onset in the target year; "
        f"{result['rows']} rows, {result['onsets']} onsets). The last three columns take the two lists of "
        "exactly k apart, ties "
        "at random: by min rank a model that says the same of everybody, like climatology, seems to find every "
        "onset.\n\n" + table(("model", "rows", *RULED, "two lists 10", "two lists 20", "two lists 30"), rows)
    )


def _fair_table(result: Mapping[str, Any]) -> str:
    """Return scores of the fair two-year scoring."""
    rows = [
        [model, str(s["two_year"]["rows"])]
        + [
            number(s["two_year"][m], 4 if m in LOWER_IS_BETTER else 3)
            for m in (*FAIR, "recall10", "recall30", "mean_within_year_auc")
        ]
        for model, s in result["models"].items()
    ]
    return (
        f"Fair two-year scoring ({result['two_year_rows']} rows, {result['two_year_positives']} positive base "
        "years). Skill is "
        "over expanding climatology.\n\n"
        + table(
            ("model", "rows", *(n.replace("_", " ") for n in FAIR), "recall10", "recall30", "AUC within year"), rows
        )
    )


def _difference_table(result: Mapping[str, Any]) -> str:
    """Return estimate and interval of every difference."""
    models = list(result["differences"])
    names = list(next(iter(result["differences"].values())))
    rows = []
    for name in names:
        cells = []
        for model in models:
            d = result["differences"][model][name]
            cells.append("–" if d["est"] is None else f"{d['est']:+.4f} [{d['low']:+.4f}, {d['high']:+.4f}]")
        rows.append([name, *cells])
    return table(("metric", *models), rows)


def _part_table(parts: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """Return AUC, average precision, log loss and recall@30 of every model on parts of the rows."""
    models = list(parts[0][1]["models"])
    rows = []
    for name, part in parts:
        cells = [
            " / ".join(
                number(part["models"][m][k], 4 if k == "log_loss" else 3) for k in ("auc", "ap", "log_loss", "recall30")
            )
            if part["models"]
            else "–"
            for m in models
        ]
        rows.append([name, str(part["rows"]), str(part["positives"]), *cells])
    return "AUC / average precision / log loss / recall@30.\n\n" + table(
        ("rows of", "rows", "positives", *models), rows
    )


def _eras(result: Mapping[str, Any]) -> str:
    """Return scores by era."""
    return _part_table([(f"bases {e['bases'][0]}–{e['bases'][1]}", e) for e in result["eras"]])


def _situations(result: Mapping[str, Any]) -> str:
    """Return scores by whether a killing was under way."""
    found = result["situations"]
    return _part_table([("under way at the base", found["under_way"]), ("none under way", found["none_under_way"])])


def _reliability(result: Mapping[str, Any]) -> str:
    """Return stated against observed, by bin, for both models."""
    return "\n\n".join(f"`{m}`:\n\n" + _bins(result["reliability"][m]) for m in JUDGED)


def _bins(bins: Sequence[Mapping[str, Any]]) -> str:
    """Return one model's bins as a table."""
    rows = [
        [
            f"{100 * b['low']:g}–{100 * b['high']:g}%",
            str(b["rows"]),
            str(b["cases"]),
            "–" if b["forecast"] is None else f"{100 * b['forecast']:.2f}%",
            "–" if b["observed"] is None else f"{100 * b['observed']:.2f}%",
        ]
        for b in bins
    ]
    return table(("stated", "rows", "onsets", "mean stated", "observed"), rows)


def _left_out(result: Mapping[str, Any]) -> str:
    """Return what was not scored and why."""
    places = result["unjoined"]["places"]
    listed = "; ".join(f"{p['country']} {p['first']}–{p['last']} ({p['rows']})" for p in places) or "none"
    return (
        f"Rows of EWP that our panel does not have: {result['unjoined']['count']} ({listed}). They are scored "
        "for EWP and for the "
        "models on its columns, and left out of every difference of `onset_v1` and `zsum4`. Rows whose two-year "
        "window has not "
        f"ended: {result['unknown_labels']}; unknown, not zero."
    )


def _looks(seen: Mapping[str, Sequence[Look]]) -> str:
    """Return every look at the test rows, model by model."""
    parts = []
    for model, found in seen.items():
        lines = [f"{i}. {k.date}: {k.saw} Changed because of it: {k.changed}." for i, k in enumerate(found, 1)]
        parts.append(f"`{model}`: {len(found)} so far.\n\n" + "\n".join(lines))
    return "\n\n".join(parts)
