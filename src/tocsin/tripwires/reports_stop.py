"""Reports from a place that stop: a quiet longer than chance makes at the pace at which its own reports came.

Pace: days with a report, as a share of the days from the first to the newest of the look-back, a month of them at
least. A burst of reports or a file taken in at once is one day. If such days came independently at that pace, a gap of
``d`` days after one has chance (1 - pace) ** d; the rule fires when that falls to ``chance``. So that share of the gaps
of a place whose reporting goes on fires falsely, and no more: with a report a week and 1 in 200, one false alarm in
about four years. Days that come in clusters leave longer gaps, and there it is more often; ``benchmarks/silence.py``
measures both.

One new voice does not make up for those that are gone: the same rule is asked of the days that were brought by those
who have been quiet longest, when no more than ``left_share`` of those who reported before that quiet are heard since,
and all voices since, new ones too, are no more than ``heard_share`` of them. Which ones are heard is chosen after the
fact, so the chance is shared among all such choices. No voice has a name here.

When reports stop everywhere at once the door is shut, not the places: one firing says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, comb, log

from tocsin.catalog.tripwires.schema import ReportsStopParams, Tripwire
from tocsin.tripwires.series import Because, Firing
from tocsin.tripwires.words import place_name

DOOR = "reports"
"""What a firing on all places at once is about."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """On how many days reports on one place came, up to the newest. No report and no writer is in it.

    ``days`` are the different days with a report of the ``lookback_days`` that end with ``newest``, ``first`` the first
    of them, ``sources`` how many they came from; ``voices`` the days of each of these, without a name.
    """

    place_id: str
    first: date
    newest: date
    days: int
    sources: int
    voices: tuple[frozenset[date], ...] = ()


def params_of(tripwire: Tripwire) -> ReportsStopParams:
    """Return the parameters of a tripwire on reports that stop."""
    assert isinstance(tripwire.params, ReportsStopParams)
    return tripwire.params


def due(params: ReportsStopParams, one: Arrivals, ways: int = 1) -> date | None:
    """Return the first day on which the quiet of a place is too long for chance; None when it has no pace.

    ``ways`` is in how many ways the quiet ones could have been chosen: with more than one, see ``quiet``.
    """
    if one.days < params.least_days or one.sources < params.least_sources:
        return None
    return one.newest + timedelta(days=max(quiet(params, one, ways), params.quiet_days))


def quiet(params: ReportsStopParams, one: Arrivals, ways: int = 1) -> int:
    """Return the days without a report that chance makes as seldom as the tripwire says, at a place's pace.

    Of days chosen after the fact the chance is shared among the choices, and their pace, known from few days, is not
    taken for exact: after n days in T the next gap is longer than d with chance (T / (T + d)) ** n, whatever the pace.
    """
    span = max((one.newest - one.first).days + 1, params.least_span_days)
    if ways > 1:
        return ceil(span * ((ways / params.chance) ** (1 / one.days) - 1))
    pace = one.days / span
    return 1 if pace >= 1 else ceil(log(params.chance) / log(1 - pace))


def without_new_voices(params: ReportsStopParams, one: Arrivals) -> tuple[date, Arrivals] | None:
    """Return from when on the quiet of most who reported is too long for chance, and their days; None when it never is.

    Of all ways to part those who are heard still from those who are not the one that is due first.
    """
    heard_last = sorted(one.voices, key=lambda days: (max(days), min(days), len(days)), reverse=True)
    found = []
    for k in range(1, len(heard_last) - params.least_sources + 1):
        heard, gone = heard_last[:k], heard_last[k:]
        newest = max(max(days) for days in gone)
        left = sum(min(days) <= newest for days in heard)
        known = len(gone) + left
        if left > params.left_share * known or k > params.heard_share * known:
            continue
        days = frozenset().union(*gone)
        most = Arrivals(one.place_id, min(days), newest, len(days), len(gone))
        if (limit := due(params, most, ways=comb(len(heard_last), k))) is not None:
            found.append((limit, most))
    return min(found, key=lambda f: (f[0], f[1].newest), default=None)


def evaluate(tripwire: Tripwire, arrivals: Iterable[Arrivals], today: date) -> list[Firing]:
    """Return a firing for every place whose reports have stopped, or one when they stopped everywhere.

    ``arrivals`` are all places that anybody reported from. One quiet rings once: its period is its last day.
    """
    params = params_of(tripwire)
    every = sorted(arrivals, key=lambda a: a.place_id)
    stopped = [a for a in every if (limit := due(params, a)) is not None and today >= limit]
    if len(stopped) > 1 and max(a.newest for a in every) + timedelta(days=params.quiet_days) <= today:
        return [_of_all(tripwire, stopped, today)]
    firings = [_of_place(tripwire, a, today) for a in stopped]
    for one in (a for a in every if a not in stopped):
        lost = without_new_voices(params, one)
        if lost is not None and today >= lost[0]:
            firings.append(_of_most(tripwire, lost[1], today, lost[0]))
    return sorted(firings, key=lambda f: f.place_id or "")


def _of_place(tripwire: Tripwire, one: Arrivals, today: date) -> Firing:
    params, name, days = params_of(tripwire), place_name(one.place_id), (today - one.newest).days
    summary = (
        f"{name}: no report since {one.newest}, {days} days; from {one.first} to then "
        f"{one.days} days brought reports. Nobody who reported is asked because of it."
    )
    mark = quiet(params, one)
    return _firing(
        tripwire,
        (one.place_id, None),
        one.newest,
        summary,
        tripwire.question.format(place=name),
        (
            Because(summary, days, DOOR, f"reports on {one.place_id}", str(one.newest)),
            Because(
                f"At that pace chance makes a quiet of {mark} days in {params.chance:g} of all",
                mark, tripwire.id, "params", f"v{tripwire.version}",
            ),
        ),
        days / max(mark, params.quiet_days),
    )  # fmt: skip


def _of_most(tripwire: Tripwire, most: Arrivals, today: date, limit: date) -> Firing:
    """Return the firing on the quiet of most of those who reported. How many they were, and who, it does not say."""
    name, days, mark = place_name(most.place_id), (today - most.newest).days, (limit - most.newest).days
    summary = (
        f"{name}: most of those who reported have sent nothing since {most.newest}, {days} days; from {most.first} to "
        f"then {most.days} days brought reports of theirs. Few others are heard since, and they are no sign of those "
        "who are not. Nobody who reported is asked because of it."
    )
    because = (
        Because(summary, days, DOOR, f"reports on {most.place_id}", str(most.newest)),
        Because(
            f"At their pace chance makes a quiet of {mark} days in {params_of(tripwire).chance:g} of all",
            mark, tripwire.id, "params", f"v{tripwire.version}",
        ),
    )  # fmt: skip
    question = tripwire.question.format(place=name)
    return _firing(tripwire, (most.place_id, None), most.newest, summary, question, because, days / max(mark, 1))


def _of_all(tripwire: Tripwire, stopped: list[Arrivals], today: date) -> Firing:
    newest = max(a.newest for a in stopped)
    names = ", ".join(place_name(a.place_id) for a in stopped)
    summary = (
        f"No report has come from anywhere since {newest}, and from {len(stopped)} places ({names}) none in far longer "
        "than chance makes: that is more likely the way in than the places. Nobody who reported is asked because of it."
    )
    because = tuple(
        Because(f"{place_name(a.place_id)}: none since {a.newest}", (today - a.newest).days, DOOR,
                f"reports on {a.place_id}", str(a.newest))
        for a in stopped
    )  # fmt: skip
    question = tripwire.question.format(place=f"{len(stopped)} places")
    return _firing(tripwire, (None, DOOR), newest, summary, question, because, float(len(stopped)))


def _firing(  # noqa: PLR0917 - two call sites, above it
    tripwire: Tripwire,
    about: tuple[str | None, str | None],
    newest: date,
    summary: str,
    question: str,
    because: tuple[Because, ...],
    over: float,
) -> Firing:
    return Firing(
        tripwire_id=tripwire.id,
        version=tripwire.version,
        kind="silence",
        level=tripwire.level,
        place_id=about[0],
        source_id=about[1],
        period=newest.isoformat(),
        value=round(over, 3),
        threshold=1.0,
        state=None,
        summary=summary,
        question=question,
        because=because,
    )
