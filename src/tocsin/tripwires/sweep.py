"""One tripwire over the years set apart for choosing, at any threshold: how often it fires, what it gets wrong.

Nothing after ``choose_last`` is looked at: no firing, no onset, no window that ends later. What does not depend on the
threshold is worked out once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from tocsin.catalog.tripwires.schema import Tripwire
from tocsin.core.errors import Refused
from tocsin.core.months import month_index
from tocsin.tripwires import event, forecast
from tocsin.tripwires.facts import Facts
from tocsin.tripwires.outcomes import Events, Forecasts
from tocsin.tripwires.series import Months, Point


class Sweep(Protocol):
    """What the ways to choose a threshold need of a signal."""

    def rate(self, threshold: float) -> float:
        """Return firings a year, worldwide. Raises Refused when the record is too short to say."""

    def missed(self, threshold: float) -> list[bool]:
        """Tell of each onset, in an order that never changes, whether no claim covers it."""

    def errors(self, threshold: float) -> tuple[int, int]:
        """Return false alarms and misses."""


@dataclass(frozen=True)
class ForecastSweep:
    """A forecast tripwire on a rolling record."""

    tripwire: Tripwire
    points: tuple[Point, ...]
    facts: Facts
    last: int

    @cached_property
    def _first(self) -> int:
        """The first base year that counts: places already over the mark fire at once when a record begins."""
        years = sorted({p.base_year for p in self.points})[forecast.params_of(self.tripwire).claim_years :]
        if not years:
            raise Refused(f"Too few base years to calibrate {self.tripwire.id}")
        return years[0]

    @cached_property
    def _outcomes(self) -> Forecasts:
        return Forecasts(forecast.params_of(self.tripwire), self.facts, self.last)

    def rate(self, threshold: float) -> float:
        """Return firings a year, without those of the first years."""
        fired = forecast.walk(self.tripwire, self.points, threshold)
        years = {p.base_year for p in self.points if p.base_year >= self._first}
        return sum(p.base_year >= self._first for p in fired) / len(years)

    def _onsets(self, fired: list[Point]) -> list[bool]:
        states = forecast.params_of(self.tripwire).states
        read = ((p.place_id, p.base_year) for p in self.points if p.state in states)
        # From the first year on whose whole window of claims was read.
        claimed = ((p.place_id, p.base_year) for p in fired)
        return [not o["caught"] for o in self._outcomes.onsets(claimed, read, self._first - 1, self.last)]

    def missed(self, threshold: float) -> list[bool]:
        """Tell of each onset whose whole window of claims was read whether no claim covers it."""
        return self._onsets(forecast.walk(self.tripwire, self.points, threshold))

    def errors(self, threshold: float) -> tuple[int, int]:
        """Return false alarms whose window is over, and misses."""
        fired = forecast.walk(self.tripwire, self.points, threshold)
        scored = [self._outcomes.of(p.place_id, p.base_year) for p in fired if p.base_year >= self._first]
        return sum(r["outcome"] == "false alarm" for r in scored), sum(self._onsets(fired))


@dataclass(frozen=True)
class EventSweep:
    """An event tripwire on counted months."""

    tripwire: Tripwire
    series: Months
    last: int

    @property
    def _first(self) -> int:
        """The first month with a whole look-back behind it."""
        return min(self.series.known) + event.params_of(self.tripwire).lookback_months

    @cached_property
    def _candidates(self) -> list[event.Verdict]:
        params = event.params_of(self.tripwire)
        return event.candidates(params, self.series, params.grid.first, first=self._first, last=self.last)

    @cached_property
    def _outcomes(self) -> Events:
        return Events.until(event.params_of(self.tripwire), self.series, self.last)

    def _fired(self, floor: float) -> list[event.Verdict]:
        params = event.params_of(self.tripwire)
        if floor < params.grid.first:
            return event.walk(self.tripwire, self.series, floor, first=self._first, last=self.last)
        return event.spaced(params, self._candidates, floor)

    def rate(self, threshold: float) -> float:
        """Return firings a year, from the first month with a whole look-back behind it."""
        months = sum(self._first <= m <= self.last for m in self.series.known)
        if not months:
            raise Refused(f"Too few months to calibrate {self.tripwire.id}")
        return len(self._fired(threshold)) * 12 / months

    def missed(self, threshold: float) -> list[bool]:
        """Tell of each campaign whose whole window of claims was read whether none foresaw it."""
        after = self._first + event.params_of(self.tripwire).claim_months - 1
        claimed = ((v.place_id, v.month) for v in self._fired(threshold))
        return [not o["caught"] for o in self._outcomes.onsets(claimed, after, self.last)]

    def errors(self, threshold: float) -> tuple[int, int]:
        """Return false alarms whose window is over, and misses."""
        scored = [self._outcomes.of(v.place_id, v.month) for v in self._fired(threshold)]
        return sum(r["outcome"] == "false alarm" for r in scored), sum(self.missed(threshold))


def sweep(tripwire: Tripwire, series: Iterable[Point] | Months, facts: Facts) -> ForecastSweep | EventSweep:
    """Return the sweep of a forecast or event tripwire over the years its file sets apart for choosing."""
    if isinstance(series, Months):
        return EventSweep(tripwire, series, month_index(event.params_of(tripwire).choose_last))
    last = forecast.params_of(tripwire).choose_last
    return ForecastSweep(tripwire, tuple(p for p in series if p.base_year <= last), facts, last)
