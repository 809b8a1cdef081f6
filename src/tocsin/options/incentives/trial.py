"""What a programme changes in the payoffs of each actor: as ranges, with the assumptions that decide the sign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from tocsin.options.incentives.arithmetic import Bounds, Ends, Term, bounds, middle, value
from tocsin.options.incentives.model import BARGAIN, RESTRAINT, STEPS, VIOLENCE, Line, Model, Programme

OTHERS = (RESTRAINT, BARGAIN)


@dataclass(frozen=True)
class Payoff:
    """One actor's payoff of one course in one unit: before the programme, after it, and the change."""

    actor: str
    course: str
    unit: str
    before: Bounds
    after: Bounds
    change: Bounds


@dataclass(frozen=True)
class Weight:
    """How much one assumption matters for a change, the rest kept in the middle of their ranges.

    ``swing`` is what the change moves by over its range; ``turns_at`` is where the change has no sign, if that is
    inside the range; ``settles`` lists the ends (``low``, ``high``) at which, with the rest free, the sign is known.
    """

    name: str
    says: str
    ends: Ends
    swing: Fraction
    turns_at: Fraction | None
    settles: tuple[str, ...]


@dataclass(frozen=True)
class Advantage:
    """What violence brings an actor more than another course, in one unit: before, after, the change, and its weights.

    ``change.sign`` is the answer a reader looks for: ``falls`` lowers what there is to gain from violence. ``stated``:
    the model has a line for both courses; without it nobody said what one of them brings, and only the change is known.
    """

    actor: str
    over: str
    unit: str
    stated: bool
    before: Bounds
    after: Bounds
    change: Bounds
    weights: tuple[Weight, ...]


@dataclass(frozen=True)
class Step:
    """A payoff judged in steps that the programme moves: steps have an order and no size, so they stand one by one."""

    actor: str
    course: str
    flow: str
    before: tuple[int, int] | None
    moved: Ends
    sign: str


@dataclass(frozen=True)
class Strained:
    """A party of a bargain whose payoff inside it the programme changes."""

    bargain: str
    actor: str
    unit: str
    change: Bounds


@dataclass(frozen=True)
class Trial:
    """All of it, in the order of the model. Nothing is added over actors or over units."""

    payoffs: tuple[Payoff, ...]
    advantages: tuple[Advantage, ...]
    steps: tuple[Step, ...]
    strained: tuple[Strained, ...]


def standing(model: Model) -> Trial:
    """Return the payoffs of a model as it stands, without a programme."""
    return _trial(model, None)


def test(model: Model, programme: Programme) -> Trial:
    """Return what a programme changes. Raises Misuse when it names a line or an actor that the model has not."""
    return _trial(model, programme.against(model))


test.__test__ = False  # type: ignore[attr-defined]  # no test of pytest's


@dataclass(frozen=True)
class _Table:
    lines: tuple[Line | _New, ...]
    scales: Mapping[str, tuple[str, ...]]
    adds: Mapping[str, tuple[str, ...]]
    ranges: Mapping[str, Ends]
    says: Mapping[str, str]

    def terms(self, weights: Mapping[str, int], *, after: bool, change: bool = False) -> list[Term]:
        """Return the terms of lines by weight: as they were, as they become, or what changes."""
        touched = after or change
        return [
            Term(
                line.id,
                weights[line.id],
                self.ranges[f"line:{line.id}"],
                self.scales.get(line.id, ()) if touched else (),
                self.adds.get(line.id, ()) if touched else (),
                change,
            )
            for line in self.lines
            if line.id in weights
        ]


@dataclass(frozen=True)
class _New:
    """A payoff that only the programme brings: a line worth nothing before it."""

    id: str
    actor: str
    course: str
    flow: str
    unit: str
    bargain: str = ""


