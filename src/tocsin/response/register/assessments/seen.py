"""What the answers on a place say of each factor, at any moment: what options are looked for by, and never a sum."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tocsin.catalog.library import library
from tocsin.response.register.assessments.answers import citation, in_force
from tocsin.response.register.assessments.support import standing
from tocsin.response.register.models import Answer

State, Trend, Confidence = Answer.State, Answer.Trend, Answer.Confidence
STATES = (State.PRESENT, State.PARTLY, State.ABSENT, State.UNKNOWN)
TRENDS = (Trend.WORSE, Trend.SAME, Trend.BETTER, Trend.UNKNOWN)
CONFIDENCES = (Confidence.HIGH, Confidence.MODERATE, Confidence.LOW)


@dataclass(frozen=True)
class Seen:
    """What assessors say of one factor.

    ``state`` is the gravest that anybody gave to the factor or to one of its indicators: present before partly before
    absent before unknown. ``trend`` is the gravest and ``confidence`` the highest among the answers of that state,
    lowered where a source was withdrawn.
    ``agreement`` is ``one`` (a single assessor), ``agree`` or ``differ``; ``dissent`` lists, in the order of the
    framework, the questions on which assessors differ, each as ``7.5: analyst present, second_reader absent``.
    ``citations`` are of the answers that gave the state.
    """

    state: str
    trend: str
    confidence: str
    agreement: str
    dissent: tuple[str, ...]
    citations: tuple[str, ...]


def factors_answered(place_id: str, at: datetime | None = None) -> dict[str, Seen]:
    """Return every factor that anybody has answered, in the order of the framework, as known at ``at`` (None: now).

    Sheets of a round that was not revealed by then are not among the answers.
    """
    frame = library().framework
    given: dict[str, list[Answer]] = {}
    for row in in_force(place_id, at):
        given.setdefault(frame.factor_of(row.code), []).append(row)
    return {code: _seen(given[code]) for code in frame.factors if code in given}


def factors_seen(place_id: str, at: datetime | None = None) -> dict[str, Seen]:
    """Return the factors that an answer in force calls present or partly present, as known at ``at`` (None: now).

    One assessor and one indicator are enough: this chooses what options are looked for, and judges nothing.
    """
    here = (State.PRESENT, State.PARTLY)
    return {code: seen for code, seen in factors_answered(place_id, at).items() if seen.state in here}


def gravest(rows: Iterable[Answer]) -> str:
    """Return the gravest state that anybody gave. One assessor who saw it is enough; nothing is averaged."""
    given = {row.state for row in rows}
    return next(str(state) for state in STATES if state in given)


def differing(rows: Iterable[Answer]) -> list[str]:
    """Return the questions on which answers in force differ, each with who said what."""
    by_code: dict[str, list[Answer]] = {}
    for row in rows:
        by_code.setdefault(row.code, []).append(row)
    return [
        f"{code}: {', '.join(f'{a.person or a.post} {a.state}' for a in answers)}"
        for code, answers in by_code.items()
        if len({a.state for a in answers}) > 1
    ]


def _seen(rows: list[Answer]) -> Seen:
    state = gravest(rows)
    of_it = [row for row in rows if row.state == state]
    trends, confidences = {row.trend for row in of_it}, {standing(row)[0] for row in of_it}
    dissent = differing(rows)
    alone = len({(row.post, row.person_id) for row in rows}) == 1
    return Seen(
        state=state,
        trend=next(str(t) for t in TRENDS if t in trends),
        confidence=next(str(c) for c in CONFIDENCES if c in confidences),
        agreement="differ" if dissent else "one" if alone else "agree",
        dissent=tuple(dissent),
        citations=tuple(citation(row) for row in of_it),
    )
