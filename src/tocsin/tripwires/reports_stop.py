"""Reports from a place that stop: a quiet longer than chance makes at the pace at which its own reports came.

Pace: reports a day in the days before the newest report. If reports came independently at that pace, a gap of ``d``
days after a report has chance exp(-pace × d); the rule fires when that falls to ``chance``. So of all gaps of a place
whose reporting goes on, that share and no more fires falsely: at one report a week and 0.005 it is one false alarm in
nearly four years. Reports that come in clusters leave longer gaps, so there it is more often; ``quiet_days`` is the
least.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log

from tocsin.catalog.tripwires.schema import ReportsStopParams, Tripwire
from tocsin.tripwires.series import Because, Firing
from tocsin.tripwires.words import place_name


@dataclass(frozen=True, slots=True)
class Arrivals:
    """When reports on one place came, and how many sources they came from. No report and no writer is in it."""

    place_id: str
    at: tuple[datetime, ...]
    sources: int


def params_of(tripwire: Tripwire) -> ReportsStopParams:
    """Return the parameters of a tripwire on reports that stop."""
    assert isinstance(tripwire.params, ReportsStopParams)
    return tripwire.params


def due(tripwire: Tripwire, arrivals: Arrivals) -> datetime | None:
    """Return the moment from which the quiet of a place is too long for chance; None when it has no pace to fall from.

    ``arrivals`` holds the reports of the ``lookback_days`` up to the newest, that one included.
    """
    params = params_of(tripwire)
    if len(arrivals.at) < params.least_reports or arrivals.sources < params.least_sources:
        return None
    newest = max(arrivals.at)
    days = -log(params.chance) / pace(params, arrivals)
    return newest + timedelta(days=max(days, params.quiet_days))


def pace(params: ReportsStopParams, arrivals: Arrivals) -> float:
    """Return reports a day over the days looked back on: a place that began to report lately has a slower one."""
    return len(arrivals.at) / params.lookback_days


def evaluate(tripwire: Tripwire, arrivals: Iterable[Arrivals], now: datetime) -> list[Firing]:
    """Return a firing for every place whose reports have stopped. One quiet rings once: its period is its last day."""
    firings = []
    for one in sorted(arrivals, key=lambda a: a.place_id):
        limit = due(tripwire, one)
        if limit is not None and now >= limit:
            firings.append(_firing(tripwire, one, now))
    return firings


def _firing(tripwire: Tripwire, one: Arrivals, now: datetime) -> Firing:
    params, newest, name = params_of(tripwire), max(one.at), place_name(one.place_id)
    days = (now - newest).days
    chance = exp(-pace(params, one) * days)
    summary = (
        f"{name}: no report since {newest:%Y-%m-%d}, {days} days; in the {params.lookback_days} days before there were "
        f"{len(one.at)} from {one.sources} sources. Nobody who reported is asked because of it."
    )
    return Firing(
        tripwire_id=tripwire.id,
        version=tripwire.version,
        kind="silence",
        level=tripwire.level,
        place_id=one.place_id,
        source_id=None,
        period=newest.date().isoformat(),
        value=float(days),
        threshold=float(max(params.quiet_days, 1)),
        state=None,
        summary=summary,
        question=tripwire.question.format(place=name),
        because=(
            Because(summary, days, "reports", f"reports on {one.place_id}", newest.date().isoformat()),
            Because(
                f"At that pace so long a quiet has a chance of {chance:.2g}; {params.chance:g} is the mark",
                chance,
                tripwire.id,
                "params",
                f"v{tripwire.version}",
            ),
        ),
    )
