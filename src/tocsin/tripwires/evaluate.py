"""One door to every kind: ``evaluate(tripwire, series, now)`` gives firings and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tocsin.catalog.tripwires.schema import Tripwire
from tocsin.tripwires import event, forecast, promise, report, silence
from tocsin.tripwires.series import Because, Firing, Heartbeat, Months, Point, Unable


def evaluate(
    tripwire: Tripwire,
    series: Iterable[Point]
    | Months
    | Iterable[Heartbeat]
    | Iterable[Mapping[str, Any]]
    | Iterable[report.GradedReport],
    now: datetime,
    *,
    threshold: float | None = None,
    held: Mapping[str, forecast.Held] | None = None,
) -> list[Firing]:
    """Return the firings of a forecast, event, silence, office, promise or report tripwire at a moment.

    ``series`` is what the kind reads: points, months, heartbeats, offices asked, what ``judge`` found, graded reports.
    ``threshold`` is the one it was armed with; a forecast or event tripwire without one is Unable. ``held`` are the
    claims of earlier firings (forecast only).
    The bell is rung, not evaluated: ``tripwires.bell``. Raises Unable when it cannot be evaluated.
    """
    if tripwire.kind == "silence":
        return silence.evaluate(tripwire, series, now.date())  # type: ignore[arg-type]
    if tripwire.kind == "promise":
        return promise.evaluate(tripwire, series)  # type: ignore[arg-type]
    if tripwire.kind == "office":
        return silence.of_offices(tripwire, series, now.date())  # type: ignore[arg-type]
    if tripwire.kind == "report":
        return report.evaluate(tripwire, series, now)  # type: ignore[arg-type]
    if tripwire.kind == "bell":
        raise Unable("The bell is rung by a person; there is nothing to evaluate")
    if threshold is None:
        raise Unable(f"{tripwire.id} is not armed", todo=f"tocsin tripwires arm {tripwire.id}")
    if tripwire.kind == "forecast":
        return forecast.evaluate(tripwire, series, threshold, held)  # type: ignore[arg-type]
    assert isinstance(series, Months)
    return event.evaluate(tripwire, series, threshold)


def cannot(tripwire: Tripwire, cause: Unable, now: datetime) -> Firing:
    """Return the warning that a tripwire could not be evaluated: one for the cause, whatever the number of places.

    It is a silence: an input that should speak does not. Its source is the tripwire itself.
    """
    summary = f"The tripwire “{tripwire.title}” could not be evaluated: {cause.what.rstrip('.')}."
    return Firing(
        tripwire_id=tripwire.id,
        version=tripwire.version,
        kind="silence",
        level="watch",
        place_id=None,
        source_id=tripwire.id,
        period=now.date().isoformat(),
        value=1.0,
        threshold=1.0,
        state=None,
        summary=summary,
        question=f"What will we do about the tripwire “{tripwire.title}”, which could not be evaluated?",
        because=(Because(summary, None, tripwire.id, "evaluation", now.date().isoformat()),),
    )
