"""Back-tests: what a tripwire would have done, how often it was right, what it missed, how early it was.

Definitions, the same for every tripwire of a kind:

* **forecast.** A firing at base year *b* claims an onset of the target in *b*+1 … *b*+``claim_years``. Hit: there is
  one. False alarm: there is none and the window is over. Miss: an onset, in a place the tripwire reads, that no claim
  covers. Onsets are known by year, so lead is counted from 31 December of *b* to 1 July of the onset year: give or take
  half a year.
* **event.** The outcome is a campaign: the first month in which the place's deaths over ``campaign_months`` reach
  ``campaign_deaths``, after as many months below. Only firings in places with no campaign running are scored. Hit: one
  begins within ``claim_months`` *after* the firing. A campaign that begins in the very month of the firing was seen,
  not foreseen: it is counted apart and the campaign stays a miss. A window that runs past the counted months, with no
  campaign seen in it, is undecided.

What no back-test here can know is listed in ``caveats`` and printed with the figures.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from tocsin.catalog.tripwires.schema import EventParams, ForecastParams, Tripwire
from tocsin.core.errors import Refused
from tocsin.core.months import month_index, month_text
from tocsin.tripwires import calibrate, event, forecast
from tocsin.tripwires.series import Months, Point

VINTAGE = "Figures are of today's vintage: what was revised after the fact is known here and was not known then."
FORECAST_CAVEATS = [
    VINTAGE,
    "Ends of mass killings are coded in hindsight; they decide which places count as under way.",
    "Onsets are known by year only; lead days are counted to the middle of the year.",
]
EVENT_CAVEATS = [
    VINTAGE,
    "UCDP counts an actor once it has killed 25 people in a calendar year: months early in a year are counted because "
    "of what came later, so the monthly figures look ahead.",
    "The outcome is drawn from the same counts as the firing; "
    "the line against mass-killing onsets is the independent one.",
    "No reporting lag is applied; candidate figures come about a month later.",
]


@dataclass(frozen=True)
class Facts:
    """Onsets and spells of mass killing by place: years only. ``last_year`` is the last year that was coded."""

    onsets: Mapping[str, tuple[int, ...]]
    spells: Mapping[str, tuple[tuple[int, int | None], ...]]
    last_year: int

    def under_way(self, place_id: str, year: int) -> bool:
        """Tell whether a mass killing had begun by a year and had not ended before it."""
        return any(start <= year and (end is None or end >= year) for start, end in self.spells.get(place_id, ()))


def _summary(
    tripwire: Tripwire, threshold: float, *, given: bool, chosen: dict[str, Any], scored: tuple[str, str], years: float
) -> dict[str, Any]:
    return {
        "tripwire_id": tripwire.id,
        "version": tripwire.version,
        "kind": tripwire.kind,
        "rule_sha256": tripwire.digest(),
        "items_per_year": tripwire.alert_budget.items_per_year,
        "threshold": threshold,
        "threshold_from": "given" if given else "alert budget",
        "chosen_on": chosen,
        "scored_on": {"first": scored[0], "last": scored[1]},
        "years": round(years, 1),
    }


def _tally(
    fired: list[dict[str, Any]], onsets: list[dict[str, Any]], years: float, chance: float | None, caveats: list[str]
) -> dict[str, Any]:
    judged = sum(f["outcome"] in ("hit", "false alarm") for f in fired)
    by = {
        what: [f for f in fired if f["outcome"] == what]
        for what in ("hit", "false alarm", "undecided", "same month", "running")
    }
    leads = [f["lead_days"] for f in by["hit"]]
    return {
        "firings": len(fired),
        "firings_per_year": round(len(fired) / years, 2),
        "hits": len(by["hit"]),
        "false_alarms": len(by["false alarm"]),
        "undecided": len(by["undecided"]),
        "same_month": len(by["same month"]),
        "already_running": len(by["running"]),
        "share_that_came_true": round(len(by["hit"]) / judged, 3) if judged else None,
        "share_by_chance": None if chance is None else round(chance, 4),
        "onsets": len(onsets),
        "misses": sum(not o["caught"] for o in onsets),
        "median_lead_days": int(median(leads)) if leads else None,
        "fired": fired,
        "onset_list": onsets,
        "caveats": caveats,
    }


def forecasts(
    tripwire: Tripwire, points: Iterable[Point], facts: Facts, *, threshold: float | None = None
) -> dict[str, Any]:
    """Back-test a forecast tripwire on a rolling out-of-sample record. Raises Refused when nothing is left to score."""
    params = forecast.params_of(tripwire)
    points = list(points)
    chosen_mark, _ = (threshold, None) if threshold is not None else calibrate.threshold(tripwire, points)
    years = sorted({p.base_year for p in points if p.base_year > params.choose_last})
    if not years:
        raise Refused(f"The record has no base year after {params.choose_last} to score {tripwire.id} on")
    walked = forecast.walk(tripwire, points, chosen_mark)
    fired = []
    claims: dict[str, set[int]] = {}
    for p in walked:
        window = range(p.base_year + 1, p.base_year + params.claim_years + 1)
        claims.setdefault(p.place_id, set()).update(window)
        if p.base_year < years[0]:
            continue
        began = [y for y in facts.onsets.get(p.place_id, ()) if y in window]
        outcome = "hit" if began else "false alarm" if window[-1] <= facts.last_year else "undecided"
        lead = (date(began[0], 7, 1) - date(p.base_year, 12, 31)).days if began else None
        fired.append(
            {
                "place_id": p.place_id,
                "fired": str(p.base_year),
                "value": forecast.measure(params, p),
                "outcome": outcome,
                "onset": str(began[0]) if began else None,
                "lead_days": lead,
            }
        )
    read = {(p.place_id, p.base_year) for p in points if p.state in params.states}
    onsets = [
        {"place_id": place, "onset": str(y), "caught": y in claims.get(place, set())}
        for place, began in sorted(facts.onsets.items())
        for y in began
        if years[0] < y <= years[-1] + 1 and (place, y - 1) in read
    ]
    first = min(p.base_year for p in points)
    rate = calibrate.forecast_rate(tripwire, points, chosen_mark, last=params.choose_last)
    chosen = {"first": str(first), "last": str(params.choose_last), "firings_per_year": round(rate, 2)}
    span = (str(years[0]), str(years[-1]))
    head = _summary(tripwire, chosen_mark, given=threshold is not None, chosen=chosen, scored=span, years=len(years))
    return (
        head
        | {"outcome": params.target}
        | _tally(fired, onsets, len(years), _chance(params, points, facts, years[0]), FORECAST_CAVEATS)
    )


def _chance(params: ForecastParams, points: Iterable[Point], facts: Facts, first: int) -> float | None:
    """Return the rate a tripwire is judged against: how often a place it reads, taken blindly, comes true."""
    followed = [
        any(p.base_year < y <= p.base_year + params.claim_years for y in facts.onsets.get(p.place_id, ()))
        for p in points
        if p.base_year >= first and p.base_year + params.claim_years <= facts.last_year and p.state in params.states
    ]
    return sum(followed) / len(followed) if followed else None


def events(tripwire: Tripwire, series: Months, facts: Facts, *, threshold: float | None = None) -> dict[str, Any]:
    """Back-test an event tripwire on counted months. Raises Refused when nothing is left to score."""
    params = event.params_of(tripwire)
    floor, _ = (threshold, None) if threshold is not None else calibrate.threshold(tripwire, series)
    choose_last = month_index(params.choose_last)
    last = _end_of_first_run(series, choose_last)
    if last <= choose_last:
        raise Refused(f"No month after {params.choose_last} is known to score {tripwire.id} on")
    start = min(series.known) + params.lookback_months
    verdicts = [v for v in event.walk(tripwire, series, floor, first=start, last=last) if v.month > choose_last]
    begun = {place: campaigns(params, series, place, last) for place in series.deaths}
    fired = [_scored(params, series, v, begun[v.place_id], last) for v in verdicts]
    earlier = event.walk(tripwire, series, floor, first=start, last=last)
    onsets = [
        {"place_id": place, "onset": month_text(c), "caught": any(
            v.place_id == place and v.month < c <= v.month + params.claim_months for v in earlier)}
        for place, months in sorted(begun.items()) for c in months if c > choose_last
    ]  # fmt: skip
    years = (last - choose_last) / 12
    rate = calibrate.event_rate(tripwire, series, floor, last=choose_last)
    chosen = {"first": month_text(start), "last": params.choose_last, "firings_per_year": round(rate, 2)}
    span = (month_text(choose_last + 1), month_text(last))
    head = _summary(tripwire, floor, given=threshold is not None, chosen=chosen, scored=span, years=years)
    outcome = f"{params.campaign_deaths} deaths of this kind within {params.campaign_months} months"
    body = _tally(fired, onsets, years, _month_chance(params, series, begun, choose_last, last), EVENT_CAVEATS)
    return (
        head | {"outcome": outcome} | body | {"against_mass_killing_onsets": against_facts(verdicts, facts, last // 12)}
    )


def _month_chance(
    params: EventParams, series: Months, begun: Mapping[str, list[int]], after: int, last: int
) -> float | None:
    """Return the same for months: how often a month taken blindly is followed by a campaign within the window."""
    seen = followed = 0
    for place, deaths in series.deaths.items():
        for month in (m for m in deaths if after < m <= last - params.claim_months):
            seen += 1
            followed += any(month < c <= month + params.claim_months for c in begun[place])
    return followed / seen if seen else None


def _end_of_first_run(series: Months, after: int) -> int:
    """Return the last month before the first gap after a month: beyond a gap nothing is compared."""
    month = after
    while month + 1 in series.known:
        month += 1
    return month


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


def _scored(params: EventParams, series: Months, verdict: event.Verdict, begun: list[int], last: int) -> dict[str, Any]:
    """Return one firing with what followed it."""
    ahead = [c for c in begun if verdict.month < c <= verdict.month + params.claim_months]
    running = trailing(params, series.deaths[verdict.place_id], verdict.month - 1) >= params.campaign_deaths
    if running:
        outcome = "running"
    elif verdict.month in begun:
        outcome = "same month"
    elif ahead:
        outcome = "hit"
    else:
        outcome = "false alarm" if verdict.month + params.claim_months <= last else "undecided"
    hit = outcome == "hit"
    return {
        "place_id": verdict.place_id,
        "fired": month_text(verdict.month),
        "value": verdict.deaths,
        "outcome": outcome,
        "onset": month_text(ahead[0]) if hit else None,
        "lead_days": (_month_end(ahead[0]) - _month_end(verdict.month)).days if hit else None,
    }


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


def _month_end(month: int) -> date:
    year, number = month // 12, month % 12 + 1
    return date(year, number, monthrange(year, number)[1])
