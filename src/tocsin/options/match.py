"""The catalogue matched to a question. Deterministic: the same question and catalogue give the same answer.

An option is listed when it is made for the phase asked about, addresses at least one of the factors, can still
arrive in time and is not ruled out. It is lost when its shortest lead time is longer than the days left, provided
it was made for this phase or an earlier one. Order: ``options.rule``. Doing nothing is always listed, last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from tocsin.catalog.library import Library
from tocsin.catalog.rows import PHASES, Option, ToolCounts
from tocsin.core.clock import in_words
from tocsin.options import nothing
from tocsin.options.availability import Expiry, curve, last_day
from tocsin.options.question import Question, checked
from tocsin.options.reasons import timing, why
from tocsin.options.routes import Authority, authority
from tocsin.options.rule import RULE, points

NOTHING = nothing.ID
FIRST = 10


@dataclass(frozen=True)
class Match:
    """An option that can still be chosen, with everything a decision needs to see beside it.

    ``rank`` starts at 1; equal points share a rank. ``lost_by`` is the last day on which it can be started and
    still arrive within the days left, if it goes fast; ``timing`` says both ends. ``points`` add up to what orders
    the list, and are not a measure of worth.
    """

    id: str
    name: str
    rank: int
    reasons: list[str]
    instrument: str
    coercive: str
    addressed: list[str]
    authority: Authority
    lead_days: dict[str, int]
    evidence: dict[str, Any]
    preconditions: list[str]
    harms: list[str]
    lost_by: date
    timing: str
    points: dict[str, int]
    historical_cases: list[str]
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
class Answer:
    """What can be done, what cannot any more, what was ruled out, and the rule that ordered it."""

    question: Question
    options: list[Match]
    lost: list[Lost]
    set_aside: list[dict[str, str]]
    expiries: list[Expiry]
    notes: list[str]
    rule: list[dict[str, object]]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, as ``tocsin options match --json`` prints them."""
        return {
            "question": asdict(self.question),
            "options": [m.as_dict() for m in self.options],
            "lost": [asdict(x) for x in self.lost],
            "set_aside": self.set_aside,
            "expiries": [asdict(x) for x in self.expiries],
            "notes": self.notes,
            "rule": self.rule,
        }


def match(question: Question, library: Library) -> list[Match]:
    """Return the options of ``answer``: those that can still arrive, best ranked first, doing nothing last."""
    return answer(question, library).options


def answer(question: Question, library: Library, counts: Mapping[str, ToolCounts] | None = None) -> Answer:
    """Match the catalogue to a question. Raises Misuse, with the valid list, when the question names the unknown.

    ``counts`` by tool, where the user has loaded them, are shown beside the grade (``evidence.counts``) and change
    no rank; without them ``evidence.counts`` is None.
    """
    question = checked(question, library)
    found: list[Match] = []
    lost: list[Lost] = []
    aside: list[dict[str, str]] = []
    early: list[str] = []
    for option in library.options.values():
        addressed = [code for code in question.factors if code in option.risk_factors]
        made_for = question.phase in option.phase
        if (question.factors and not addressed) or not (made_for or _earlier(option, question.phase)):
            continue
        against = _ruled_out(option, question)
        if against:
            if made_for:
                aside.append({"id": option.id, "name": option.name, "why": against})
        elif option.lead_days_min > question.days_left:
            lost.append(_lost(option, question, addressed))
        elif made_for:
            found.append(_match(option, question, addressed, library, counts or {}))
        else:
            early.append(option.id)
    options = _ranked(found)
    lost.sort(key=lambda x: (x.lost_on, x.id), reverse=True)
    expiries = curve([(m.id, m.lead_days["min"]) for m in options], question.asked_on, question.days_left)
    options.append(_nothing(question, options, lost, expiries))
    return Answer(question, options, lost, aside, expiries, _notes(question, options, early), RULE)


def _earlier(option: Option, phase: str) -> bool:
    """Tell whether an option was made for a phase before this one."""
    return any(PHASES.index(p) < PHASES.index(phase) for p in option.phase)


def _ruled_out(option: Option, question: Question) -> str:
    """Return why a constraint of the question rules an option out; empty when none does."""
    limits = question.constraints
    if option.id in limits.without:
        return "ruled out by name"
    if limits.non_coercive and option.coercive != "no":
        return f"coercive ({option.coercive}); only non-coercive options were asked for"
    if limits.instruments and option.instrument not in limits.instruments:
        return f"instrument {option.instrument}; only {', '.join(limits.instruments)} were asked for"
    return ""


