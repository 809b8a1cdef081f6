"""What is asked of the procedures, and what a lawful path through them is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from tocsin.options.routes.authority import Route

ANY = "any"


@dataclass(frozen=True)
class Wish:
    """A goal about a place by a day.

    ``goal``: an option id, a kind of output or fact, a family of kinds, a body, ``procedure:U14`` or ``any``.
    ``asker``: the kind of whoever asks (``catalog/procedures/actors.csv``); empty when it does not matter.
    ``ally``: whether a state may be found that carries the ask. ``held``: kinds and facts that are there already;
    ``absent``: those that are not and will not be. What is in neither is not known and becomes a condition.
    """

    goal: str
    place_id: str
    by: date
    today: date
    asker: str = ""
    ally: bool = True
    held: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ask:
    """One request: who asks whom for what, and how many must agree (in words; empty when nobody votes).

    ``part`` is ``start``, ``vote``, ``block`` (those who could stop it) or ``consent``.
    """

    part: str
    who: str
    whom: str
    what: str
    count: str


@dataclass(frozen=True)
class Step:
    """One procedure of a path, with the days on which it can begin and be done if each step takes its fast or slow end.

    ``stopped_by``: who can stop it, in words; empty when nobody can. ``chain``: how the asker reaches whoever may
    start it, from the asker on; empty when nobody was named as asker.
    """

    route: Route
    gives: str
    kind: str
    begins: date
    begins_latest: date
    earliest: date
    latest: date
    chain: tuple[str, ...]
    asks: tuple[Ask, ...]
    stopped_by: str
    conditions: tuple[str, ...]
    ways_around: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Path:
    """A lawful way to a goal: its steps in order, and when what was wished for is there."""

    kind: str
    gives: str
    steps: tuple[Step, ...]
    earliest: date
    latest: date
    by: date
    conditions: tuple[str, ...]

    @property
    def sure(self) -> bool:
        """Whether it is in time even if every step takes its slow end. Estimates: nobody is bound by them."""
        return self.latest <= self.by

    @property
    def blocks(self) -> tuple[str, ...]:
        """What can stop it, step by step; a condition is not among them."""
        return tuple(f"{s.route.body}, {s.route.procedure}: {s.stopped_by}" for s in self.steps if s.stopped_by)

    @property
    def ways_around(self) -> tuple[dict[str, str], ...]:
        """Return the ways around its steps, each once."""
        seen = {way["to"]: way for step in self.steps for way in step.ways_around}
        own = {step.route.id for step in self.steps}
        return tuple(way for code, way in seen.items() if code not in own)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values; days as ISO text."""
        told = asdict(self)
        told |= {"sure": self.sure, "blocks": list(self.blocks), "ways_around": list(self.ways_around)}
        return _plain(told)


def _plain(value: Any) -> Any:
    """Return a value with days as text and tuples as lists."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
