"""Back-tests: what a tripwire would have done, how often it was right, what it missed, how early it was.

What counts as hit, false alarm and miss is defined in ``outcomes``; what no back-test here can know is listed in
``caveats`` and printed with the figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tocsin.catalog.tripwires.schema import ForecastParams, Tripwire
from tocsin.core.errors import Refused
from tocsin.core.months import month_index, month_text
from tocsin.tripwires import event, forecast
from tocsin.tripwires.choose import Wish, choose
from tocsin.tripwires.facts import Facts
from tocsin.tripwires.outcomes import Events, Forecasts, end_of_first_run
from tocsin.tripwires.series import Months, Point
from tocsin.tripwires.sweep import sweep
from tocsin.tripwires.tally import head, tally

VINTAGE = "Figures are of today's vintage: what was revised after the fact is known here and was not known then."
FORECAST_CAVEATS = [
    VINTAGE,
    "Ends of mass killings are coded in hindsight; they decide which places count as under way.",
    "Onsets are known by year only; lead days are counted to the middle of the year, from the end of the base year, "
    "whose figures appear some months into the next.",
]
EVENT_CAVEATS = [
    VINTAGE,
    "UCDP counts an actor once it has killed 25 people in a calendar year: months early in a year are counted because "
    "of what came later, so the monthly figures look ahead.",
    "The outcome is drawn from the same counts as the firing; "
    "the line against mass-killing onsets is the independent one.",
    "No reporting lag is applied; candidate figures come about a month later.",
]
BUDGET = Wish()


def forecasts(tripwire: Tripwire, points: Iterable[Point], facts: Facts, wish: Wish = BUDGET) -> dict[str, Any]:
    """Back-test a forecast tripwire on a rolling out-of-sample record. Raises Refused when nothing is left to score."""
    params = forecast.params_of(tripwire)
    points = list(points)
    swept = sweep(tripwire, points, facts)
    chosen = choose(tripwire, swept, wish)
    years = sorted({p.base_year for p in points if p.base_year > params.choose_last})
    if not years:
        raise Refused(f"The record has no base year after {params.choose_last} to score {tripwire.id} on")
    walked = forecast.walk(tripwire, points, chosen.threshold)
    outcomes = Forecasts(params, facts, facts.last_year)
    fired = [
        outcomes.of(p.place_id, p.base_year, forecast.measure(params, p)) for p in walked if p.base_year >= years[0]
    ]
    read = ((p.place_id, p.base_year) for p in points if p.state in params.states)
    onsets = outcomes.onsets(((p.place_id, p.base_year) for p in walked), read, years[0], years[-1] + 1)
    on = {
        "first": str(min(p.base_year for p in points)),
        "last": str(params.choose_last),
        "firings_per_year": round(swept.rate(chosen.threshold), 2),
    }
    span = (str(years[0]), str(years[-1]))
    return (
        head(tripwire, chosen, chosen_on=on, scored=span, years=len(years))
        | {"outcome": params.target}
        | tally(
            tripwire,
            fired,
            onsets,
            years=len(years),
            chance=_chance(params, points, facts, years[0]),
            caveats=FORECAST_CAVEATS,
        )
    )


def _chance(params: ForecastParams, points: Iterable[Point], facts: Facts, first: int) -> float | None:
    """Return the rate a tripwire is judged against: how often a place it reads, taken blindly, comes true."""
    followed = [
        any(p.base_year < y <= p.base_year + params.claim_years for y in facts.onsets.get(p.place_id, ()))
        for p in points
        if p.base_year >= first and p.base_year + params.claim_years <= facts.last_year and p.state in params.states
    ]
    return sum(followed) / len(followed) if followed else None


def events(tripwire: Tripwire, series: Months, facts: Facts, wish: Wish = BUDGET) -> dict[str, Any]:
    """Back-test an event tripwire on counted months. Raises Refused when nothing is left to score."""
    params = event.params_of(tripwire)
    swept = sweep(tripwire, series, facts)
    chosen = choose(tripwire, swept, wish)
    choose_last = month_index(params.choose_last)
    last = end_of_first_run(series, choose_last)
    if last <= choose_last:
        raise Refused(f"No month after {params.choose_last} is known to score {tripwire.id} on")
    start = min(series.known) + params.lookback_months
    walked = event.walk(tripwire, series, chosen.threshold, first=start, last=last)
    verdicts = [v for v in walked if v.month > choose_last]
    outcomes = Events.until(params, series, last)
    fired = [outcomes.of(v.place_id, v.month, v.deaths) for v in verdicts]
    onsets = outcomes.onsets(((v.place_id, v.month) for v in walked), choose_last, last)
    years = (last - choose_last) / 12
    rate = round(swept.rate(chosen.threshold), 2)
    on = {"first": month_text(start), "last": params.choose_last, "firings_per_year": rate}
    span = (month_text(choose_last + 1), month_text(last))
    outcome = f"{params.campaign_deaths} deaths of this kind within {params.campaign_months} months"
    chance = _month_chance(outcomes, choose_last)
    return (
        head(tripwire, chosen, chosen_on=on, scored=span, years=years)
        | {"outcome": outcome}
        | tally(tripwire, fired, onsets, years=years, chance=chance, caveats=EVENT_CAVEATS)
        | {"against_mass_killing_onsets": against_facts(verdicts, facts, last // 12)}
    )


def _month_chance(outcomes: Events, after: int) -> float | None:
    """Return the same for months: how often a month taken blindly is followed by a campaign within the window."""
    seen = followed = 0
    ahead = outcomes.params.claim_months
    for place, deaths in outcomes.series.deaths.items():
        for month in (m for m in deaths if after < m <= outcomes.last - ahead):
            seen += 1
            followed += any(month < c <= month + ahead for c in outcomes.begun[place])
    return followed / seen if seen else None


def against_facts(verdicts: list[event.Verdict], facts: Facts, last_year: int) -> dict[str, Any]:
    """Return the same firings against onsets of mass killing, known by year: this year or the two that follow.

    Only firings in places with none under way at the end of the year before. Within a year the order is not known.
    """
    fresh = [v for v in verdicts if not facts.under_way(v.place_id, v.month // 12 - 1)]
    last_year = min(last_year, facts.last_year)
    hits = misses = false_alarms = undecided = 0
    first_year = min((v.month // 12 for v in verdicts), default=last_year)
    for v in fresh:
        year = v.month // 12
        if any(year <= y <= year + 2 for y in facts.onsets.get(v.place_id, ())):
            hits += 1
        elif year + 2 <= facts.last_year:
            false_alarms += 1
        else:
            undecided += 1
    for place, began in facts.onsets.items():
        for y in began:
            if first_year <= y <= last_year and not facts.under_way(place, y - 1):
                misses += not any(v.place_id == place and v.month // 12 <= y <= v.month // 12 + 2 for v in fresh)
    return {"firings": len(fresh), "hits": hits, "misses": misses, "false_alarms": false_alarms, "undecided": undecided}
