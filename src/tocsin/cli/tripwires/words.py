"""Tripwires in words for the terminal: figures with their intervals, a back-test, a choice of threshold."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tocsin.core.numbers import percent
from tocsin.tripwires.gate import MISSING

Ident = Annotated[str, typer.Argument(help="A tripwire's id; tocsin tripwires list names them")]
Budget = Annotated[float | None, typer.Option(help="Choose by firings a year, worldwide; the file's when left out")]
MissRate = Annotated[
    float | None, typer.Option("--miss-rate", help="Choose by the share of onsets that may be missed, as 0.2")
]
CostFalseAlarm = Annotated[
    float | None, typer.Option("--cost-false-alarm", help="Choose by costs: of a false alarm, in the unit of a miss")
]
CostMiss = Annotated[float | None, typer.Option("--cost-miss", help="Choose by costs: of a miss")]
FIGURES = ("years", "firings_per_year", "hits", "misses", "false_alarms", "median_lead_days")


def figures(f: dict[str, Any]) -> str:
    """Return the counts of a back-test in one sentence."""
    lead = "not known" if f["median_lead_days"] is None else f"{f['median_lead_days']} days"
    return (
        f"{f['years']:g} years: {f['firings_per_year']:g} firings a year, {f['hits']} hits, {f['misses']} misses, "
        f"{f['false_alarms']} false alarms, median lead {lead}."
    )


def backtest_text(result: dict[str, Any], cases: bool) -> str:
    """Return a back-test or a drill as lines."""
    notes = [f"Note: {c}" for c in result["caveats"]]
    if result.get("kind") == "report":
        return "\n".join([*_chains(result), *notes])
    if "drill" in result:
        return "\n".join([*_drill(result), *notes])
    scored, chosen = result["scored_on"], result["chosen_on"]
    lines = [
        f"{result['tripwire_id']} v{result['version']}, threshold {result['threshold']:g}, {result['threshold_from']}.",
        f"How it was chosen: {result['chosen_by']['words']}",
        f"Threshold judged on {chosen['first']} to {chosen['last']}: {chosen['firings_per_year']:g} firings a year.",
        f"Scored on {scored['first']} to {scored['last']}: {figures(result)}",
        _intervals(result),
        f"Onsets {result['onsets']}; undecided {result['undecided']}; already running {result['already_running']}; "
        f"seen in the same month {result['same_month']}.",
    ]
    if result["share_that_came_true"] is not None and result["share_by_chance"] is not None:
        came, chance = percent(result["share_that_came_true"]), percent(result["share_by_chance"])
        lines.append(f"Of firings that can be judged {came} came true; taken blindly, {chance} would.")
    lines += _time(result)
    if "of_the_source" in result:
        lines += _lulls(result)
    against = result.get("against_mass_killing_onsets")
    if against:
        lines.append(
            f"Against mass-killing onsets by year: {against['hits']} hits, {against['misses']} misses, "
            f"{against['false_alarms']} false alarms of {against['firings']} firings."
        )
    if cases:
        lines += [_case(f) for f in result["fired"]]
        lines += [
            f"  onset {o['onset']} {o['place_id']}: {'caught' if o['caught'] else 'missed'}"
            for o in result["onset_list"]
        ]
    return "\n".join([*lines, *notes])


def _lulls(result: dict[str, Any]) -> list[str]:
    """Return what the back-test of a collapse says beside its counts."""
    at_once = "; ".join(f"{o['month']}: {', '.join(o['places'])}" for o in result["of_the_source"]) or "never"
    over = result["after_an_end"]
    return [
        f"False alarms: {result['false_alarms_per_year']:g} a year (the quiet lasted).",
        f"Fired where a killing had just ended by the record: {over['firings']}; violence was back in {over['back']}.",
        f"So many at once that it was the source: {at_once}.",
    ]


def _chains(result: dict[str, Any]) -> list[str]:
    """Return the back-test of a report tripwire: what it did on each dated chain and over noise."""
    first = ", ".join(f"{chain} {day}" for chain, day in result["first_fired"].items()) or "on none"
    return [
        f"{result['tripwire_id']} v{result['version']} on dated chains: {result['words']}.",
        f"First fired: {first}. Missed: {', '.join(result['misses']) or 'none'}.",
        MISSING,
    ]


def _case(f: dict[str, Any]) -> str:
    """Return one firing as a row: when, on what, what happened after, how early it was."""
    lead = f", {f['lead_days']} days later" if f["lead_days"] is not None else ""
    onset = f" {f['onset']}" if f["onset"] else ""
    return f"  fired {f['fired']} {f['place_id']} ({f['value']:.4g}): {f['after']}{onset}{lead}; action {f['action']}"


def _drill(result: dict[str, Any]) -> list[str]:
    name = f"Drill of {result['tripwire_id']} v{result['version']}"
    if result["kind"] == "promise":
        return [
            f"{name}: a promise kept stays quiet, each way to break one rings.",
            *(f"  {d['case']}: {'rings' if d['fires'] else 'quiet'}" for d in result["drill"]),
        ]
    if result["kind"] == "feed":
        return [
            f"{name}: quiet in time, and rings at the first second after it.",
            *(f"  every {d['cadence']}, {d['grace']} of grace: rings" for d in result["drill"]),
        ]
    return [
        f"{name}: every source keeps still in time and fires late.",
        *(
            f"  {d['source_id']}: quiet to day {d['still_quiet_after_days']}, fires on day {d['fires_after_days']}"
            for d in result["drill"]
        ),
    ]


def _intervals(result: dict[str, Any]) -> str:
    low, high = result["firings_per_year_interval"]
    parts = [f"firings a year {low:g} to {high:g}"]
    if result["share_interval"]:
        parts.append("came true {} to {}".format(*map(percent, result["share_interval"])))
    if result["missed_interval"]:
        parts.append("missed {} to {}".format(*map(percent, result["missed_interval"])))
    return f"95% intervals: {'; '.join(parts)}."


def _time(result: dict[str, Any]) -> list[str]:
    lead, told = result["lead_days"], result["in_time"]
    if not lead:
        return []
    lines = [
        f"Lead of hits, days: {lead['least']} least, {lead['quarter']}, {lead['median']}, {lead['three_quarters']}, "
        f"{lead['most']} most."
    ]
    if told:
        lines.append(
            f"Ready after {told['readiness_days']} days, help begins {told['action_days']} later: {told['in_time']} of "
            f"{told['hits']} hits left that long ({percent(told['interval'][0])} to {percent(told['interval'][1])})."
        )
    return lines
