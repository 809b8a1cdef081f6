"""Why an option is listed, in sentences a principal reads without opening anything."""

from __future__ import annotations

from datetime import timedelta

from tocsin.catalog.library import Library
from tocsin.catalog.rows import GRADES, Option
from tocsin.core.clock import in_words
from tocsin.options.availability import last_day
from tocsin.options.question import Question
from tocsin.options.routes import Authority

ONGOING = "ongoing"


def why(option: Option, question: Question, addressed: list[str], who: Authority, library: Library) -> list[str]:
    """Return the reasons for listing an option and for its rank, the strongest first; never empty."""
    return [
        _factors(question, addressed, library),
        f"Fits the phase: {question.phase}"
        + (f" (also {_join(p for p in option.phase if p != question.phase)})" if len(option.phase) > 1 else ""),
        _time(option, question),
        *_route(question, who),
        *(["Not coercive"] if option.coercive == "no" else []),
        *([f"Ranked down: {GRADES[option.evidence_grade]}"] if option.evidence_grade == "T-" else []),
    ]


def _factors(question: Question, addressed: list[str], library: Library) -> str:
    """Return which of the question's factors the option addresses, and whether anybody has seen them here."""
    if not question.factors:
        return "Listed by phase alone: no risk factor was given, so none has been matched"
    unseen = set(question.pointed)
    mixed = unseen and unseen != set(question.factors)
    names = "; ".join(
        f"{code} {library.framework.factors[code].name}"
        + ((" (pointed to by the kind of warning)" if code in unseen else " (seen)") if mixed else "")
        for code in addressed
    )
    asked = len(question.factors)
    of = "" if mixed else " this kind of warning points to" if unseen else " seen"
    some = "risk factor" if asked == 1 else f"{asked} risk factors"
    return f"Addresses {'' if asked == 1 else f'{len(addressed)} of '}the {some}{of}: {names}"


def _time(option: Option, question: Question) -> str:
    """Return whether the option arrives within the days left, at both ends of its estimate."""
    if question.phase == ONGOING:
        return f"First effect {option.lead_days_min} to {option.lead_days_max} days after it is started"
    span = f"{option.lead_days_min} to {option.lead_days_max} days to first effect, {question.days_left} left"
    if option.lead_days_max <= question.days_left:
        return f"Arrives in time even at the slow end ({span})"
    return f"Can arrive in time, but not at the slow end ({span})"


def timing(option: Option, question: Question) -> str:
    """Return when to start, at both ends of the lead time; with a killing under way, when it would take effect."""
    fast, slow = option.lead_days_min, option.lead_days_max
    today = question.asked_on
    if question.phase == ONGOING:
        first, last = (in_words(today + timedelta(days=days)) for days in (fast, slow))
        return f"takes effect {first if first == last else f'{first} – {last}'} if started today"
    latest = in_words(last_day(today, question.days_left, fast))
    if fast == slow:
        return f"last start {latest}"
    if slow > question.days_left:
        return f"already late at the slow end ({slow} days); last start {latest} if fast ({fast})"
    return (
        f"last start {in_words(last_day(today, question.days_left, slow))} if slow ({slow} days), "
        f"{latest} if fast ({fast})"
    )


def _route(question: Question, who: Authority) -> list[str]:
    """Return what the procedures say: the open door, the one that can be shut, the one that is too slow."""
    if not who.routes:
        return []
    fastest = min(who.routes, key=lambda r: r.lead_days["min"])
    if fastest.lead_days["min"] > question.days_left:
        return [f"No listed procedure can finish in time: the fastest, {fastest.sentence()}"]
    if who.stoppable:
        return [f"Ranked down: every listed procedure can be stopped by one member, such as {who.routes[0].sentence()}"]
    return [f"No single member can stop it by the route {who.routes[0].sentence()}"]


def _join(words: object) -> str:
    """Return words separated by commas."""
    return ", ".join(words)  # type: ignore[arg-type]
