"""The one shape every framework has: a card, groups, and questions with stable codes, source and state of wording."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from tocsin.catalog.cards import Card
from tocsin.catalog.rows import Row, Text

Kind = Literal["factor", "indicator", "open", "level"]
Wording = Literal["paraphrase", "official", "own"]
Relation = Literal["close", "broader", "narrower", "related", "inverse", "none"]
Status = Literal["own_unreviewed", "own_reviewed", "official"]
LANGUAGES = ("en", "fr", "es")


def reference(framework: str, code: str) -> str:
    """Return the stable id of a question in all frameworks: ``us_araf:T1``."""
    return f"{framework}:{code}"


class QuestionRow(Row):
    """A row of a framework's ``questions.csv``."""

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z]?[0-9]{1,2}$")]
    group: Text
    kind: Kind
    text: Text
    asked_once_as: str
    wording: Wording
    source: Text


class Translation(Row):
    """The text of one question in another language. ``id`` is ``framework:code:language``."""

    id: Annotated[str, Field(pattern=r"^[a-z_]+:[A-Z0-9.]+:[a-z]{2,3}$")]
    text: Text
    status: Status


class Crossing(Row):
    """A question of one framework, its counterpart in another, and what each cannot hold of the other.

    ``relation`` is read from left to right as in SKOS: *narrower* means that the right one is narrower. ``none`` means
    that the other form does not ask this; the other code is then empty.
    """

    id: Annotated[str, Field(pattern=r"^X[0-9]{3}$")]
    a: Annotated[str, Field(pattern=r"^([a-z_]+:[A-Z0-9.]+)?$")]
    relation: Relation
    b: Annotated[str, Field(pattern=r"^([a-z_]+:[A-Z0-9.]+)?$")]
    a_cannot_hold: str
    b_cannot_hold: str


@dataclass(frozen=True)
class Question:
    """A question of a framework. ``text`` is English; ``texts`` holds every language with the state of its wording."""

    code: str
    framework: str
    group: str
    text: str
    kind: str
    asked_once_as: str | None
    basis: str
    basis_label: str
    wording: str
    source: str
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The stable id, with the framework before the code."""
        return reference(self.framework, self.code)

    def say(self, language: str) -> tuple[str, str]:
        """Return the text in a language with the state of its wording; English where there is no translation."""
        return self.texts.get(language) or (self.text, self.wording if language == "en" else "not translated")


@dataclass(frozen=True)
class Framework:
    """A framework with its questions by code, in its order."""

    id: str
    title: str
    version: str
    basis: str
    card: Card
    groups: dict[str, str]
    questions: dict[str, Question]

    def asked(self) -> list[Question]:
        """Return the questions that are put to an assessor here: those not asked once elsewhere, and no levels."""
        return [q for q in self.questions.values() if q.asked_once_as is None and q.kind != "level"]
