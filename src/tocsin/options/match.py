"""The catalogue matched to a question. Deterministic: the same question and catalogue give the same answer.

An option is listed when it is made for the phase asked about, addresses at least one of the factors (or one that they
imply), can still arrive in time and is not ruled out. It is lost when its shortest lead time is longer than the days
left, provided it was made for this phase or an earlier one. Order: ``options.rule`` and ``options.order``. Doing
nothing is always listed, last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from tocsin.catalog.library import Library
from tocsin.catalog.rows import PHASES, Option, ToolCounts
from tocsin.core.clock import in_words
from tocsin.options import nothing
from tocsin.options.answer import Answer, Lost, Match
from tocsin.options.availability import Expiry, curve, expiries, last_day, waited
from tocsin.options.fits import Asked, Fit, mildest
from tocsin.options.order import Order, Placed
from tocsin.options.portfolio import portfolio
from tocsin.options.question import Question, checked
from tocsin.options.reasons import against, timing, why
from tocsin.options.routes import Authority
from tocsin.options.rule import ONE, REASONS, implied, told
from tocsin.options.swap import swap
from tocsin.options.tried import Cases
from tocsin.options.weights import HUNDREDTHS, Weights, shown
from tocsin.options.window import Window

NOTHING = nothing.ID
FIRST = 10
POINTS = ONE * HUNDREDTHS
DEFAULT = Weights()


def match(question: Question, library: Library) -> list[Match]:
    """Return the options of ``answer``: those that can still arrive, best ranked first, doing nothing last."""
    return answer(question, library).options


def answer(
    question: Question,
    library: Library,
    counts: Mapping[str, ToolCounts] | None = None,
    *,
    weights: Weights = DEFAULT,
    last_package: Sequence[str] = (),
    opened: tuple[date, Window] | None = None,
) -> Answer:
    """Match the catalogue to a question. Raises Misuse, with the valid list, when the question names the unknown.

    ``counts`` by tool, where the user has loaded them, are shown beside the grade (``evidence.counts``) and change
    no rank. ``last_package``: ids of the options last put together for this place; each is flagged and keeps its
    place. ``opened``: the day the question was opened and the days that were left then, to say what waiting took.
    """
    question = checked(question, library)
    found: list[Fit] = []
    lost: list[Lost] = []
    aside: list[dict[str, str]] = []
    early: list[str] = []
    extra = implied(question.factors)
    before = frozenset(PHASES[: PHASES.index(question.phase)])
    asked = Asked(question, library)
    for option in library.options.values():
        made_for = question.phase in option.phase
        if not made_for and before.isdisjoint(option.phase):
            continue
        addressed = [code for code in question.factors if code in option.risk_factors]
        unsaid = [code for code in extra if code in option.risk_factors]
        if question.factors and not addressed and not unsaid:
            continue
        ruled = _ruled_out(option, question)
        if ruled:
            if made_for:
                aside.append({"id": option.id, "name": option.name, "why": ruled})
        elif option.lead_days_min > question.days_left:
            lost.append(_lost(option, question, addressed))
        elif made_for:
            found.append(asked.fit(option, addressed, unsaid))
        else:
            early.append(option.id)
    lost.sort(key=lambda x: (x.lost_on, x.id), reverse=True)
    return _whole(question, library, found, lost, aside, early, counts or {}, weights, frozenset(last_package), opened)


def _whole(  # noqa: PLR0917 - the parts of one answer, put together in one place
    question: Question,
    library: Library,
    found: list[Fit],
    lost: list[Lost],
    aside: list[dict[str, str]],
    early: list[str],
    counts: Mapping[str, ToolCounts],
    weights: Weights,
    repeated: frozenset[str],
    opened: tuple[date, Window] | None,
) -> Answer:
    """Put what was found in order, and say of the list what its reader should know."""
    order, by = Order(mildest(found), weights), weights.by_name
    fits = {fit.option.id: fit for fit in found}
    cases = Cases(library.cases.values())
    options = [
        _match(fits[p.id], p, rank, question, library, counts, by, repeated, cases)
        for rank, p in enumerate(order.placed(), 1)
    ]
    window = question.window
    assert window is not None, "a checked question has a window"
    leads = {fit.option.id: (fit.option.lead_days_min, fit.option.lead_days_max) for fit in found}
    going = expiries([(o, fast) for o, (fast, _) in leads.items()], question.asked_on, question.days_left)
    real = list(options)
    options.append(_nothing(question, options, lost, going))
    since = None
    if opened:
        either = leads | {x.id: (x.lead_days["min"], x.lead_days["max"]) for x in lost}
        since = waited(either, *opened, question.asked_on, window)
    return Answer(
        question=question,
        options=options,
        lost=lost,
        set_aside=aside,
        expiries=going,
        curve=curve(leads.values(), question.asked_on, window),
        waited=since,
        portfolio=portfolio(real),
        sensitivity=_sensitivity(order, fits),
        weights=weights,
        notes=_notes(question, real, early, weights),
        rule=told(weights),
    )


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


def _match(  # noqa: PLR0917 - a line of the list, put together in one place
    fit: Fit,
    placed: Placed,
    rank: int,
    question: Question,
    library: Library,
    counts: Mapping[str, ToolCounts],
    by: Mapping[str, int],
    repeated: frozenset[str],
    cases: Cases,
) -> Match:
    """Return an option in its place, with everything to be seen beside it."""
    option, who = fit.option, fit.who
    counted = counts.get(option.evidence_tool)
    again = option.id in repeated
    return Match(
        id=option.id,
        name=option.name,
        rank=rank,
        reasons=why(
            option,
            question,
            fit.addressed,
            library,
            who=who,
            chance=fit.chance,
            hand=fit.hand,
            together=placed,
        ),
        against=against(option, question, who=who, chance=fit.chance, repeated=again),
        instrument=option.instrument,
        coercive=option.coercive,
        addressed=fit.addressed,
        authority=who,
        lead_days={"min": option.lead_days_min, "max": option.lead_days_max},
        in_time=round(fit.chance, 4),
        evidence=_evidence(option, counted),
        preconditions=list(option.preconditions),
        harms=list(option.known_risks),
        lost_by=last_day(question.asked_on, question.days_left, option.lead_days_min),
        timing=timing(option, question),
        points={name: _points(value, by[name]) for name, value in zip(REASONS, placed.reasons, strict=True)},
        cases=cases.tried(option.historical_cases, question.asked_on.year),
        repeated=again,
        verified=option.verified,
        basis_label=option.basis_label,
    )


@lru_cache(maxsize=16_384)
def _points(reason: int, weight: int) -> float:
    """Return what a reason in thousandths counts at a weight in hundredths, as it is shown."""
    return round(reason * weight / POINTS, 3)


def _evidence(option: Option, counted: ToolCounts | None) -> dict[str, Any]:
    """Return what is known of an option's effect, with its grade and basis."""
    return {
        "grade": option.evidence_grade,
        "text": option.evidence_text,
        "tool": option.evidence_tool or None,
        "counts": counted.model_dump() if counted else None,
        "basis": option.basis,
        "verified": option.verified,
    }


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


