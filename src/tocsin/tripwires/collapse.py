"""Reporting that collapses: a place whose counted events fall to a fraction of its own middle month.

A count cannot tell a place that became quiet from one that went dark, so the rule claims only that the quiet is no
evidence of calm. A month in which everybody was counted and the place has no figure is a month without a report: to
this rule, and to no other, that is the same as none. A month in which nobody was counted is judged by nobody.

A fall is how many times fewer events a month the window has than the middle month of the past before it; an empty
window counts as half an event in all, so that a fall has a size. Many lulls that begin in one month have one cause,
the source: one firing says so, and names the places.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from tocsin.catalog.geography import places
from tocsin.catalog.tripwires.schema import CollapseParams, Tripwire
from tocsin.core.months import month_index, month_text
from tocsin.tripwires.facts import Facts
from tocsin.tripwires.series import Because, Firing, Months, Unable
from tocsin.tripwires.words import months_in_words, place_name

SOURCE = "ucdp_ged"
FACTS = "facts_mass_killing"
LEAST = 0.5
"""Events that an empty window counts as."""
LASTS_MONTHS = 36
"""So long a lull that is not over is kept in mind: no forecast made before it speaks of a later month."""


@dataclass(frozen=True, slots=True)
class Fall:
    """A month whose window has fallen below the past of its place. ``now`` are the events by month; None: no count."""

    place_id: str
    month: int
    past: float
    past_known: int
    now: tuple[int | None, ...]
    fall: float


@dataclass(frozen=True, slots=True)
class Lull:
    """Falls of a place that belong together: the one that began it and the newest."""

    first: Fall
    last: Fall


def params_of(tripwire: Tripwire) -> CollapseParams:
    """Return the parameters of a collapse tripwire."""
    assert isinstance(tripwire.params, CollapseParams)
    return tripwire.params


def judge(params: CollapseParams, series: Months, place_id: str, month: int) -> Fall | None:
    """Return how far a place has fallen in the window that ends with a month; None when it cannot be judged.

    It cannot when a month of the window was counted nowhere, when too little of the past is known, when the place was
    no state then, or when its past has too few events to fall from.
    """
    events = series.deaths.get(place_id, {})
    window = range(month - params.window_months + 1, month + 1)
    if not series.known.issuperset(window) or not _existed(place_id, window[0], month):
        return None
    known = [events[m] for m in range(window[0] - params.lookback_months, window[0]) if m in events]
    if len(known) < params.min_known_months:
        return None
    past = float(median(known))
    if past < params.least_events:
        return None
    now = tuple(events.get(m) for m in window)
    return Fall(place_id, month, past, len(known), now, past * len(now) / max(sum(n or 0 for n in now), LEAST))


def _existed(place_id: str, first: int, last: int) -> bool:
    """Tell whether a place was one throughout: a state that was dissolved has not gone dark."""
    place = places().by_id.get(place_id)
    if place is None:
        return True
    begun = month_index(place.valid_from[:7]) <= first
    return begun and (not place.valid_to or month_index(place.valid_to[:7]) >= last)


def falls(params: CollapseParams, series: Months, *, first: int, last: int) -> list[Fall]:
    """Return the falls of the months from ``first`` to ``last`` that reach the lowest mark of the grid, in order."""
    found = []
    for place_id in sorted(series.deaths):
        busy = sorted(m for m, n in series.deaths[place_id].items() if n >= params.least_events)
        for month in range(first, last + 1):
            begun = month - params.window_months + 1
            # Half of the known past at least reaches its median: with fewer such months there is nothing to fall from.
            reached = bisect_left(busy, begun) - bisect_left(busy, begun - params.lookback_months)
            if 2 * reached < params.min_known_months:
                continue
            fall = judge(params, series, place_id, month)
            if fall is not None and fall.fall >= params.grid.first:
                found.append(fall)
    return found


def lulls(params: CollapseParams, found: Iterable[Fall], mark: float) -> list[Lull]:
    """Return the lulls at a mark, by the month they began: falls no further apart than the quiet time are one."""
    made: list[Lull] = []
    running: dict[str, int] = {}
    for fall in sorted(found, key=lambda f: (f.month, f.place_id)):
        if fall.fall < mark:
            continue
        at = running.get(fall.place_id)
        if at is not None and fall.month - made[at].last.month <= params.quiet_months:
            made[at] = Lull(made[at].first, fall)
        else:
            running[fall.place_id] = len(made)
            made.append(Lull(fall, fall))
    return made


def of_source(params: CollapseParams, made: Iterable[Lull]) -> dict[int, list[Lull]]:
    """Return the months in which so many lulls began at once that the source is their cause, with those lulls."""
    by_month: dict[int, list[Lull]] = {}
    for lull in made:
        by_month.setdefault(lull.first.month, []).append(lull)
    return {month: same for month, same in by_month.items() if len(same) > params.most_at_once}


def ended(params: CollapseParams, facts: Facts | None, fall: Fall) -> int | None:
    """Return the year in which a mass killing there ended by the record, in the time looked at; None without one.

    Only ends of years that were over when the month was counted, for an end is coded afterwards, and only where none
    goes on. It is said beside the firing and silences nothing: the end of one killing is not the end of violence.
    """
    spells = facts.spells.get(fall.place_id, ()) if facts else ()
    this_year = (fall.month + 1) // 12
    since = (fall.month - params.window_months - params.lookback_months + 1) // 12
    if any(start < this_year and (end is None or end >= this_year) for start, end in spells):
        return None
    return max((end for _, end in spells if end is not None and since <= end < this_year), default=None)


def judged_month(params: CollapseParams, series: Months) -> int:
    """Return the newest month whose whole window was counted. Raises Unable when none of the recent ones was."""
    newest = series.newest
    if newest is None:
        raise Unable(f"No month of {params.column} is known")
    for month in range(newest, newest - params.recent_months, -1):
        if series.known.issuperset(range(month - params.window_months + 1, month + 1)):
            return month
    raise Unable(
        f"No {months_in_words(params.window_months)} in a row were counted up to {month_text(newest)}",
        todo="Load the months between",
    )


def standing(tripwire: Tripwire, series: Months, mark: float) -> list[Lull]:
    """Return the lulls that stand in the newest month that can be judged, in the order of their places.

    Raises Unable when no recent month can be judged.
    """
    params = params_of(tripwire)
    month = judged_month(params, series)
    found = falls(params, series, first=min(series.known), last=month)
    stand = [x for x in lulls(params, found, mark) if x.last.month == month]
    return sorted(stand, key=lambda x: x.last.place_id)


def back(params: CollapseParams, series: Months, fall: Fall, after: int, until: int) -> int | None:
    """Return the first month after one by which a place reports again as much as ``back_share`` of what it fell from.

    Over a window as long as that of the fall, and none of it before. None when that has not come by month ``until``.
    """
    events = series.deaths.get(fall.place_id, {})
    wanted = params.back_share * fall.past * params.window_months
    for month in range(after + params.window_months, until + 1):
        if sum(events.get(m, 0) for m in range(month - params.window_months + 1, month + 1)) >= wanted:
            return month
    return None


def lasting(tripwire: Tripwire, series: Months, mark: float) -> list[Lull]:
    """Return the lulls that are not over by the newest month counted: the earliest of each place, in their order.

    A place that stays dark has a dark past in the end and falls below nothing more; it is dark all the same, until its
    reports are back. Months that nobody counted end no lull.
    """
    params, newest = params_of(tripwire), series.newest
    if newest is None:
        return []
    found: dict[str, Lull] = {}
    for lull in lulls(params, falls(params, series, first=min(series.known), last=newest), mark):
        recent = lull.first.month > newest - LASTS_MONTHS and _existed(lull.first.place_id, newest, newest)
        if recent and back(params, series, lull.first, lull.last.month, newest) is None:
            found.setdefault(lull.first.place_id, lull)
    return [found[place_id] for place_id in sorted(found)]


def evaluate(tripwire: Tripwire, series: Months, mark: float, facts: Facts | None = None) -> list[Firing]:
    """Return a firing for each place whose lull stands, or one for the source when too many began in one month."""
    params = params_of(tripwire)
    stand = standing(tripwire, series, mark)
    together = of_source(params, stand)
    firings = [_of_places(tripwire, series, month, same, mark) for month, same in sorted(together.items())]
    return firings + [_of_place(tripwire, series, x, mark, facts) for x in stand if x.first.month not in together]


def said(lull: Lull) -> str:
    """Return what fell: ``3.5 events a month from 2025-11 to 2025-12, against 36 in the middle one of … before``."""
    fall = lull.last
    first = fall.month - len(fall.now) + 1
    pace = sum(n or 0 for n in fall.now) / len(fall.now)
    none = sum(n is None for n in fall.now)
    gap = f" ({months_in_words(none)} without a figure)" if none else ""
    return (
        f"{pace:g} event{'' if pace == 1 else 's'} a month from {month_text(first)} to {month_text(fall.month)}{gap}, "
        f"against {fall.past:g} in the middle one of the {fall.past_known} known months before"
    )


def _of_place(tripwire: Tripwire, series: Months, lull: Lull, mark: float, facts: Facts | None) -> Firing:
    fall, name = lull.last, place_name(lull.last.place_id)
    over = ended(params_of(tripwire), facts, fall)
    known = f"By the record a mass killing there ended in {over}" if over else "No end of a killing there is on record"
    release = series.release.get(fall.month, "")
    row = f"country_month: {fall.place_id} {month_text(fall.month)}"
    return Firing(
        tripwire_id=tripwire.id,
        version=tripwire.version,
        kind="silence",
        level=tripwire.level,
        place_id=fall.place_id,
        source_id=None,
        period=month_text(lull.first.month),
        value=fall.fall,
        threshold=mark,
        state=None,
        summary=f"{name}: {said(lull)}. {known}; few reports are no calm.",
        question=tripwire.question.format(place=name, source=name),
        because=(
            Because(said(lull), sum(n or 0 for n in fall.now), SOURCE, row, release),
            Because(known, over, FACTS, f"mass_killings: {fall.place_id}", facts.release if facts else ""),
            Because(
                f"A fall to 1 in {mark:g} or less, for {months_in_words(len(fall.now))}, is the mark of this tripwire",
                mark, tripwire.id, "params", f"v{tripwire.version}",
            ),
        ),
    )  # fmt: skip


def _of_places(tripwire: Tripwire, series: Months, month: int, same: list[Lull], mark: float) -> Firing:
    """Return the one firing on the source when the reporting of many places fell in one month."""
    names = ", ".join(place_name(x.last.place_id) for x in same)
    summary = (
        f"Reporting fell at once in {len(same)} places in {month_text(month)} ({names}): "
        f"that is more likely the source ({SOURCE}) than the places. Their months are no evidence of calm."
    )
    rows: Mapping[str, str] = {x.last.place_id: said(x) for x in same}
    release = series.release.get(month, "")
    return Firing(
        tripwire_id=tripwire.id,
        version=tripwire.version,
        kind="silence",
        level=tripwire.level,
        place_id=None,
        source_id=SOURCE,
        period=month_text(month),
        value=float(len(same)),
        threshold=float(params_of(tripwire).most_at_once),
        state=None,
        summary=summary,
        question=tripwire.question.format(place=f"{len(same)} places", source=SOURCE),
        because=tuple(
            Because(f"{place_name(p)}: {text}", None, SOURCE, f"country_month: {p} {month_text(month)}", release)
            for p, text in rows.items()
        ),
    )
