"""What the catalogue answers: options in order, those lost, what waiting took, and what the list itself leaves out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from tocsin.options.availability import Expiry, Point, Waited
from tocsin.options.question import Question
from tocsin.options.routes import Authority
from tocsin.options.weights import Weights


@dataclass(frozen=True)
class Tried:
    """A past case that an option names: its row of the catalogue when there is one, and what came of it."""

    name: str
    case_id: str | None
    measures: str
    outcome: str
    near_miss: bool


@dataclass(frozen=True)
class Match:
    """An option that can still be chosen, with everything a decision needs to see beside it.

    ``rank`` is its place, from 1. ``in_time`` is the chance (0 to 1) that it takes effect within the window if it is
    started on the day of the question. ``lost_by`` is the last day on which it can be started and still arrive, if it
    goes fast; ``timing`` says both ends. ``against`` are reasons that rank it down or that a reader must weigh;
    ``preconditions`` are what it presumes. ``points`` (weight times reason) add up to what orders the list, and are
    not a measure of worth.
    """

    id: str
    name: str
    rank: int
    reasons: list[str]
    against: list[str]
    instrument: str
    coercive: str
    addressed: list[str]
    authority: Authority
    lead_days: dict[str, int]
    in_time: float
    evidence: dict[str, Any]
    preconditions: list[str]
    harms: list[str]
    lost_by: date
    timing: str
    points: dict[str, float]
    cases: list[Tried]
    repeated: bool
    verified: bool
    basis_label: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain values (dates stay dates)."""
        return {**asdict(self), "authority": self.authority.as_dict()}


@dataclass(frozen=True)
class Lost:
    """An option that can no longer arrive in time, and the last day on which it could have been started."""

    id: str
    name: str
    lost_on: date
    days_late: int
    lead_days: dict[str, int]
    instrument: str
    addressed: list[str]
    reasons: list[str]


@dataclass(frozen=True)
class Line:
    """One thing a package should have: whether the first ones of the list have it, and by which option it could."""

    id: str
    asks: str
    met_by: list[str]
    candidate: str | None
    said: str


@dataclass(frozen=True)
class Answer:
    """What can be done, what cannot any more, what was ruled out, and the rule that ordered it."""

    question: Question
    options: list[Match]
    lost: list[Lost]
    set_aside: list[dict[str, str]]
    expiries: list[Expiry]
    curve: list[Point]
    waited: Waited | None
    portfolio: list[Line]
    sensitivity: str
    weights: Weights
    notes: list[str]
    rule: list[dict[str, object]]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, as ``tocsin options match --json`` prints them."""
        window = self.question.window
        assert window is not None, "an answered question has a window"
        return {
            "question": {**asdict(self.question), "window": window.as_dict()},
            "options": [m.as_dict() for m in self.options],
            "lost": [asdict(x) for x in self.lost],
            "set_aside": self.set_aside,
            "expiries": [asdict(x) for x in self.expiries],
            "curve": [asdict(x) for x in self.curve],
            "waited": asdict(self.waited) if self.waited else None,
            "portfolio": [asdict(x) for x in self.portfolio],
            "sensitivity": self.sensitivity,
            "weights": self.weights.as_list(),
            "weights_moved": self.weights.moved,
            "notes": self.notes,
            "rule": self.rule,
        }
