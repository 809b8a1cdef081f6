"""Event tripwires: a month of deaths over a floor *and* over the place's own maximum of its last known months.

A month that was not counted is not a zero: it never fires, it never counts among the months to be beaten, and a firing
that follows a gap says so. The rule is OCHA's HDX Signals rule (30-day deaths at a 1- or 3-year maximum) kept to
calendar months; a thinner past can only make it fire more, never less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tocsin.catalog.tripwires.schema import EventParams, Tripwire
from tocsin.core.months import month_text
from tocsin.core.numbers import count
from tocsin.tripwires.series import Because, Firing, Months, Unable
from tocsin.tripwires.words import months_in_words, not_counted, place_name

WHAT = {
    "one_sided_deaths": "civilians killed in one-sided violence",
    "state_based_deaths": "people killed in fighting with a state",
    "non_state_deaths": "people killed in fighting between groups",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A month that fired: its deaths, what it had to beat and when that was, and how much of the past was known.

    ``missing`` are the months not counted between the first month looked back to and the one that fired.
    """

    place_id: str
    month: int
    deaths: int
    past_max: int | None
    past_max_month: int | None
    past_known: int
    gap_just_before: int
    missing: tuple[int, ...]


def params_of(tripwire: Tripwire) -> EventParams:
    """Return the parameters of an event tripwire."""
    assert isinstance(tripwire.params, EventParams)
    return tripwire.params


def judge(params: EventParams, place_id: str, deaths: Mapping[int, int], month: int, floor: float) -> Verdict | None:
    """Return a verdict when a month fires; None when it does not, or when the month is not known."""
    value = deaths.get(month)
    if value is None or value < floor:
        return None
    past = sorted((m for m in deaths if m < month), reverse=True)[: params.lookback_months]
    # The newest of equals, for it is the one a reader remembers.
    best_month = max(past, key=lambda m: (deaths[m], m), default=None)
    best = None if best_month is None else deaths[best_month]
    # Too short a past to speak of "its own maximum": the floor alone decides. Absence must not make it quieter.
    if best is not None and len(past) >= params.min_known_months and value <= best:
        return None
    just_before = month - past[0] - 1 if past else 0
    missing = tuple(sorted(set(range(past[-1], month)) - set(past))) if past else ()
    return Verdict(place_id, month, value, best, best_month, len(past), just_before, missing)


def candidates(params: EventParams, series: Months, floor: float, *, first: int, last: int) -> list[Verdict]:
    """Return the months from ``first`` to ``last`` over the floor and the place's own maximum, quiet time apart.

    A higher floor only takes months away: what beats its own past does so whatever the floor.
    """
    found = []
    for place_id in sorted(series.deaths):
        deaths = series.deaths[place_id]
        for month in sorted(m for m, n in deaths.items() if first <= m <= last and n >= floor):
            verdict = judge(params, place_id, deaths, month, floor)
            if verdict is not None:
                found.append(verdict)
    return found


def spaced(params: EventParams, verdicts: Iterable[Verdict], floor: float) -> list[Verdict]:
    """Return what fires of candidates at a floor: those within the quiet time of the place's last one left out."""
    fired: list[Verdict] = []
    last_fired: dict[str, int] = {}
    for verdict in sorted(verdicts, key=lambda v: (v.month, v.place_id)):
        if verdict.deaths < floor:
            continue
        before = last_fired.get(verdict.place_id)
        if before is None or verdict.month - before > params.quiet_months:
            fired.append(verdict)
        last_fired[verdict.place_id] = verdict.month
    return fired


def walk(tripwire: Tripwire, series: Months, floor: float, *, first: int, last: int) -> list[Verdict]:
    """Return the months that fire from ``first`` to ``last``, less those within the quiet time of the one before."""
    params = params_of(tripwire)
    return spaced(params, candidates(params, series, floor, first=first, last=last), floor)


def evaluate(tripwire: Tripwire, series: Months, floor: float) -> list[Firing]:
    """Return at most one firing a place: the newest of the recent months that fires.

    Recent is counted from the newest month of the data; how old the data are is for the silence tripwire to say.
    Raises Unable when no month is known at all.
    """
    params = params_of(tripwire)
    newest = series.newest
    if newest is None:
        raise Unable(f"No month of {params.column} is known")
    firings = []
    for place_id in sorted(series.deaths):
        for month in range(newest, newest - params.recent_months, -1):
            verdict = judge(params, place_id, series.deaths[place_id], month, floor)
            if verdict is not None:
                firings.append(_firing(tripwire, series, verdict, floor))
                break
    return firings


def _past_words(params: EventParams, verdict: Verdict) -> str:
    if verdict.past_max_month is None or verdict.past_known < params.min_known_months:
        return f"only {months_in_words(verdict.past_known)} before it are known, so the floor alone decided"
    return (
        f"the most in any of the {verdict.past_known} known months before it was {count(verdict.past_max)}, "
        f"in {month_text(verdict.past_max_month)}"
    )


def _gap_words(verdict: Verdict) -> str:
    """Return what is to be said of months that nobody counted; empty when there is none."""
    if verdict.gap_just_before:
        return f"The {not_counted(verdict.gap_just_before, ' just before')}."
    return f"Among the months before it {not_counted(len(verdict.missing))}." if verdict.missing else ""


def _because(tripwire: Tripwire, series: Months, verdict: Verdict, floor: float, text: str) -> tuple[Because, ...]:
    """Return what the firing rests on, each with the row it can be found at; a gap names the months that have none."""

    def row(words: str, value: float | None, month: int | None) -> Because:
        at = month_text(month) if month is not None else "no earlier row"
        release = series.release.get(verdict.month if month is None else month, "")
        return Because(words, value, "ucdp_ged", f"country_month: {verdict.place_id} {at}", release)

    past = _past_words(params_of(tripwire), verdict)
    found = [
        row(text, verdict.deaths, verdict.month),
        row(past[0].upper() + past[1:], verdict.past_max, verdict.past_max_month),
        Because(
            f"The floor of this tripwire, version {tripwire.version}",
            floor,
            tripwire.id,
            "params",
            f"v{tripwire.version}",
        ),
    ]
    if verdict.missing:
        first, last = month_text(verdict.missing[0]), month_text(verdict.missing[-1])
        rows = f"country_month: {verdict.place_id} no row between {first} and {last}"
        n = verdict.gap_just_before or len(verdict.missing)
        found.append(Because(_gap_words(verdict), n, "ucdp_ged", rows, series.release.get(verdict.month, "")))
    return tuple(found)


def _firing(tripwire: Tripwire, series: Months, verdict: Verdict, floor: float) -> Firing:
    params = params_of(tripwire)
    name, month = place_name(verdict.place_id), month_text(verdict.month)
    provisional = " (provisional count)" if verdict.month in series.provisional else ""
    text = f"{count(verdict.deaths)} {WHAT[params.column]} in {month}{provisional}"
    gap = _gap_words(verdict)
    return Firing(
        tripwire_id=tripwire.id,
        version=tripwire.version,
        kind=tripwire.kind,
        level=tripwire.level,
        place_id=verdict.place_id,
        source_id=None,
        period=month,
        value=float(verdict.deaths),
        threshold=floor,
        state=None,
        summary=f"{name}: {text}; {_past_words(params, verdict)}.{gap and f' {gap}'}",
        question=tripwire.question.format(place=name),
        because=_because(tripwire, series, verdict, floor, text),
    )
