"""Why an option is listed and what speaks against it, in sentences a principal reads without opening anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache

from tocsin.catalog.fitting import actors, needs
from tocsin.catalog.library import Library
from tocsin.catalog.rows import GRADES, Option
from tocsin.core.clock import in_words
from tocsin.core.numbers import percent
from tocsin.options.availability import last_day
from tocsin.options.order import Placed
from tocsin.options.question import Question
from tocsin.options.routes import Authority
from tocsin.options.rule import IMPLYING

ONGOING = "ongoing"
UNLIKELY = 0.5


def why(
    option: Option,
    question: Question,
    addressed: Sequence[str],
    library: Library,
    *,
    who: Authority,
    chance: float,
    hand: tuple[frozenset[str], frozenset[str]],
    together: Placed,
) -> list[str]:
    """Return the reasons for listing an option and for its place, the strongest first; never empty.

    ``hand``: kinds of actors at hand who may do it, and kinds it works on that can be reached. ``together``: what
    it supplies to options above it, and they to it.
    """
    return [
        _factors(question, addressed, library),
        _phase(question.phase, option.phase),
        _time(option, question, chance),
        *_at_hand(question, *hand),
        *(_goes_with(together) if together.supplies or together.supplied else []),
        *(
            [f"No single member can stop it by the route {who.routes[0].sentence()}"]
            if _open_door(question, who)
            else []
        ),
        *(["Not coercive"] if option.coercive == "no" else []),
    ]


def against(option: Option, question: Question, *, who: Authority, chance: float, repeated: bool) -> list[str]:
    """Return what speaks against an option here, apart from its known harms."""
    told = []
    if repeated:
        told.append("Was in the last package for this place: say what is different now")
    if option.evidence_grade == "T-":
        told.append(f"Ranked down: {GRADES[option.evidence_grade]}")
    if option.evidence_grade == "C-thin":
        told.append(f"Ranked down: {GRADES[option.evidence_grade]}")
    if question.phase != ONGOING and chance < UNLIKELY:
        told.append(f"More likely too late than in time: {percent(chance)} to arrive")
    if who.routes:
        fastest = min(who.routes, key=lambda r: r.lead_days["min"])
        if fastest.lead_days["min"] > question.days_left:
            told.append(f"No listed procedure can finish in time: the fastest, {fastest.sentence()}")
        elif who.stoppable:
            shown = who.routes[0].sentence()
            told.append(f"Ranked down: every listed procedure can be stopped by one member, such as {shown}")
    if option.coercive != "no":
        told.append("Coercive, mildly" if option.coercive == "yes-mild" else "Coercive")
    return told


def _goes_with(together: Placed) -> list[str]:
    """Return what it supplies to which options above it, and they to it."""
    known = needs().needs
    return [
        *(f"Supplies what {_join(ids)} above it needs: {known[k].words}" for k, ids in together.supplies.items()),
        *(f"Has what it needs from {_join(ids)} above it: {known[k].words}" for k, ids in together.supplied.items()),
    ]


def _open_door(question: Question, who: Authority) -> bool:
    """Tell whether a listed procedure can finish in time and nobody alone can stop it."""
    return not who.stoppable and any(route.lead_days["min"] <= question.days_left for route in who.routes)


@lru_cache(maxsize=256)
def _phase(asked: str, made_for: tuple[str, ...]) -> str:
    """Return that the option fits the phase, and what others it is made for."""
    also = f" (also {_join(p for p in made_for if p != asked)})" if len(made_for) > 1 else ""
    return f"Fits the phase: {asked}{also}"


def _factors(question: Question, addressed: Sequence[str], library: Library) -> str:
    """Return which of the question's factors the option addresses, and whether anybody has seen them here."""
    if not question.factors:
        return "Listed by phase alone: no risk factor was given, so none has been matched"
    named = tuple((code, library.framework.factors[code].name) for code in addressed)
    return _addresses(question.factors, question.pointed, question.partly, named)


@lru_cache(maxsize=4096)
def _addresses(
    factors: tuple[str, ...],
    pointed: tuple[str, ...],
    partly: tuple[str, ...],
    named: tuple[tuple[str, str], ...],
) -> str:
    """Return it in words, from the factors asked about and those addressed with their names."""
    names_of = dict(named)
    given = [code for code in names_of if code in factors]
    goes = [f"{code} {name}" for code, name in named if code not in factors]
    by = " and ".join(code for code in IMPLYING if code in factors)
    silent = f"what goes without saying where {by} is seen: {'; '.join(goes)}" if goes else ""
    if not given:
        return f"Addresses {silent}"
    unseen, half = set(pointed), set(partly)
    mixed = (unseen or half) and unseen != set(factors)
    names = "; ".join(
        f"{code} {names_of[code]}" + (_seen(code in unseen, code in half) if mixed else "") for code in given
    )
    asked = len(factors)
    of = "" if mixed else " this kind of warning points to" if unseen else " seen"
    some = "risk factor" if asked == 1 else f"{asked} risk factors"
    said = f"Addresses {'' if asked == 1 else f'{len(given)} of '}the {some}{of}: {names}"
    return f"{said}; and {silent}" if silent else said


def _seen(unseen: bool, half: bool) -> str:
    """Return how a factor was come by, where not all came the same way."""
    return " (pointed to by the kind of warning)" if unseen else " (seen in part)" if half else " (seen)"


def _time(option: Option, question: Question, chance: float) -> str:
    """Return whether the option arrives in time, as a chance and at both ends of its estimate."""
    if question.phase == ONGOING:
        return (
            f"First effect {option.lead_days_min} to {option.lead_days_max} days after it is started; "
            f"{percent(chance)} of the next {question.days_left} days then still lie ahead"
        )
    span = f"{option.lead_days_min} to {option.lead_days_max} days to first effect, {question.days_left} left at most"
    likely = f"{percent(chance)} to arrive in time if it comes within the window"
    if option.lead_days_max <= question.days_left:
        return f"{likely} ({span})"
    return f"{likely}, and not at the slow end ({span})"


def _at_hand(question: Question, acts: frozenset[str], reached: frozenset[str]) -> list[str]:
    """Return who is at hand for it and whom it can reach, in the order of the kinds."""
    return _hand(acts, reached) if question.actors else []


@lru_cache(maxsize=1024)
def _hand(acts: frozenset[str], reached: frozenset[str]) -> list[str]:
    """Return it in words; nothing when nobody is at hand."""
    if not (acts or reached):
        return []
    order = actors().kinds
    said = []
    if acts:
        said.append(f"who may act is at hand ({_join(_plain(k) for k in order if k in acts)})")
    if reached:
        said.append(f"whom it works on can be reached ({_join(_plain(k) for k in order if k in reached)})")
    whole = "; ".join(said)
    return [whole[:1].upper() + whole[1:]]


def _plain(kind: str) -> str:
    """Return a kind of actor as it is read."""
    return kind.replace("_", " ")


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


def _join(words: object) -> str:
    """Return words separated by commas."""
    return ", ".join(words)  # type: ignore[arg-type]
