"""Counts of a back-test with their intervals, the lead times, and whether there was time to act."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

import numpy as np

from tocsin.catalog.tripwires.schema import Tripwire
from tocsin.tripwires import intervals
from tocsin.tripwires.choose import Chosen


def head(
    tripwire: Tripwire, chosen: Chosen, *, chosen_on: dict[str, Any], scored: tuple[str, str], years: float
) -> dict[str, Any]:
    """Return what was tested: which rule, at which threshold, chosen how and where, scored on what."""
    return {
        "tripwire_id": tripwire.id,
        "version": tripwire.version,
        "kind": tripwire.kind,
        "rule_sha256": tripwire.digest(),
        "items_per_year": tripwire.alert_budget.items_per_year,
        "threshold": chosen.threshold,
        "threshold_from": chosen.way,
        "chosen_by": chosen.said(),
        "chosen_on": chosen_on,
        "scored_on": {"first": scored[0], "last": scored[1]},
        "years": round(years, 1),
    }


def tally(
    tripwire: Tripwire,
    fired: list[dict[str, Any]],
    onsets: list[dict[str, Any]],
    *,
    years: float,
    chance: float | None,
    caveats: list[str],
) -> dict[str, Any]:
    """Return counts of firings and onsets, each rate and share with its 95% interval."""
    by = {
        what: [f for f in fired if f["outcome"] == what]
        for what in ("hit", "false alarm", "undecided", "same month", "running")
    }
    hits, judged, misses = len(by["hit"]), len(by["hit"]) + len(by["false alarm"]), sum(not o["caught"] for o in onsets)
    leads = [f["lead_days"] for f in by["hit"]]
    return {
        "firings": len(fired),
        "firings_per_year": round(len(fired) / years, 2),
        "firings_per_year_interval": _rounded(intervals.rate(len(fired), years), 2),
        "hits": hits,
        "false_alarms": len(by["false alarm"]),
        "undecided": len(by["undecided"]),
        "same_month": len(by["same month"]),
        "already_running": len(by["running"]),
        "share_that_came_true": round(hits / judged, 3) if judged else None,
        "share_interval": _rounded(intervals.share(hits, judged), 3) if judged else None,
        "share_by_chance": None if chance is None else round(chance, 4),
        "onsets": len(onsets),
        "misses": misses,
        "share_missed": round(misses / len(onsets), 3) if onsets else None,
        "missed_interval": _rounded(intervals.share(misses, len(onsets)), 3) if onsets else None,
        "median_lead_days": int(median(leads)) if leads else None,
        "lead_days": spread(leads),
        "in_time": in_time(tripwire, leads),
        "fired": fired,
        "onset_list": onsets,
        "caveats": caveats,
    }


def spread(leads: Sequence[int]) -> dict[str, int] | None:
    """Return the least, the quarters and the most of the lead times, in days; None without a hit."""
    if not leads:
        return None
    cuts = np.quantile(leads, [0, 0.25, 0.5, 0.75, 1])
    return dict(zip(("least", "quarter", "median", "three_quarters", "most"), (int(c) for c in cuts), strict=True))


def in_time(tripwire: Tripwire, leads: Sequence[int]) -> dict[str, Any] | None:
    """Return how many hits left time to decide and to act, as the tripwire says both take; None when it does not."""
    if tripwire.readiness_days is None or tripwire.action_days is None:
        return None
    needed = tripwire.readiness_days + tripwire.action_days
    enough = sum(lead >= needed for lead in leads)
    return {
        "readiness_days": tripwire.readiness_days,
        "action_days": tripwire.action_days,
        "hits": len(leads),
        "ready": sum(lead >= tripwire.readiness_days for lead in leads),
        "in_time": enough,
        "share": round(enough / len(leads), 3) if leads else None,
        "interval": _rounded(intervals.share(enough, len(leads)), 3) if leads else None,
    }


def _rounded(pair: tuple[float, float], digits: int) -> list[float]:
    return [round(pair[0], digits), round(pair[1], digits)]
