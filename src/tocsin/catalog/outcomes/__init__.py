"""Outcomes: what is forecast, word for word by the codebook it comes from. One YAML file an outcome."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tocsin.catalog.yaml_files import one_each
from tocsin.core.errors import Misuse


class Target(BaseModel):
    """The form in which an outcome is forecast: a probability or a count, over which horizons."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["probability", "count"]
    unit: Literal["month", "year"]
    horizons: list[int] = Field(
        min_length=1, description="Ends of the windows, or the steps, in units after the origin."
    )


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
    target: Target
    coverage: str
    label: str = Field(description="How it is read off Tocsin's tables.")
    unknown_when: str
    leaves_out: list[str] = Field(min_length=1)


@cache
def outcomes() -> dict[str, Outcome]:
    """Return every outcome by id. Raises Damaged with file and fault for a bad file."""
    return one_each(Outcome, __package__, "outcome")


def outcome(outcome_id: str) -> Outcome:
    """Return one outcome. Raises Misuse when there is none of that name."""
    try:
        return outcomes()[outcome_id]
    except KeyError:
        raise Misuse(f"there is no outcome {outcome_id!r}", todo=f"Choose one of {', '.join(outcomes())}") from None
