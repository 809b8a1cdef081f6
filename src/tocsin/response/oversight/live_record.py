"""The live record: what this installation said before it could be known, from its first run in the ledger on.

A base year is judged by the first run that was taken with it, whatever later runs say of the same years: the first
word counts. What followed is read from the newest run, whose record tells of every base year whether an onset followed
once the two years are over and the list of facts reaches them. Totals only: no place is named on an open page.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tocsin.core.errors import TocsinError
from tocsin.response.docket.models import RunTaken
from tocsin.response.register import runs
from tocsin.response.register.runs import ONSET, ONSET_MODEL, Run

LIST = 30
"""How many places a list has on which an onset is looked for."""


def live_record(home: Path) -> list[dict[str, Any]]:
    """Return a row a base year, oldest first: the run that spoke first, when, and what came of it.

    Keys: ``base_year, run_id, taken_at, window`` (seen from that day), ``places, expected`` (onsets added up), and
    ``observed, brier`` (mean squared distance), ``listed`` (onsets among the first 30): None while not known. A run
    that is no longer in the data folder is left out.
    """
    try:
        kept, newest = set(runs.identifiers(home)), runs.latest(home)
    except TocsinError:
        return []  # the board says what is damaged; an open page does not
    followed = _followed(newest) if newest else {}
    first: dict[int, dict[str, Any]] = {}
    for taken in RunTaken.objects.order_by("taken_at", "id"):
        if taken.run_id not in kept:
            continue
        try:
            run = runs.load(home, taken.run_id)
        except TocsinError:
            continue
        base = run.base_year
        if base is not None and base not in first and not run.standing:
            first[base] = _row(run, taken, followed.get(base, {}))
    return [first[base] for base in sorted(first)]


def _followed(newest: Run) -> dict[int, dict[str, bool]]:
    """Return {base year: {place: whether an onset followed}} for the base years whose two years are known whole."""
    known: dict[int, dict[str, bool]] = {}
    for row in newest.query("record", "onset_within IS NOT NULL"):
        known.setdefault(int(row["base_year"]), {})[row["place_id"]] = bool(row["onset_within"])
    return known


def _row(run: Run, taken: RunTaken, followed: dict[str, bool]) -> dict[str, Any]:
    """Return what one run said, and what came of it."""
    said = {
        r["place_id"]: float(r["value"])
        for r in run.query("forecasts", "target = ? AND model_id = ? AND output_type = 'pmf'", [ONSET, ONSET_MODEL])
    }
    judged = sorted((p, said[p]) for p in said if p in followed)
    listed = sorted(said, key=lambda p: (-said[p], p))[:LIST]
    return {
        "base_year": run.base_year,
        "run_id": run.run_id,
        "taken_at": taken.taken_at,
        "window": run.window(taken.taken_at.date()),
        "places": len(said),
        "expected": sum(said.values()),
        "observed": sum(followed[p] for p, _ in judged) if judged else None,
        "brier": sum((risk - followed[p]) ** 2 for p, risk in judged) / len(judged) if judged else None,
        "listed": sum(followed.get(p, False) for p in listed) if judged else None,
    }
