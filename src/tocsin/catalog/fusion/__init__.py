"""When reports are of one event: the rule with its points (``rules.yml``) and the names of actors (``actors.csv``)."""

from __future__ import annotations

import csv
import hashlib
import re
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field, model_validator
from rapidfuzz import fuzz, process

from tocsin.catalog import geography
from tocsin.catalog.geography.scripts import MOST_KEPT, named, plain
from tocsin.catalog.yaml_files import checked

STATE = re.compile(r"^(?:Government|Military Forces|Police Forces|Armed Forces|Army) of (.+?)(?: \(\d{4}\s*-.*\))?$")
"""How UCDP ("Government of Sudan") and ACLED ("Military Forces of Sudan (2019-)", from memory) name state forces."""
ALIKE = 85


class Step(BaseModel):
    """Points up to a distance."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    within_km: float
    points: int


class Days(BaseModel):
    """Points for days that agree."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    same: int
    overlapping: int
    next: int
    later: int


class Kind(BaseModel):
    """Points for the kind of violence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    same: int
    other: int


class Actors(BaseModel):
    """Points for actors that the table knows to be the same."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    both: int
    one: int
    none: int


class Same(BaseModel):
    """Points for equal figures: a rare figure says more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_ten: int
    from_three: int
    fewer: int


class Figures(BaseModel):
    """Points for the dead that two reports count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    same: Same
    near_ratio: float
    near: int
    far_ratio: float
    far_difference: int
    far: int


class Text(BaseModel):
    """Points for words in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    share: float
    points: int


class Rules(BaseModel):
    """The whole rule. ``sure`` joins, ``unsure`` asks a person; ``lead`` is by how much the best must be the best."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int
    set_on: date
    why: str
    days_apart: int = Field(ge=0, le=7)
    km_apart: float = Field(gt=0, le=55)
    sure: int
    unsure: int
    lead: int
    ask_best: int = Field(
        ge=1, description="Of one publication's reports near another: so many a person is asked about."
    )
    place_points: int = Field(description="Least points for the place without which nothing is joined.")
    day_points: int = Field(description="Least points for the day without which nothing is joined.")
    distance: list[Step] = Field(min_length=1)
    district: int = Field(description="Within reach, where one is known to a district only.")
    same_town: int
    other_town: int = Field(description="Two exact points, a kilometre or more apart, with different names.")
    same_province: int
    other_province: int
    days: Days
    kind: Kind
    actors: Actors
    figures: Figures
    text: Text

    @model_validator(mode="after")
    def _ordered(self) -> Rules:
        """Refuse a rule whose parts contradict one another."""
        if self.unsure >= self.sure:
            raise ValueError("unsure must lie under sure")
        if [s.within_km for s in self.distance] != sorted({s.within_km for s in self.distance}):
            raise ValueError("distances must grow")
        if self.distance[-1].within_km != self.km_apart:
            raise ValueError("the last distance must be km_apart")
        return self


@cache
def rules() -> Rules:
    """Return the rule in force. Raises Damaged when it does not hold together."""
    text = (files(__package__) / "rules.yml").read_text(encoding="utf-8")
    return checked(Rules, text, "rule of fusion", "catalog/fusion/rules.yml")


@cache
def basis() -> str:
    """Return a hash of all that joining rests on: when it changes, events are made anew."""
    told = hashlib.sha256()
    for package, names in (
        (__package__, ("rules.yml", "actors.csv")),
        (geography.__name__, ("aliases.csv", "cldr_names.csv", "disputed.csv", "settlements.csv", "territories.csv")),
    ):
        for name in names:
            told.update((files(package) / name).read_bytes())
    return told.hexdigest()[:16]


@cache
def _written() -> dict[str, str]:
    """Return each way to write an actor, plain, with the one name it is kept under."""
    text = (files(__package__) / "actors.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {plain(w): r["actor"] for r in rows for w in r["written"].split(";")}


@lru_cache(maxsize=MOST_KEPT)
def known_actor(text: str) -> str | None:
    """Return the actor that a name means by the table, or the forces of a state by its form; None: not listed."""
    listed = _written().get(plain(text))
    if listed:
        return listed
    state = STATE.match(text.strip())
    place = named(state[1]) if state else None
    return f"Forces of {place}" if place else None


@lru_cache(maxsize=MOST_KEPT)
def actor(text: str) -> str:
    """Return the name under which an actor is compared: the listed one, else its own, plain."""
    return known_actor(text) or plain(text)


def propose(text: str, most: int = 3) -> list[tuple[str, int]]:
    """Return listed actors written much like a name that is not listed, with likeness 0–100. A person decides."""
    if known_actor(text):
        return []
    near = process.extract(plain(text), _written().keys(), scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE, limit=9)
    best: dict[str, int] = {}
    for written, score, _ in near:
        best.setdefault(_written()[written], round(score))
    return list(best.items())[:most]
