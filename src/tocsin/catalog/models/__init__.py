"""Model cards: what each model is for, what it learns, how it was chosen, where it fails, who answers for it.

One YAML file a model, checked here. The settings a model runs with stand in its card and nowhere else, so a card
cannot describe another model than the one that ran. A card with ``frozen: true`` is never edited.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tocsin.catalog.yaml_files import one_each
from tocsin.core.errors import Damaged, Misuse

IN_FORCE = {"mass_killing_onset": "onset_v1", "state_based_deaths_ge25": "conflict_v1"}
"""The model that speaks for an outcome: on the board, in records of places, in calibration of what is shown. Others
stand beside it (``onset_v2``). A change is made here; the forecast tripwires name their own model and must then be
back-tested and armed anew under the next number."""


class Strict(BaseModel):
    """A part of a card: no key that is not declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Choice(Strict):
    """One thing that was chosen, from what, by which rule, with the development scores that decided it."""

    what: str
    chosen: str
    among: str
    rule: str
    scores: list[str] = Field(default_factory=list)


class Training(Strict):
    """What the model learns from."""

    data: list[str] = Field(min_length=1)
    gaps: list[str]
    span: str
    label: str


class ModelCard(Strict):
    """A model card (design page, forecast ethics: every forecast names its card)."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    title: str
    kind: Literal["model", "baseline", "rival"]
    outcome: str
    also: list[str] = Field(default_factory=list, description="Other outcomes the same recipe is asked about.")
    horizon: str
    aim: str
    method: str
    training: Training
    columns: list[str] = Field(default_factory=list, description="Panel columns used, in order; empty: see method.")
    settings: dict[str, Any] = Field(default_factory=dict)
    choices: list[Choice] = Field(default_factory=list)
    interval: str
    intended_uses: list[str] = Field(min_length=1)
    forbidden_uses: list[str] = Field(min_length=1)
    known_misses: list[str]
    weaknesses: list[str]
    owner_post: str
    review_date: date
    frozen: bool

    @property
    def ref(self) -> str:
        """The card's name and number as other files cite it: ``onset_v1 (card 1)``."""
        return f"{self.id} (card {self.version})"


@cache
def cards() -> dict[str, ModelCard]:
    """Return every model card by id, in the order of ids. Raises Damaged with file and fault for a bad card."""
    return one_each(ModelCard, __package__, "model card")


def card(model_id: str) -> ModelCard:
    """Return one model card. Raises Misuse when there is none of that name."""
    try:
        return cards()[model_id]
    except KeyError:
        raise Misuse(f"there is no model {model_id!r}", todo=f"Choose one of {', '.join(cards())}") from None


class Look(Strict):
    """One time somebody saw how a model scores on the test rows."""

    model: str
    date: date
    saw: str
    changed: str = Field(description="What was changed in the model because of it; 'nothing' keeps the model honest.")


@cache
def looks(model_id: str) -> tuple[Look, ...]:
    """Return every recorded look at the test rows of a model, oldest first (``looks/<model>.yml``)."""
    file = files(__package__) / "looks" / f"{model_id}.yml"
    if not file.is_file():
        return ()
    try:
        read = YAML(typ="safe").load(file.read_text(encoding="utf-8")) or []
        return tuple(Look.model_validate(entry) for entry in read)
    except (YAMLError, ValidationError, TypeError) as error:
        raise Damaged(f"the looks of {model_id} cannot be read: {' '.join(str(error).split())[:300]}") from None
