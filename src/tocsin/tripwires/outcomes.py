"""What followed a firing, and which onsets no firing claimed. One definition for back-tests, choices and judgement.

* **forecast.** A firing at base year *b* claims an onset of the target in *b*+1 … *b*+``claim_years``. Hit: there is
  one. False alarm: there is none and the window is over. Miss: an onset, in a place the tripwire reads, that no claim
  covers. Onsets are known by year, so lead is counted from 31 December of *b* to 1 July of the onset year: give or take
  half a year.
* **event.** The outcome is a campaign: the first month in which the place's deaths over ``campaign_months`` reach
  ``campaign_deaths``, after as many months below. Only firings in places with no campaign running are scored. Hit: one
  begins within ``claim_months`` *after* the firing. A campaign that begins in the very month of the firing was seen,
  not foreseen: it is counted apart and the campaign stays a miss. A window that runs past the counted months, with no
  campaign seen in it, is undecided.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tocsin.catalog.tripwires.schema import EventParams, ForecastParams
from tocsin.core.months import month_text
from tocsin.tripwires.facts import Facts
from tocsin.tripwires.series import Months

AFTER = {
    "hit": "onset",
    "false alarm": "no onset",
    "undecided": "not over yet",
    "same month": "onset in the same month",
    "running": "already running",
}
"""What followed, in words, by outcome."""
NO_ACTION_KNOWN = "not known"
"""What a back-test says of action taken: only the register can know of one."""


def row(
    place_id: str, fired: str, value: float | None, outcome: str, *, onset: str | None = None, lead: int | None = None
) -> dict[str, Any]:
    """Return one firing as a row: when, on what, what happened after, how early it was."""
    return {
        "place_id": place_id,
        "fired": fired,
        "value": value,
        "outcome": outcome,
        "after": AFTER[outcome],
        "action": NO_ACTION_KNOWN,
        "onset": onset,
        "lead_days": lead,
    }


@dataclass(frozen=True)
class Forecasts:
    """Outcomes of forecast firings: periods are base years. ``last`` is the last year whose onsets may be looked at."""

    params: ForecastParams
    facts: Facts
    last: int

    def of(self, place_id: str, base_year: int, value: float | None = None) -> dict[str, Any]:
        """Return a firing with what followed it."""
        window = range(base_year + 1, base_year + self.params.claim_years + 1)
        began = next((y for y in self.facts.onsets.get(place_id, ()) if y in window and y <= self.last), None)
        outcome = "hit" if began else "false alarm" if window[-1] <= self.last else "undecided"
        lead = (date(began, 7, 1) - date(base_year, 12, 31)).days if began else None
        return row(place_id, str(base_year), value, outcome, onset=str(began) if began else None, lead=lead)

    def onsets(
        self, fired: Iterable[tuple[str, int]], read: Iterable[tuple[str, int]], after: int, last: int
    ) -> list[dict[str, Any]]:
        """Return the onsets of the years ``after`` < year ≤ ``last`` in places read the year before; caught or not."""
        claims = {(p, y) for p, b in fired for y in range(b + 1, b + self.params.claim_years + 1)}
        seen = set(read)
        return [
            {"place_id": place, "onset": str(y), "caught": (place, y) in claims}
            for place, began in sorted(self.facts.onsets.items())
            for y in began
            if after < y <= last and (place, y - 1) in seen
        ]


@dataclass(frozen=True)
class Events:
    """Outcomes of event firings: periods are month numbers. ``last`` is the last month that may be looked at."""

    params: EventParams
    series: Months
    begun: Mapping[str, list[int]]
    last: int

    @classmethod
    def until(cls, params: EventParams, series: Months, last: int) -> Events:
        """Find the campaigns of every place up to a month, once."""
        return cls(params, series, {p: campaigns(params, series, p, last) for p in series.deaths}, last)

    def of(self, place_id: str, month: int, value: float | None = None) -> dict[str, Any]:
        """Return a firing with what followed it."""
        params, begun = self.params, self.begun.get(place_id, [])
        ahead = next((c for c in begun if month < c <= month + params.claim_months and c <= self.last), None)
        if trailing(params, self.series.deaths.get(place_id, {}), month - 1) >= params.campaign_deaths:
            outcome = "running"
        elif month in begun:
            outcome = "same month"
        elif ahead is not None:
            outcome = "hit"
        else:
            outcome = "false alarm" if month + params.claim_months <= self.last else "undecided"
        if outcome != "hit" or ahead is None:
            return row(place_id, month_text(month), value, outcome)
        lead = (month_end(ahead) - month_end(month)).days
        return row(place_id, month_text(month), value, outcome, onset=month_text(ahead), lead=lead)

    def onsets(self, fired: Iterable[tuple[str, int]], after: int, last: int) -> list[dict[str, Any]]:
        """Return the campaigns that begin in the months ``after`` < month ≤ ``last``, foreseen or not."""
        by_place: dict[str, list[int]] = {}
        for place, month in fired:
            by_place.setdefault(place, []).append(month)
        return [
            {
                "place_id": place,
                "onset": month_text(c),
                "caught": any(m < c <= m + self.params.claim_months for m in by_place.get(place, ())),
            }
            for place, months in sorted(self.begun.items())
            for c in months
            if after < c <= last
        ]


def campaigns(params: EventParams, series: Months, place_id: str, last: int) -> list[int]:
    """Return the months in which a campaign begins in a place, up to ``last``, oldest first."""
    deaths, begun, below = series.deaths[place_id], [], params.campaign_months
    for month in range(min(series.known), last + 1):
        total = trailing(params, deaths, month)
        if total < params.campaign_deaths:
            below += 1
            continue
        if below >= params.campaign_months:
            begun.append(month)
        below = 0
    return begun


def trailing(params: EventParams, deaths: Mapping[int, int], month: int) -> int:
    """Return the deaths known in the months of a campaign window ending with a month: at least so many."""
    return sum(deaths.get(m, 0) for m in range(month - params.campaign_months + 1, month + 1))


def end_of_first_run(series: Months, after: int) -> int:
    """Return the last month before the first gap after a month: beyond a gap nothing is compared."""
    month = after
    while month + 1 in series.known:
        month += 1
    return month


def month_end(month: int) -> date:
    """Return the last day of a month number."""
    year, number = month // 12, month % 12 + 1
    return date(year, number, monthrange(year, number)[1])
