"""Outcomes: what is forecast, word for word by the codebook it comes from. One YAML file an outcome."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tocsin.core.errors import Damaged, Misuse


class Outcome(BaseModel):
    """One outcome: definition, codebook, window, label in the tables, and what it leaves out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    axis_label: str = Field(description="What an axis or column head says; never broader than the definition.")
    definition: str
    codebook: str
    citation: str
    window: str
    coverage: str
    label: str = Field(description="How it is read off Tocsin's tables.")
    unknown_when: str
    leaves_out: list[str] = Field(min_length=1)


@cache
def outcomes() -> dict[str, Outcome]:
    """Return every outcome by id. Raises Damaged with file and fault for a bad file."""
    found: dict[str, Outcome] = {}
    for entry in sorted(files(__package__).iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".yml"):
            try:
                one = Outcome.model_validate(YAML(typ="safe").load(entry.read_text(encoding="utf-8")))
            except (YAMLError, ValidationError) as error:
                raise Damaged(
                    f"the outcome {entry.name} cannot be read: {' '.join(str(error).split())[:300]}"
                ) from None
            if f"{one.id}.yml" != entry.name:
                raise Damaged(f"the outcome {entry.name} calls itself {one.id}")
            found[one.id] = one
    return found


def outcome(outcome_id: str) -> Outcome:
    """Return one outcome. Raises Misuse when there is none of that name."""
    try:
        return outcomes()[outcome_id]
    except KeyError:
        raise Misuse(f"there is no outcome {outcome_id!r}", todo=f"Choose one of {', '.join(outcomes())}") from None
