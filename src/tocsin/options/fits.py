"""Options that can be listed, measured for one question: who may do them, when they arrive, what they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tocsin.catalog.fitting import actors, needs
from tocsin.catalog.library import Library
from tocsin.catalog.pairs import opponents
from tocsin.catalog.rows import Option
from tocsin.options.order import Measured
from tocsin.options.question import Question
from tocsin.options.routes import Authority, authority
from tocsin.options.rule import COERCION, HALF, ONE, measured

NONE: frozenset[str] = frozenset()


class Fit(NamedTuple):
    """An option that can be listed, with what its place depends on.

    ``hand``: kinds of actors at hand who may do it, and kinds it works on that can be reached.
    """

    option: Option
    addressed: list[str]
    who: Authority
    chance: float
    hand: tuple[frozenset[str], frozenset[str]]
    measured: Measured


class Asked:
    """A question as options are measured for it: what does not depend on the option is worked out once."""

    def __init__(self, question: Question, library: Library) -> None:
        assert question.window is not None, "a checked question has a window"
        self._question, self._library, self._window = question, library, question.window
        self._hand = frozenset(question.actors)
        self._weak = {*question.pointed, *question.partly}
        self._needs, self._supplied, self._worked_on = needs().of, needs().supplied, actors().worked_on
        self._doors: dict[tuple[tuple[str, ...], ...], tuple[Authority, frozenset[str]]] = {}

    def fit(self, option: Option, addressed: Sequence[str], unsaid: Sequence[str]) -> Fit:
        """Measure an option. ``addressed``: factors of the question; ``unsaid``: those that go without saying."""
        who, at_hand = self._whose(option)
        reached = self._worked_on.get(option.id, NONE)
        if reached:
            reached &= self._hand
        chance = self._window.in_time(option.lead_days_min, option.lead_days_max)
        reasons, goes = measured(
            option,
            strengths=[*(HALF if code in self._weak else ONE for code in addressed), *(ONE for _ in unsaid)],
            in_time=chance,
            acts=bool(at_hand),
            reached=bool(reached),
            stoppable=who.stoppable,
        )
        line = Measured(
            option.id,
            option.lead_days_min,
            option.instrument,
            reasons,
            goes,
            self._needs.get(option.id, NONE),
            self._supplied.get(option.id, NONE),
            opponents(option.id, option.instrument),
        )
        return Fit(option, [*addressed, *unsaid], who, chance, (at_hand, reached), line)

    def _whose(self, option: Option) -> tuple[Authority, frozenset[str]]:
        """Return who may do an option by which doors, and who of them is at hand; many options share both."""
        doors = (option.procedures, option.actors_with_authority)
        if doors not in self._doors:
            may = actors().who_may(option.actors_with_authority)
            self._doors[doors] = authority(option, self._question.place_id, self._library), may & self._hand
        return self._doors[doors]


def mildest(found: Sequence[Fit]) -> list[Measured]:
    """Return the measured options; of those that supply a need, only the least coercive are said to supply it."""
    least: dict[str, int] = {}
    for fit in found:
        for need in fit.measured.supplies:
            least[need] = max(least.get(need, -1), COERCION[fit.option.coercive])
    out = []
    for fit in found:
        if not fit.measured.supplies:
            out.append(fit.measured)
            continue
        mild = frozenset(n for n in fit.measured.supplies if least[n] == COERCION[fit.option.coercive])
        out.append(fit.measured if mild == fit.measured.supplies else fit.measured._replace(supplies=mild))
    return out
