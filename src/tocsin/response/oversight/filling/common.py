"""What a part of a report is filled with, and the few ways in which acts become words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tocsin.catalog import directive
from tocsin.catalog.geography import places
from tocsin.response.oversight.period import Period
from tocsin.response.oversight.story import Act, act_of
from tocsin.response.register import mandate


@dataclass(frozen=True)
class Filled:
    """Sentences, and a table when there is one."""

    lines: list[str]
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def many(n: int, one: str, more: str = "") -> str:
    """Return a count with its noun."""
    return f"{n} {one if n == 1 else more or one + 's'}"


def acts(p: Period, kind: str) -> Iterable[Act]:
    """Return the acts of a kind up to the end of the period, those before it too."""
    return [act_of(e) for e in p.until if e.kind == kind]


def of(act: Act, key: str) -> str:
    """Return one field of an act's body in words: withheld and not said are two things."""
    value = act.body.get(key)
    if value in (None, ""):
        return "withheld" if act.hides(key) else "not said"
    return str(value)


def text(value: object) -> str:
    """Return a value in words, nothing for None."""
    return "" if value is None else str(value)


def name_of(place_id: str) -> str:
    """Return the name of a place; its letters when they are not in the list."""
    return places()[place_id].name if place_id in places() else place_id


def title_of(post: str) -> str:
    """Return the title of a post, of an earlier version too, its id when none has it, withheld when it is empty."""
    return mandate.title(post) if post else "withheld"


def office_of(office: str) -> str:
    """Return the name of an office, its id when the directive in force has no such office."""
    return next((o.name for o in directive.current().offices if o.id == office), office)
