"""One door to every kind: ``evaluate(tripwire, series, now)`` gives firings and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from tocsin.catalog.tripwires.schema import Tripwire
from tocsin.tripwires import collapse, event, feed, forecast, promise, report, reports_stop, silence
from tocsin.tripwires.facts import Facts
from tocsin.tripwires.series import Because, Firing, Heartbeat, Months, Point, Unable


def evaluate(
    tripwire: Tripwire,
    series: Iterable[Point]
    | Months
    | Iterable[Heartbeat]
    | Iterable[feed.Sign]
    | Iterable[reports_stop.Arrivals]
    | Iterable[Mapping[str, Any]]
    | Iterable[report.GradedReport],
    now: datetime,
    *,
    threshold: float | None = None,
    held: Mapping[str, forecast.Held] | None = None,
    facts: Facts | None = None,
) -> list[Firing]:
    """Return the firings of a tripwire of any kind but the bell at a moment.

    ``series`` is what the kind reads: points, months, heartbeats, signs of feeds, offices asked, arrivals of reports,
    what ``judge`` found, graded reports.
    ``threshold`` is the one it was armed with; one that needs a threshold and has none is Unable. ``held`` are the
    claims of earlier firings (forecast only); ``facts`` says which killings ended (collapse only).
    The bell is rung, not evaluated: ``tripwires.bell``. Raises Unable when it cannot be evaluated.
    """
    without: dict[str, Callable[[], list[Firing]]] = {
        "silence": lambda: silence.evaluate(tripwire, series, now.date()),  # type: ignore[arg-type]
        "feed": lambda: feed.evaluate(tripwire, series, now),  # type: ignore[arg-type]
        "reports_stop": lambda: reports_stop.evaluate(tripwire, series, now.date()),  # type: ignore[arg-type]
        "promise": lambda: promise.evaluate(tripwire, series),  # type: ignore[arg-type]
        "office": lambda: silence.of_offices(tripwire, series, now.date()),  # type: ignore[arg-type]
        "report": lambda: report.evaluate(tripwire, series, now),  # type: ignore[arg-type]
    }
    if tripwire.kind in without:
        return without[tripwire.kind]()
    if tripwire.kind == "bell":
        raise Unable("The bell is rung by a person; there is nothing to evaluate")
    if threshold is None:
        raise Unable(f"{tripwire.id} is not armed", todo=f"tocsin tripwires arm {tripwire.id}")
    if tripwire.kind == "forecast":
        return forecast.evaluate(tripwire, series, threshold, held)  # type: ignore[arg-type]
    assert isinstance(series, Months)
    if tripwire.kind == "collapse":
        return collapse.evaluate(tripwire, series, threshold, facts)
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
