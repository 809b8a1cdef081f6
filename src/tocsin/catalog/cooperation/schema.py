"""The shapes of the lists by which activities are sorted and capabilities are offered and asked for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tocsin.catalog.basis import Based
from tocsin.catalog.rows import Row, SomeWords, Text, Words


class Sector(Row):
    """What an activity is for, by the purpose codes that IATI and the DAC share, and the cluster it falls under."""

    code: Annotated[str, Field(pattern=r"^\d{5}$")]
    name: Text
    cluster: Text


class Capability(Row):
    """Something that can be offered and asked for. ``near`` could stand in for it; ``sensitive`` is hidden at first."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z-]{2,38}$")]
    name: Text
    does: Text
    examples: SomeWords
    near: Words
    presumes: SomeWords
    sensitive: Literal["yes", "no"]
    options: Words


class StaleDays(BaseModel):
    """After how many days something is marked as old."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    offer: int = Field(gt=0)
    activity: int = Field(gt=0)


class Rules(Based):
    """How activities and offers are told apart, shown and aged."""

    statuses: dict[str, str]
    repression_indicators: tuple[str, ...]
    digest_hour: int = Field(ge=0, le=23)
    stale_days: StaleDays
    answer_days: int = Field(gt=0)
