"""The shapes of the map: pillars and crimes, what is owed under them, and the lawful means."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tocsin.catalog.basis import Based
from tocsin.catalog.rows import Row, SomeWords, Text, Words

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{2,40}$")]
NEEDS = {
    "none": "no consent of the state and no vote of the Security Council",
    "consent": "the consent of the state",
    "council": "a vote of the Security Council",
    "chapter vii": "a decision of the Security Council under Chapter VII",
}
"""What makes a mechanism lawful beside its own rule, in words."""
KINDS = {
    "obligation": "binds in law those who are named",
    "responsibility": "taken on politically by all states; rests on obligations of law that are listed beside it",
    "right": "may be used; nobody must",
    "pledge": "binds in honour those who made it",
}


class Pillar(BaseModel):
    """One of the three pillars."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Text
    says: Text
    source: Text


class Crime(BaseModel):
    """One of the four crimes, with what to know before looking for mechanisms."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Text
    source: Text
    note: Text


class Sides(Based):
    """The two sides of the map."""

    version: Text
    title: Text
    source: Text
    pillars: dict[Literal["1", "2", "3"], Pillar]
    crimes: dict[str, Crime]


class Duty(Row):
    """What somebody owes, or may do, under pillars and for crimes; ``undertakings`` are its commitments on record."""

    id: Key
    pillars: SomeWords
    crimes: SomeWords
    who: Text
    kind: Literal["obligation", "responsibility", "right", "pledge"]
    duty: Annotated[str, Field(min_length=12)]
    source: Text
    undertakings: SomeWords

    @property
    def kind_said(self) -> str:
        """What its kind means."""
        return KINDS[self.kind]


class Mechanism(Row):
    """A lawful means to meet duties: its rule, what else it needs, the procedures that lead there, its limits."""

    id: Key
    title: Text
    pillars: SomeWords
    crimes: SomeWords
    duties: SomeWords
    procedures: Words
    needs: Literal["none", "consent", "council", "chapter vii"]
    coercive: Literal["no", "yes"]
    source: Text
    limits: Text

    @property
    def needs_said(self) -> str:
        """What makes it lawful beside its own rule."""
        return NEEDS[self.needs]