def _nothing(question: Question, options: list[Match], lost: list[Lost], going: list[Expiry]) -> Match:
    """Return doing nothing, costed like the others and ranked after them."""
    names = {m.id: m.name for m in options}
    return Match(
        id=nothing.ID,
        name=nothing.NAME,
        rank=len(options) + 1,
        reasons=nothing.reasons(question),
        against=[],
        instrument="none",
        coercive="no",
        addressed=[],
        authority=Authority(nothing.ACTORS, []),
        lead_days={"min": 0, "max": 0},
        in_time=1.0,
        evidence=nothing.EVIDENCE,
        preconditions=["A recorded decision with reasons, and what would change it"],
        harms=nothing.harms(question, going, names, already_lost=len(lost)),
        lost_by=last_day(question.asked_on, question.days_left, 0),
        timing=f"can be decided until {in_words(last_day(question.asked_on, question.days_left, 0))}",
        points=dict.fromkeys(REASONS, 0.0),
        cases=[],
        repeated=False,
        verified=False,
        basis_label=nothing.BASIS_LABEL,
    )


def _sensitivity(order: Order, fits: Mapping[str, Fit]) -> str:
    """Return what would reorder the first five: the smallest change of one weight, and what then passes what."""
    least = swap(order)
    if least is None:
        return "No change of a single weight between 0 and 10 reorders the first five."
    ahead, behind = (f"{o} {fits[o].option.name}" for o in (least.passes, least.passed))
    return (
        f"The smallest change that reorders the first five: {least.weight} from {shown(least.now)} to "
        f"{shown(least.then)} puts {ahead} before {behind}."
    )


def _notes(question: Question, real: list[Match], early: list[str], weights: Weights) -> list[str]:
    """Return what the reader of the list should know about the list itself. It never reorders anything."""
    notes = []
    if not question.factors:
        notes.append("No risk factor was given: options are matched by phase alone.")
    if not question.actors:
        notes.append("Nobody has said who is at hand or can be reached: access counts nothing for any option.")
    if weights.moved:
        notes.append(f"Weights were moved: {weights.sentence}.")
    if not real:
        return [*notes, "No option of the catalogue fits this question and can still arrive; doing nothing is left."]
    again = [m.id for m in real[:FIRST] if m.repeated]
    if again:
        notes.append(f"{len(again)} of the first {len(real[:FIRST])} were in the last package: {', '.join(again)}.")
    if early:
        notes.append(
            f"{len(early)} option{'' if len(early) == 1 else 's'} made for an earlier phase could still arrive "
            f"in time and {'is' if len(early) == 1 else 'are'} not listed: {', '.join(early)}."
        )
    notes.append("Lead times are planning estimates. Points order the list and measure nothing.")
    return notes
