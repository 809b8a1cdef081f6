"""Who gains what by which course: a payoff table in which every line is an assumption with its range and its source.

A model says nothing about what people will do. It keeps apart what is assumed, so that each can be shown wrong.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from tocsin.catalog.development.incentives import words
from tocsin.core.errors import Misuse

STEPS = "steps"
"""The unit of judged steps: they have an order and no size, and are never added."""
MOST_STEP = 3
VIOLENCE, RESTRAINT, BARGAIN = "violence", "restraint", "bargain"
MOST_ASSUMPTIONS = 10
"""Every corner of the ranges is looked at: 1,024 at the most."""
Amount = Annotated[Decimal, Field(ge=Decimal("-1e15"), le=Decimal("1e15"), allow_inf_nan=False, decimal_places=6)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
Said = Annotated[str, Field(min_length=8, max_length=4000)]
Short = Annotated[str, Field(min_length=1, max_length=200)]


def _one_of(which: str) -> AfterValidator:
    def check(value: str) -> str:
        known = getattr(words(), which)
        if value not in known:
            raise ValueError(f"must be one of {', '.join(known)}")
        return value

    return AfterValidator(check)


class Part(BaseModel):
    """Frozen, and without anything that nobody asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Range(Part):
    """An assumption: the least and the most that is believed, why, and by what source."""

    low: Amount
    high: Amount
    says: Said
    source: Said

    @model_validator(mode="after")
    def _ordered(self) -> Range:
        if self.low > self.high:
            raise ValueError("low must not be above high")
        return self


class Actor(Part):
    """Somebody with a choice: a kind of actor, never a person."""

    id: Id
    name: Short
    kind: Annotated[str, _one_of("actors")]


class Line(Range):
    """What one course brings one actor by one flow; a cost is below zero. ``bargain``: the bargain it is part of."""

    id: Id
    actor: Id
    course: Annotated[str, _one_of("courses")]
    flow: Annotated[str, _one_of("flows")]
    unit: Annotated[str, _one_of("units")]
    bargain: str = ""

    @model_validator(mode="after")
    def _steps(self) -> Line:
        if self.unit == STEPS and (abs(self.low) > MOST_STEP or abs(self.high) > MOST_STEP):
            raise ValueError(f"steps go from -{MOST_STEP} to {MOST_STEP}")
        if self.bargain and self.course != BARGAIN:
            raise ValueError("only a line of the course bargain is part of a bargain")
        return self


class Bargain(Part):
    """An arrangement among elites: who is in it, what it is, and what it holds by."""

    id: Id
    name: Short
    parties: Annotated[tuple[Id, ...], Field(min_length=2)]
    says: Said


