"""What a technique still lacks, in sentences. It asks; it never forbids."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

LEAST_HYPOTHESES = 3
DECEPTION = (
    "No hypothesis says that we are deceived, or wrong. Add one: that what we see was meant to be seen, or that what "
    "all hypotheses share is false"
)


def missing(told: dict[str, Any], today: date) -> list[str]:
    """Return what is missing in a technique as ``show`` tells it."""
    standing = {name: [row for row in rows if not row["withdrawn"]] for name, rows in told["parts"].items()}
    return _OF[told["kind"]](told, standing, today)


def overdue_assumption(row: dict[str, Any], today: date) -> bool:
    """Tell whether an assumption should have been looked at again."""
    return bool(row["words"]["review_on"] < today.isoformat())


def _hypotheses(told: dict[str, Any], now: dict[str, list[dict[str, Any]]], _today: date) -> list[str]:
    found = []
    if len(now["hypothesis"]) < LEAST_HYPOTHESES:
        found.append("Fewer than three hypotheses: two are a quarrel, and one is a belief")
    if not any(h["words"]["deception"] for h in now["hypothesis"]):
        found.append(DECEPTION)
    if not now["evidence"]:
        found.append("No evidence yet; what should be seen and is not is evidence too")
    analysis = told["analysis"]
    if now["evidence"] and not analysis["by_seat"] and told["state"] != "blind":
        found.append("Nobody has filled in a cell")
    for one in analysis["by_seat"]:
        if one["left_out"]:
            found.append(f"{one['by']} has not held {', '.join(one['left_out'])} against every hypothesis")
        if not one["left_out"] and all(row["says"] != "apart" for row in one["evidence"].values()):
            found.append(f"No row tells the hypotheses apart as {one['by']} reads them: look for evidence that would")
    if len(analysis["by_seat"]) == 1:
        found.append("One person filled it in: nobody disagreed because nobody was asked")
    return found


def _assumptions(_told: dict[str, Any], now: dict[str, list[dict[str, Any]]], today: date) -> list[str]:
    if not now["assumption"]:
        return ["No assumption yet: what must be so for the view in force to be right?"]
    found = [
        f"{a['key']} was to be looked at again by {a['words']['review_on']}"
        for a in now["assumption"]
        if overdue_assumption(a, today)
    ]
    return found + [
        f"{a['key']} is held with a caveat that is not said"
        for a in now["assumption"]
        if a["words"]["standing"] == "caveat" and not a["words"]["caveat"]
    ]


def _premortem(told: dict[str, Any], now: dict[str, list[dict[str, Any]]], _today: date) -> list[str]:
    if told["state"] == "blind":
        waits = [s["post"] for s in told["seats"] if s["invited"] and s["state"] != "handed in"]
        return [f"Not handed in yet: {', '.join(waits)}"] if waits else []
    if not now["reason"]:
        return ["Nobody gave a reason"]
    grouped = {key for g in now["group"] for key in g["words"]["reasons"]}
    loose = [r["key"] for r in now["reason"] if r["key"] not in grouped]
    found = [f"In no group yet, so without an early sign and what is done: {', '.join(loose)}"] if loose else []
    if not any(r["words"]["although"] == "did_not_act" for r in now["reason"]):
        found.append("Nobody imagined that it happened and we did not act")
    if len({r["seat"] for r in now["reason"]}) == 1:
        found.append("One person alone: it holds what one person could think of")
    return found


def _scenarios(_told: dict[str, Any], now: dict[str, list[dict[str, Any]]], _today: date) -> list[str]:
    found = []
    if len(now["scenario"]) < 2:
        found.append("Fewer than two scenarios: one is a forecast")
    watched = {i["words"]["scenario"] for i in now["indicator"]}
    found += [
        f"{s['key']} has no indicator: nobody would see it come" for s in now["scenario"] if s["key"] not in watched
    ]
    return found + [f"{i['key']} was to be looked at by {i['look_on']}" for i in now["indicator"] if i["overdue"]]


def _red_team(told: dict[str, Any], now: dict[str, list[dict[str, Any]]], _today: date) -> list[str]:
    found = []
    if not any(s["invited"] for s in told["seats"]):
        found.append("Nobody is named to argue against")
    if not now["challenge"]:
        found.append("No argument against yet")
    answered = {r["words"]["challenge"] for r in now["reply"]}
    return found + [f"{c['key']} is not answered" for c in now["challenge"] if c["key"] not in answered]


def _something(part: str, sentence: str) -> Callable[..., list[str]]:
    return lambda _told, now, _today: [] if now[part] else [sentence]


_OF: dict[str, Callable[..., list[str]]] = {
    "hypotheses": _hypotheses,
    "assumptions": _assumptions,
    "premortem": _premortem,
    "scenarios": _scenarios,
    "red_team": _red_team,
    "wild_card": _something("wild_card", "No wild card yet: what would make all of this beside the point?"),
    "analogies": _something("analogy", "No past case yet; two that disagree teach more than one"),
}