def _match(
    option: Option, question: Question, addressed: list[str], library: Library, counts: Mapping[str, ToolCounts]
) -> Match:
    """Return a match without its rank, which depends on the others."""
    who = authority(option, question.place_id, library)
    counted = counts.get(option.evidence_tool)
    return Match(
        id=option.id,
        name=option.name,
        rank=0,
        reasons=why(option, question, addressed, who, library),
        instrument=option.instrument,
        coercive=option.coercive,
        addressed=addressed,
        authority=who,
        lead_days={"min": option.lead_days_min, "max": option.lead_days_max},
        evidence={
            "grade": option.evidence_grade,
            "text": option.evidence_text,
            "tool": option.evidence_tool or None,
            "counts": counted.model_dump() if counted else None,
            "basis": option.basis,
            "verified": option.verified,
        },
        preconditions=list(option.preconditions),
        harms=list(option.known_risks),
        lost_by=last_day(question.asked_on, question.days_left, option.lead_days_min),
        timing=timing(option, question),
        points=points(option, addressed=len(addressed), days_left=question.days_left, stoppable=who.stoppable),
        historical_cases=list(option.historical_cases),
        verified=option.verified,
        basis_label=option.basis_label,
    )


def _lost(option: Option, question: Question, addressed: list[str]) -> Lost:
    """Return an option that came too late, with the day it was lost."""
    day = last_day(question.asked_on, question.days_left, option.lead_days_min)
    late = option.lead_days_min - question.days_left
    reason = (
        f"Needs at least {option.lead_days_min} days and {question.days_left} are left: "
        f"it had to be started by {day.isoformat()}"
    )
    lead = {"min": option.lead_days_min, "max": option.lead_days_max}
    return Lost(option.id, option.name, day, late, lead, option.instrument, addressed, [reason])


def _ranked(found: list[Match]) -> list[Match]:
    """Order by points, then the shorter lead time, then id; equal points share a rank."""
    totals = {m.id: sum(m.points.values()) for m in found}
    ordered = sorted(found, key=lambda m: (-totals[m.id], m.lead_days["min"], m.id))
    ranks = {total: 1 + sum(t > total for t in totals.values()) for total in set(totals.values())}
    return [_with_rank(m, ranks[totals[m.id]]) for m in ordered]


def _with_rank(found: Match, rank: int) -> Match:
    """Return the match with its rank."""
    return replace(found, rank=rank)


def _nothing(question: Question, options: list[Match], lost: list[Lost], expiries: list[Expiry]) -> Match:
    """Return doing nothing, costed like the others and ranked after them."""
    names = {m.id: m.name for m in options}
    return Match(
        id=nothing.ID,
        name=nothing.NAME,
        rank=len(options) + 1,
        reasons=nothing.reasons(question),
        instrument="none",
        coercive="no",
        addressed=[],
        authority=Authority(nothing.ACTORS, []),
        lead_days={"min": 0, "max": 0},
        evidence=nothing.EVIDENCE,
        preconditions=["A recorded decision with reasons, and what would change it"],
        harms=nothing.harms(question, expiries, names, already_lost=len(lost)),
        lost_by=last_day(question.asked_on, question.days_left, 0),
        timing=f"can be decided until {in_words(last_day(question.asked_on, question.days_left, 0))}",
        points=dict.fromkeys(("factors", "time", "evidence", "consent", "block"), 0),
        historical_cases=[],
        verified=False,
        basis_label=nothing.BASIS_LABEL,
    )


def _notes(question: Question, options: list[Match], early: list[str]) -> list[str]:
    """Return what the reader of the list should know about the list itself. It never reorders anything."""
    real = [m for m in options if m.id != nothing.ID]
    notes = []
    if not question.factors:
        notes.append("No risk factor was given: options are matched by phase alone.")
    if not real:
        return [*notes, "No option of the catalogue fits this question and can still arrive; doing nothing is left."]
    first, rest = real[:FIRST], real[FIRST:]
    kinds = list(dict.fromkeys(m.instrument for m in first))
    if len(kinds) < 3:
        others = list(dict.fromkeys(m.instrument for m in rest if m.instrument not in kinds))
        seen = f"The first {len(first)} use {len(kinds)} kind{'' if len(kinds) == 1 else 's'} of instrument"
        notes.append(f"{seen} ({', '.join(kinds)}); further down: {', '.join(others) or 'no other'}.")
    if not any(m.coercive == "no" for m in first):
        peaceful = next((m for m in rest if m.coercive == "no"), None)
        known = f"the best ranked is {peaceful.id} {peaceful.name}" if peaceful else "the catalogue has none here"
        notes.append(f"None of the first {len(first)} is non-coercive; {known}.")
    if early:
        notes.append(
            f"{len(early)} option{'' if len(early) == 1 else 's'} made for an earlier phase could still arrive "
            f"in time and {'is' if len(early) == 1 else 'are'} not listed: {', '.join(early)}."
        )
    notes.append("Lead times are planning estimates. Points order the list and measure nothing.")
    return notes