class Model(Part):
    """The incentives at a place as of a day."""

    as_of: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    actors: Annotated[tuple[Actor, ...], Field(min_length=1, max_length=30)]
    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=200)]
    bargains: Annotated[tuple[Bargain, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _whole(self) -> Model:
        actors = _unique("actor", [a.id for a in self.actors])
        bargains = _unique("bargain", [b.id for b in self.bargains])
        _unique("line", [line.id for line in self.lines])
        for line in self.lines:
            _known("actor", line.actor, actors, f"line {line.id}")
            if line.bargain:
                _known("bargain", line.bargain, bargains, f"line {line.id}")
        for one in self.bargains:
            for party in one.parties:
                _known("actor", party, actors, f"bargain {one.id}")
        return self


class Assumption(Range):
    """What a programme is believed to change: by how much, who could be harmed, and what would prove it wrong."""

    id: Id
    harmed: Said
    wrong_if: Said


class Effect(Part):
    """One change a programme makes: a line of the model scaled by a factor, or an amount added to a payoff.

    ``scale`` names a line; ``add`` names a line, or an actor, course, flow and unit that the model has no line for.
    ``by`` is the assumption that says how much: a factor (0.7 is a fall of three in ten), or an amount in the unit.
    """

    do: Literal["scale", "add"]
    by: Id
    line: str = ""
    actor: str = ""
    course: Annotated[str, _one_of("courses")] | Literal[""] = ""
    flow: Annotated[str, _one_of("flows")] | Literal[""] = ""
    unit: Annotated[str, _one_of("units")] | Literal[""] = ""

    @model_validator(mode="after")
    def _aimed(self) -> Effect:
        own = (self.actor, self.course, self.flow, self.unit)
        if bool(self.line) == any(own) or (not self.line and not all(own)):
            raise ValueError("names a line, or else an actor, course, flow and unit")
        if self.do == "scale" and not self.line:
            raise ValueError("only a line of the model can be scaled")
        return self


class Programme(Part):
    """A programme as entered: what it is, what is assumed of it, and what it changes."""

    name: Short
    says: Said
    assumptions: Annotated[tuple[Assumption, ...], Field(min_length=1, max_length=MOST_ASSUMPTIONS)]
    effects: Annotated[tuple[Effect, ...], Field(min_length=1, max_length=40)]

    @model_validator(mode="after")
    def _whole(self) -> Programme:
        known = _unique("assumption", [a.id for a in self.assumptions])
        done: set[tuple[str, ...]] = set()
        for effect in self.effects:
            where = effect.line or f"{effect.actor}, {effect.course}"
            _known("assumption", effect.by, known, f"effect on {where}")
            this = (effect.do, effect.by, effect.line, effect.actor, effect.course, effect.flow, effect.unit)
            if this in done:
                raise ValueError(f"the effect of {effect.by} on {where} stands twice")
            done.add(this)
        for one in self.assumptions:
            uses = {effect.do for effect in self.effects if effect.by == one.id}
            if not uses:
                raise ValueError(f"assumption {one.id} changes nothing")
            if len(uses) > 1:
                raise ValueError(f"assumption {one.id} is a factor in one effect and an amount in another")
            if "scale" in uses and one.low < 0:
                raise ValueError(f"assumption {one.id} scales a line: a factor is not below zero")
        return self

    def against(self, model: Model) -> Programme:
        """Return itself when every line and actor it names stands in a model. Raises Misuse."""
        lines, actors = {line.id: line for line in model.lines}, {a.id for a in model.actors}
        for effect in self.effects:
            if effect.line and effect.line not in lines:
                raise Misuse(f"The model has no line {effect.line!r}", todo=f"Its lines: {', '.join(lines)}")
            if effect.actor and effect.actor not in actors:
                raise Misuse(f"The model has no actor {effect.actor!r}", todo=f"Its actors: {', '.join(actors)}")
            if effect.do == "scale" and lines[effect.line].unit == STEPS:
                raise Misuse(f"Line {effect.line} is judged in steps: they have no size to scale", todo="Add steps")
        both = sorted(set(lines) & {a.id for a in self.assumptions})
        if both:
            raise Misuse(f"{', '.join(both)} names a line and an assumption", todo="Give the assumption another id")
        for one in self.assumptions:
            added = [e for e in self.effects if e.by == one.id and e.do == "add"]
            units = {lines[e.line].unit if e.line else e.unit for e in added}
            if len(units) > 1:
                raise Misuse(f"Assumption {one.id} is an amount in {' and in '.join(sorted(units))}", todo="Make two")
        return self


def _unique(what: str, names: list[str]) -> set[str]:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{what} {name} stands twice")
    return set(names)


def _known(what: str, name: str, known: set[str], where: str) -> None:
    if name not in known:
        raise ValueError(f"{where}: there is no {what} {name!r}")


P = TypeVar("P", bound=Part)


def read(kind: type[P], given: Any, what: str) -> P:
    """Return a model or programme from plain values. Raises Misuse with every fault, each where it stands."""
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        told = [
            f"{'.'.join(map(str, fault['loc'])) or what}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()[:8]
        ]
        raise Misuse(f"The {what} does not hold together: {'; '.join(told)}", todo="Correct it and try again") from None
