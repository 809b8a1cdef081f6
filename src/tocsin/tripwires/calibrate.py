"""Thresholds from an alert budget: the lowest mark on the grid that stays within it.

Only firings are counted here; whether they came true plays no part, so the choice cannot be fitted to outcomes. It is
made on the years the file names (``choose_last``) and scored on those that follow.
"""

from __future__ import annotations

from collections.abc import Iterable

from tocsin.catalog.tripwires.schema import Tripwire
from tocsin.core.errors import Refused
from tocsin.core.months import month_index
from tocsin.tripwires import event, forecast
from tocsin.tripwires.series import Months, Point


def forecast_rate(tripwire: Tripwire, points: Iterable[Point], threshold: float, *, last: int | None = None) -> float:
    """Return firings a year up to a base year, worldwide.

    The first years fire for every place already over the mark, which no later year repeats: they are left out.
    """
    params = forecast.params_of(tripwire)
    points = [p for p in points if last is None or p.base_year <= last]
    years = sorted({p.base_year for p in points})[params.claim_years :]
    if not years:
        raise Refused(f"Too few base years to calibrate {tripwire.id}")
    fired = forecast.walk(tripwire, points, threshold)
    return sum(p.base_year >= years[0] for p in fired) / len(years)


def event_rate(tripwire: Tripwire, series: Months, floor: float, *, last: int) -> float:
    """Return firings a year from the first month with a whole look-back behind it to ``last``, worldwide."""
    params = event.params_of(tripwire)
    first = min(series.known) + params.lookback_months
    months = sum(first <= m <= last for m in series.known)
    if not months:
        raise Refused(f"Too few months to calibrate {tripwire.id}")
    return len(event.walk(tripwire, series, floor, first=first, last=last)) * 12 / months


def threshold(tripwire: Tripwire, series: Iterable[Point] | Months) -> tuple[float, float]:
    """Return the threshold for the budget in the file, and the firings a year it gave where it was chosen.

    The lowest grid value from which every higher one also keeps within the budget. Raises Refused when none does, or
    when the tripwire has no budget to calibrate to.
    """
    budget = tripwire.alert_budget.items_per_year
    if budget is None:
        raise Refused(f"{tripwire.id} has no alert budget and no threshold")
    chosen: tuple[float, float] | None = None
    points = series if isinstance(series, Months) else list(series)
    for value in reversed(tripwire.params.grid.values()):  # type: ignore[union-attr]
        if isinstance(points, Months):
            last = month_index(event.params_of(tripwire).choose_last)
            rate = event_rate(tripwire, points, value, last=last)
        else:
            rate = forecast_rate(tripwire, points, value, last=forecast.params_of(tripwire).choose_last)
        if rate > budget:
            break
        chosen = (value, rate)
    if chosen is None:
        raise Refused(f"No threshold on the grid of {tripwire.id} keeps within {budget:g} items a year")
    return chosen
