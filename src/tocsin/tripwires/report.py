"""Report tripwires: so many independent sources, graded so well, on so severe a thing, within so many days.

Rules count what readers assigned (severity, grade, factors); they look at no word of a report and at no single factor
code. Sources are told apart by ``source_key`` alone: two reports of one source are one source, and reports without a
key are one unknown source together. What holds for some reports holds for more of them: nothing un-fires a tripwire
but time, or a second reader where a clause asks for both; and what the graver of two readings would have fired then
is asked of a third (``disputed``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache

from tocsin.catalog.library import library
from tocsin.catalog.tripwires.schema import Clause, ReportParams, Tripwire
from tocsin.tripwires.series import Because, Firing
from tocsin.tripwires.words import place_name

SOURCE_ID = "reports"
"""What stands as the source of each reason; its row is the number of the report."""
COMMON = "common"
FAR_APART = 2
"""Readers so many steps apart disagree; the one below does not decide."""


@dataclass(frozen=True, slots=True)
class GradedReport:
    """A report as one reader graded it. Two readings of one report are two of these with one ``report_id``.

    ``grade`` is an Admiralty code such as ``B2``; ``None`` and ``F6`` both say that it cannot be judged.
    ``severity`` 0–3, or None when the reader did not grade it. ``at`` is the moment the report is of.
    """

    report_id: str
    place_id: str
    at: datetime
    source_key: str
    grade: str | None
    factors: frozenset[str]
    severity: int | None
    kind: str
    verified: bool = True
    """False while one reader alone has read it."""


def params_of(tripwire: Tripwire) -> ReportParams:
    """Return the parameters of a report tripwire."""
    assert isinstance(tripwire.params, ReportParams)
    return tripwire.params


def evaluate(tripwire: Tripwire, readings: Iterable[GradedReport], now: datetime) -> list[Firing]:
    """Return one firing for each place on which the tripwire holds at ``now``, in the order of places.

    The period of a firing is the day on which it first held; while it goes on holding, a report more than
    ``quiet_days`` later begins a new period. So the same reports never ring twice, and what goes on is asked again.
    """
    by_place: dict[str, list[GradedReport]] = {}
    for reading in readings:
        if reading.at <= now:
            by_place.setdefault(reading.place_id, []).append(reading)
    firings = []
    for place_id, found in sorted(by_place.items()):
        ordered = sorted(found, key=lambda r: (r.at, r.report_id, r.source_key, sorted(r.factors), r.severity or 0))
        counted = holds(tripwire, ordered, now)
        if counted:
            firings.append(_firing(tripwire, place_id, counted, _period(tripwire, ordered, now)))
    return firings


def holds(tripwire: Tripwire, readings: Sequence[GradedReport], at: datetime) -> list[GradedReport]:
    """Return the readings on which every clause holds at a moment, each once; none when one clause does not hold."""
    params = params_of(tripwire)
    agreed = as_both_read(readings)
    together = as_both_read(readings, graver=True) if params.disputed else agreed
    counted: dict[GradedReport, None] = {}
    for clauses in params.sets:
        found = _set_holds(clauses, readings, together, at)
        if found and (not params.disputed or _by_the_graver_alone(clauses, found, agreed, at)):
            counted |= found
    return sorted(counted, key=lambda r: (r.at, r.report_id, -(r.severity or 0)))


def _set_holds(
    clauses: Sequence[Clause], readings: Sequence[GradedReport], together: Sequence[GradedReport], at: datetime
) -> dict[GradedReport, None]:
    """Return the readings on which every clause of one set holds; none when one clause does not hold."""
    counted: dict[GradedReport, None] = {}
    for clause in clauses:
        read = together if clause.both_readers else readings
        matching = [r for r in read if _counts(clause, r, at)]
        sets = (
            [[r for r in matching if crime in groups_of(r)] for crime in _crimes()] if clause.one_crime else [matching]
        )
        enough = [one for one in sets if _enough(clause, one)]
        if not enough:
            return {}
        counted |= dict.fromkeys(r for one in enough for r in one)
    return counted


def _by_the_graver_alone(
    clauses: Sequence[Clause], counted: Iterable[GradedReport], agreed: Iterable[GradedReport], at: datetime
) -> bool:
    """Tell whether a report among those that count does so by the graver reading and would not by the other."""
    lower = {r.report_id: r for r in agreed}
    asked = [c for c in clauses if c.both_readers]
    return any(_counts(c, r, at) and not _counts(c, lower[r.report_id], at) for r in counted for c in asked)


def _enough(clause: Clause, matching: Sequence[GradedReport]) -> bool:
    """Tell whether the reports that count are enough in number, sources and spread of factors."""
    factors = frozenset().union(*(r.factors for r in matching)) & set(_classes())
    return (
        len({r.source_key for r in matching}) >= clause.sources
        and len(factors) >= clause.factors
        and sum(_classes()[code] != COMMON for code in factors) >= clause.specific
        and len({_classes()[code] for code in factors}) >= clause.groups
    )


def as_both_read(readings: Iterable[GradedReport], *, graver: bool = False) -> list[GradedReport]:
    """Return each report once, as far as its readers agree: the lower severity, factors of groups that each named.

    A reader who cannot grade it, or who stands two steps or more below the other, does not bring it down: then the
    other's counts. A report of which one reading alone is handed in counts as that reader read it: whether it may
    already be heard is for the caller to know, who knows the readers' clocks. ``graver`` takes the graver severity and
    the better grade instead, whatever lies between them.
    """
    by_report: dict[tuple[str, str], list[GradedReport]] = {}
    for reading in readings:
        by_report.setdefault((reading.place_id, reading.report_id), []).append(reading)
    return [read[0] if len(read) == 1 else _agreed(read, max if graver else _both) for read in by_report.values()]


def _agreed(read: Sequence[GradedReport], mark: Callable[[Sequence[int]], int]) -> GradedReport:
    both = frozenset.intersection(*(groups_of(r) for r in read))
    grades = [r.grade or "F6" for r in read]
    severities = [r.severity for r in read if r.severity is not None]
    return replace(
        read[0],
        factors=frozenset(code for r in read for code in r.factors if _classes().get(code) in both),
        severity=mark(severities) if severities else None,
        grade=_letter("ABCDE", "F", [g[0] for g in grades], mark) + _letter("12345", "6", [g[1] for g in grades], mark),
    )


def _both(marks: Sequence[int]) -> int:
    """Return the lower of the marks given; the higher when they lie two steps or more apart."""
    return max(marks) if max(marks) - min(marks) >= FAR_APART else min(marks)


def _letter(scale: str, unjudged: str, given: Sequence[str], mark: Callable[[Sequence[int]], int]) -> str:
    """Return the same for a letter or figure of a grade, the first of the scale being the best."""
    judged = [-scale.index(one) for one in given if one != unjudged]
    return scale[-mark(judged)] if judged else unjudged


def groups_of(reading: GradedReport) -> frozenset[str]:
    """Return the groups of the framework in which a reader named a factor."""
    return frozenset(_classes()[code] for code in reading.factors if code in _classes())


def _counts(clause: Clause, reading: GradedReport, at: datetime) -> bool:
    """Tell whether a reading meets everything a clause asks of a single report."""
    return (
        at - timedelta(days=clause.within_days) < reading.at <= at
        and (clause.kinds is None or reading.kind in clause.kinds)
        and (clause.severity == 0 or (reading.severity is not None and reading.severity >= clause.severity))
        and _good_enough(clause, reading.grade)
    )


def _good_enough(clause: Clause, grade: str | None) -> bool:
    """Tell whether neither letter nor figure is worse than asked; F and 6 are not worse, they are not judged."""
    reliability, credibility = grade or "F6"
    letter = clause.unjudged if reliability == "F" else reliability <= clause.worst_grade[0]
    figure = clause.unjudged if credibility == "6" else credibility <= clause.worst_grade[1]
    return letter and figure


def _period(tripwire: Tripwire, ordered: Sequence[GradedReport], now: datetime) -> date:
    """Return the day on which the firing that stands at ``now`` began."""
    quiet = timedelta(days=params_of(tripwire).quiet_days)
    began: datetime | None = None
    for moment in sorted({r.at for r in ordered}):
        if (began is None or moment - began > quiet) and holds(tripwire, ordered, moment):
            began = moment
    return (began or now).date()


def _firing(tripwire: Tripwire, place_id: str, counted: list[GradedReport], period: date) -> Firing:
    """Return the firing: reports are named by number, sources are counted and never named."""
    name = place_name(place_id)
    sources = {key: n for n, key in enumerate(dict.fromkeys(r.source_key for r in counted), 1)}
    numbers = list(dict.fromkeys(r.report_id for r in counted))
    clause = max((c for clauses in params_of(tripwire).sets for c in clauses), key=lambda c: (c.severity, c.sources))
    severe = {r.source_key for r in counted if (r.severity or 0) >= clause.severity}
    alone = {r.report_id for r in counted if not r.verified} - {r.report_id for r in counted if r.verified}
    summary = f"{name}: {_many(len(numbers), 'report')} of {_many(len(sources), 'independent source')} "
    summary += f"since {min(r.at for r in counted):%Y-%m-%d}, {_many(len(severe), 'source')} "
    summary += f"of severity {clause.severity} or more."
    if params_of(tripwire).disputed:
        summary += " By the graver of two readings; as far as both readers agree it does not hold."
    if alone:
        summary += f" Unverified, one reader: {_many(len(alone), 'report')}."
    return Firing(
        tripwire_id=tripwire.id,
        version=tripwire.version,
        kind=tripwire.kind,
        level=tripwire.level,
        place_id=place_id,
        source_id=None,
        period=period.isoformat(),
        value=float(len(severe)),
        threshold=float(clause.sources),
        state=None,
        summary=summary,
        question=tripwire.question.format(place=name),
        because=tuple(_because(r, sources[r.source_key], r.report_id in alone) for r in counted),
    )


def _because(reading: GradedReport, source: int, alone: bool) -> Because:
    severity = "not graded" if reading.severity is None else str(reading.severity)
    factors = ", ".join(sorted(reading.factors, key=_order)) or "none assigned"
    text = f"Report {reading.report_id}, source {source}: severity {severity}, grade {reading.grade or 'F6'}, "
    text += f"factors {factors}"
    if alone:
        # The other reader may still read it, and reads without knowing what this one found.
        text = f"Report {reading.report_id}, source {source}: heard on one reading (unverified: one reader)"
    return Because(text, reading.severity, SOURCE_ID, reading.report_id, reading.at.date().isoformat())


def _order(code: str) -> tuple[int, str]:
    digits = code.removeprefix("RF")
    return (int(digits) if digits.isdecimal() else 99, code)


def _many(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


@cache
def _crimes() -> tuple[str, ...]:
    """Return the groups of factors that are particular to one crime, in the order of the framework."""
    return tuple(dict.fromkeys(group for group in _classes().values() if group != COMMON))


@cache
def _classes() -> dict[str, str]:
    """Return each factor's group in the framework; a code that it does not have counts for nothing."""
    return {code: factor.class_ for code, factor in library().framework.factors.items()}
