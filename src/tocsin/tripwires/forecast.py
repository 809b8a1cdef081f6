"""Forecast tripwires: a level reached or a rise since the last forecast, with hysteresis.

A firing is a claim: "an onset within ``claim_years`` of the base year". A place that has fired is *held*: it does not
fire again until its risk has fallen below ``rearm`` times the mark it fired on, or the claim has run out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tocsin.catalog.tripwires.schema import ForecastParams, Tripwire
from tocsin.core.numbers import risk
from tocsin.tripwires.series import Because, Firing, Point, Unable
from tocsin.tripwires.words import place_name


@dataclass(frozen=True, slots=True)
class Held:
    """A claim that stands: made at a base year, released when the risk falls below ``release_below``."""

    base_year: int
    release_below: float


def params_of(tripwire: Tripwire) -> ForecastParams:
    """Return the parameters of a forecast tripwire."""
    assert isinstance(tripwire.params, ForecastParams)
    return tripwire.params


def measure(params: ForecastParams, point: Point) -> float | None:
    """Return what is compared with the threshold: the risk, or its multiple of the last forecast; None unknown."""
    if point.p is None or point.state not in params.states:
        return None
    if params.measure == "level":
        return point.p
    if not point.previous or (params.floor is not None and point.p < params.floor):
        return None
    return point.p / point.previous


def over(params: ForecastParams, point: Point, threshold: float) -> bool:
    """Tell whether a point reaches the threshold. What is not known does not fire."""
    value = measure(params, point)
    return value is not None and value >= threshold


def hold(params: ForecastParams, point: Point, threshold: float) -> Held:
    """Return the claim that a firing on this point makes."""
    assert point.p is not None
    mark = threshold if params.measure == "level" else point.p
    return Held(point.base_year, params.rearm * mark)


def still_held(params: ForecastParams, held: Held | None, point: Point) -> bool:
    """Tell whether an earlier claim still covers this point. An unknown risk releases nothing."""
    if held is None or point.base_year >= held.base_year + params.claim_years:
        return False
    return point.p is None or point.p >= held.release_below


def walk(tripwire: Tripwire, points: Iterable[Point], threshold: float) -> list[Point]:
    """Return the points that fire when base years pass one by one, every place armed at the start."""
    params = params_of(tripwire)
    held: dict[str, Held | None] = {}
    fired = []
    for point in sorted(points, key=lambda p: (p.base_year, p.place_id)):
        claim = held.get(point.place_id)
        if not still_held(params, claim, point):
            held[point.place_id] = claim = None
        if claim is None and over(params, point, threshold):
            held[point.place_id] = hold(params, point, threshold)
            fired.append(point)
    return fired


def evaluate(
    tripwire: Tripwire, points: Iterable[Point], threshold: float, held: Mapping[str, Held] | None = None
) -> list[Firing]:
    """Return the firings of one set of forecasts, places with a claim that still stands left out.

    Raises Unable when there is no forecast at all.
    """
    params = params_of(tripwire)
    points = list(points)
    if not any(p.p is not None for p in points):
        raise Unable(f"There is no forecast of {params.target} by {params.model_id}")
    held = held or {}
    fired = [p for p in points if over(params, p, threshold) and not still_held(params, held.get(p.place_id), p)]
    return [_firing(tripwire, p, threshold) for p in sorted(fired, key=lambda p: p.place_id)]


def _firing(tripwire: Tripwire, point: Point, threshold: float) -> Firing:
    params = params_of(tripwire)
    value = measure(params, point)
    assert value is not None
    name, until = place_name(point.place_id), point.base_year + params.claim_years
    what = "a further, separate mass killing" if point.state == "under way" else "a mass killing"
    window = f"by the end of {until}"
    if params.measure == "level":
        summary = (
            f"{name}: risk that {what} begins {window} is {risk(point.p)}, at or over the mark of {risk(threshold)}."
        )
    else:
        summary = (
            f"{name}: risk that {what} begins {window} rose to {risk(point.p)} from {risk(point.previous)}, "
            f"{value:.1f} times the last forecast; the mark is {threshold:g} times."
        )
    row = f"forecasts: {params.model_id}, {params.target}, {point.base_year}, {point.place_id}"
    vintage = str(point.base_year)
    because = [Because(f"Forecast risk {risk(point.p)}", point.p, params.model_id, row, vintage)]
    if point.low is not None and point.high is not None:
        because.append(
            Because(f"Interval {risk(point.low)} to {risk(point.high)}", None, params.model_id, row, vintage)
        )
    if point.rank is not None:
        because.append(Because(f"Rank {point.rank} of {point.of}", point.rank, params.model_id, row, vintage))
    if point.previous is not None:
        because.append(
            Because(
                f"Last forecast {risk(point.previous)}", point.previous, params.model_id, row, str(point.base_year - 1)
            )
        )
    because.append(
        Because(
            f"The mark of this tripwire, version {tripwire.version}",
            threshold,
            tripwire.id,
            "params",
            f"v{tripwire.version}",
        )
    )
    return Firing(
        tripwire_id=tripwire.id,
        version=tripwire.version,
        kind=tripwire.kind,
        level=tripwire.level,
        place_id=point.place_id,
        source_id=None,
        period=vintage,
        value=value,
        threshold=threshold,
        state=point.state,
        summary=summary,
        question=tripwire.question.format(place=name, until=until),
        because=tuple(because),
    )