def _trial(model: Model, programme: Programme | None) -> Trial:
    table = _table(model, programme)
    payoffs, advantages, strained = [], [], []
    for actor in model.actors:
        own = [line for line in table.lines if line.actor == actor.id]
        for unit in dict.fromkeys(line.unit for line in own if line.unit != STEPS):
            by_course = {
                course: {line.id: 1 for line in own if (line.course, line.unit) == (course, unit)}
                for course in (VIOLENCE, *OTHERS)
            }
            for course, weights in by_course.items():
                if weights:
                    payoffs.append(Payoff(actor.id, course, unit, *_three(table, weights)))
            for over in OTHERS:
                stated = bool(by_course[over] and by_course[VIOLENCE])
                if stated or (over == RESTRAINT and (by_course[over] or by_course[VIOLENCE])):
                    weights = {**by_course[VIOLENCE], **dict.fromkeys(by_course[over], -1)}
                    three = _three(table, weights)
                    advantages.append(
                        Advantage(actor.id, over, unit, stated, *three, _weights(table, weights, three[2]))
                    )
    for one in model.bargains:
        for party in one.parties:
            inside = [line for line in table.lines if line.bargain == one.id and line.actor == party]
            for unit in dict.fromkeys(line.unit for line in inside if line.unit != STEPS):
                weights = {line.id: 1 for line in inside if line.unit == unit}
                change = _three(table, weights)[2]
                if change.sign != "unchanged":
                    strained.append(Strained(one.id, party, unit, change))
    return Trial(tuple(payoffs), tuple(advantages), tuple(_steps(table)), tuple(strained))


def _table(model: Model, programme: Programme | None) -> _Table:
    lines: list[Line | _New] = list(model.lines)
    ranges: dict[str, Ends] = {f"line:{ln.id}": (Fraction(ln.low), Fraction(ln.high)) for ln in model.lines}
    says = {f"line:{line.id}": line.says for line in model.lines}
    scales: dict[str, tuple[str, ...]] = {}
    adds: dict[str, tuple[str, ...]] = {}
    if programme is not None:
        for one in programme.assumptions:
            ranges[one.id] = (Fraction(one.low), Fraction(one.high))
            says[one.id] = one.says
        for effect in programme.effects:
            target = effect.line
            if not target:
                target = f"new:{effect.actor}:{effect.course}:{effect.flow}:{effect.unit}"
                if target not in {line.id for line in lines}:
                    lines.append(_New(target, effect.actor, effect.course, effect.flow, effect.unit))
                    ranges[f"line:{target}"] = (Fraction(0), Fraction(0))
                    says[f"line:{target}"] = "nothing before the programme"
            kept = scales if effect.do == "scale" else adds
            kept[target] = (*kept.get(target, ()), effect.by)
    return _Table(tuple(lines), scales, adds, ranges, says)


def _three(table: _Table, weights: Mapping[str, int]) -> tuple[Bounds, Bounds, Bounds]:
    """Return a payoff before and after, and its change: worked out of itself, since both ends share their lines."""
    return (
        bounds(table.terms(weights, after=False), table.ranges),
        bounds(table.terms(weights, after=True), table.ranges),
        bounds(table.terms(weights, after=True, change=True), table.ranges),
    )


def _weights(table: _Table, weights: Mapping[str, int], change: Bounds) -> tuple[Weight, ...]:
    """Return how much each range matters for the change, those that matter most first."""
    terms = table.terms(weights, after=True, change=True)
    lines = [t.line for t in terms if t.scales]
    named = [*dict.fromkeys(n for t in terms for n in (*t.scales, *t.adds)), *(f"line:{line}" for line in lines)]
    at = {t.line: middle(t.ends) for t in terms} | {
        n: middle(table.ranges[n]) for t in terms for n in (*t.scales, *t.adds)
    }
    found = []
    for name in named:
        key, ends = name.removeprefix("line:"), table.ranges[name]
        if ends[0] == ends[1]:
            continue
        low, high = (value(terms, {**at, key: end}) for end in ends)
        settles = tuple(
            which
            for which, end in zip(("low", "high"), ends, strict=True)
            if change.sign == "not determined" and bounds(terms, table.ranges, {key: end}).sign != "not determined"
        )
        turns = ends[0] + (ends[1] - ends[0]) * (-low) / (high - low) if low * high < 0 else None
        found.append(Weight(name, table.says[name], ends, abs(high - low), turns, settles))
    return tuple(sorted(found, key=lambda w: (-w.swing, w.name)))


def _steps(table: _Table) -> list[Step]:
    """Return each judged payoff that the programme moves."""
    found = []
    for line in table.lines:
        if line.unit == STEPS and table.adds.get(line.id):
            terms = [Term(line.id, 1, (Fraction(0), Fraction(0)), (), table.adds[line.id], True)]
            moved = bounds(terms, table.ranges)
            before = (int(line.low), int(line.high)) if isinstance(line, Line) else None
            found.append(Step(line.actor, line.course, line.flow, before, (moved.low, moved.high), moved.sign))
    return found


def gains(one: Advantage) -> str:
    """Return whether violence pays more: ``pays``, ``does not``, ``not known`` or, of a course, ``not stated``."""
    if not one.stated:
        return "not stated"
    return "pays" if one.before.low > 0 else "does not" if one.before.high <= 0 else "not known"
