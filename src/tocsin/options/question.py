"""What is asked of the catalogue: a place, its risk factors, a phase, the days that are left and who is at hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from tocsin.catalog.fitting import actors as kinds_of_actors
from tocsin.catalog.geography import places
from tocsin.catalog.library import Library
from tocsin.catalog.rows import INSTRUMENTS, PHASES
from tocsin.core.errors import Misuse
from tocsin.options.window import Window, even

MOST_DAYS = 5000


@dataclass(frozen=True)
class Constraints:
    """What rules an option out here. Empty rules nothing out."""

    non_coercive: bool = False
    instruments: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A question to the catalogue; never a docket item, so that it can be asked in a notebook.

    ``factors``: risk factors seen (``RF1`` … ``RF14``); none means that nobody has looked, and options are then
    matched by phase alone. ``days_left``: whole days from ``asked_on`` to the last day on which an effect can come in
    time; ``window``: the same as a distribution, which ends on that day. Without one every day until then is taken
    as equally likely.
    ``pointed``: those of the factors that nobody has seen here and that only the kind of warning points to;
    ``partly``: those that were seen in part. Both count half.
    ``actors``: who is at hand or can be reached, by kind of ``catalog/options/actors.yml`` or by name; none: nobody has
    said.
    ``waiting``: what the forecast says of doing nothing, in one sentence, passed in by whoever knows it.
    """

    place_id: str
    factors: tuple[str, ...]
    phase: str
    days_left: int
    asked_on: date
    constraints: Constraints = field(default_factory=Constraints)
    waiting: str = ""
    pointed: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    window: Window | None = None


def checked(question: Question, library: Library) -> Question:
    """Return the question with its factors in the framework's order, each once, and with a window.

    Raises Misuse, with the valid list, for a place, factor, phase, number of days, kind of actor, instrument or option
    unknown, and for a window that does not end when the days left do.
    """
    if question.place_id not in places():
        raise Misuse(
            f"{question.place_id!r} is not a place", todo="Give an ISO 3166 code of three letters, such as SDN"
        )
    known = library.framework.factors
    _all_in(question.factors, known, "a risk factor")
    if question.phase not in PHASES:
        raise Misuse(f"{question.phase!r} is not a phase", todo=f"Choose one of {', '.join(PHASES)}")
    if not 0 <= question.days_left <= MOST_DAYS:
        raise Misuse(f"{question.days_left} days left is not possible", todo=f"Give 0 to {MOST_DAYS} whole days")
    _all_in(question.constraints.instruments, INSTRUMENTS, "an instrument")
    _all_in(question.constraints.without, library.options, "an option")
    hand = kinds_of_actors().at_hand(question.actors)
    window = question.window or even(question.days_left)
    if window.last != question.days_left:
        raise Misuse(
            f"The window ends in {window.last} days and the days left are {question.days_left}",
            todo="Give the days left as the end of the window",
        )
    factors = tuple(code for code in known if code in question.factors)
    return replace(question, factors=factors, actors=hand, window=window)


def _all_in(given: tuple[str, ...], known: object, what: str) -> None:
    """Raise Misuse for the first value that is not known, naming what may be given."""
    names = list(known)  # type: ignore[call-overload]
    for value in given:
        if value not in names:
            shown = ", ".join(names) if len(names) <= 20 else "tocsin catalog show options lists them"
            raise Misuse(f"{value!r} is not {what}", todo=f"Choose among: {shown}")
