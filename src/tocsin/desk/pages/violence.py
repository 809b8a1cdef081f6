"""Violence, month by month, on the page of a place: what came, what may come, and what stands behind the numbers."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from tocsin.core.months import month_index, month_text
from tocsin.core.numbers import count, percent, times_base
from tocsin.desk.charts.fan import fan
from tocsin.desk.charts.line import Point
from tocsin.desk.charts.svg import Chart
from tocsin.desk.facts import Row

BEHIND = 24
"""Months behind that are drawn; the whole history stands among the signals."""
OURS, BASE = "violence_v1", "climatology_monthly"
HEAD = ("within", "at least", "chance", "90% interval", "times base", "persistence", "conflictology", "base rate")


def section(place: Row) -> dict[str, Any] | None:
    """Return the section of a place: the fan, the table of chances and the sentences; None when the run has none."""
    said = place.get("violence")
    if not said or OURS not in said["counts"].get("one_sided_deaths", {}):
        return None
    return {"origin": said["origin"], "fan": _fan(place, said), "chances": _chances(said), "notes": notes(said)}


def _fan(place: Row, said: Row) -> Chart:
    """Draw deaths in one-sided violence, behind and ahead."""
    newest = month_index(said["origin"])
    known = {s["period"]: s for s in place["signals"] if s["indicator"] == "one_sided_deaths"}
    past = []
    for month in range(newest - BEHIND + 1, newest + 1):
        row = known.get(month_text(month), {"value": None, "status": "gap"})
        past.append(Point(month_text(month), row["value"], row["status"]))
    leads = said["counts"]["one_sided_deaths"][OURS]
    ahead = [(month_text(newest + lead), leads[lead]) for lead in sorted(leads)]
    last = past[-1].value
    first, year = leads[min(leads)], leads[min(12, max(leads))]
    sentence = (
        f"One-sided violence, civilians killed a month. In {said['origin']}: {count(last)}. "
        f"Of the month after, half of the forecast lies between {round(first['0.25']):,} and "
        f"{round(first['0.75']):,} and nine in ten between "
        f"{round(first['0.05']):,} and {round(first['0.95']):,}; a year ahead between {round(year['0.25']):,} and "
        f"{round(year['0.75']):,}, and between {round(year['0.05']):,} and {round(year['0.95']):,}. "
        "The scale is of log(1 + deaths); months not counted are shaded."
    )
    return fan(past, ahead, key="fan", title="Deaths in one-sided violence a month", sentence=sentence)


def _chances(said: Row) -> dict[str, Any]:
    """Return the table of chances: ours with interval, the baselines, and the base rate."""
    by_key: dict[tuple[str, int], dict[str, Row]] = {}
    for c in said["chances"]:
        by_key.setdefault((c["target"], c["horizon"]), {})[c["model_id"]] = c
    rows = []
    for (target, horizon), models in sorted(by_key.items(), key=lambda pair: (_floor(pair[0][0]), pair[0][1])):
        ours, base = models[OURS], models[BASE]["yes"]
        rows.append(
            (
                "1 month" if horizon == 1 else f"{horizon} months",
                f"{_floor(target):,}",
                percent(ours["yes"]),
                f"{percent(ours['low'])} to {percent(ours['high'])}",
                times_base(ours["yes"], base),
                percent(models["persistence"]["yes"]),
                percent(models["conflictology"]["yes"]),
                percent(base),
            )
        )
    return {"head": HEAD, "rows": rows}


def _floor(target: str) -> int:
    """Return the floor an outcome is named by."""
    return int(target.rsplit("ge", 1)[1])


@cache
def scored() -> list[str]:
    """Return in words how the chances did on the test years, from the published scores; nothing when there are none."""
    file = files("tocsin") / "data" / "snapshot" / "forecasts" / "violence_record.json"
    if not file.is_file():
        return []
    told = json.loads(file.read_text(encoding="utf-8"))
    first, last = told["test_years"]
    said = []
    for one in told.get("thresholds", []):
        if one["horizon"] == max(o["horizon"] for o in told["thresholds"]):
            ours, theirs = (one["all"]["models"][m]["log_loss"] for m in (OURS, "persistence"))
            behind = " (behind)" if ours > theirs else ""
            said.append(f"{one['floor']:,} deaths {ours:.4f} against {theirs:.4f}{behind}")
    if not said:
        return []
    return [
        f"Log loss in {first} to {last}, within a year, against persistence’s (lower is better): {'; '.join(said)}. "
        "Where it is behind, read persistence first."
    ]


def notes(said: Row) -> list[str]:
    """Return the plain sentences about the months behind the numbers."""
    about = said["about"]
    found = [
        "The look-ahead in UCDP’s rule: its yearly release, which the model learns from, lists an actor only "
        "when it kills 25 in "
        "a calendar year, so its January knows what December brings. The record on those months is kinder than "
        "the day was.",
        "Most months of most places bring no such death. A middle of zero does not make a place safe, and a "
        "first massacre is "
        "seldom foreseen.",
    ]
    if about.get("provisional"):
        found.insert(
            0, f"The month it starts from, {said['origin']}, is of candidate events: provisional, to be revised."
        )
    if about.get("learnt_to"):
        found.insert(
            0, f"It learns from months up to {about['learnt_to']}, the last of a yearly release without a hole."
        )
    if about.get("missing_of_last_12"):
        n = about["missing_of_last_12"]
        found.append(
            f"{n} of the last 12 months {'is' if n == 1 else 'are'} not counted: missing, not zero; the forecast "
            "is drawn wider."
        )
    if about.get("without"):
        found.append(
            "Behind the hole in the figures it cannot see: months since the last killings and sums of three "
            "years are left out."
        )
    return _held(said) + found + scored()


def _held(said: Row) -> list[str]:
    """Return what is said where less is known of the place than before: what stands, or that nothing can."""
    held, dark = said.get("held"), said.get("dark")
    if held:
        older = held["before"]
        before = (
            f" and in run {older['run_id']}, from {older['months_to']}, before reporting collapsed" if older else ""
        )
        return [
            "Less is reported or known of this place than before, and no data lowers no risk: each number here is the "
            f"highest of today’s forecast and of those in run {held['run_id']} of {held['as_of']}{before}. "
            "What is not lower now is today’s own."
        ]
    if dark:
        return [
            f"Reporting has collapsed since {dark.get('dark') or dark['since']}: the months behind these numbers may "
            "be unreported, not quiet. "
            "No earlier forecast was higher, or none from before is kept here. Read a low number as not known."
        ]
    return []
