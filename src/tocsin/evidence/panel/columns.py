"""The declared predictors (``catalog/panel.yml``): the one list that page, model and documentation read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from tocsin.evidence.sources import spec

Transform = Literal[
    "identity",
    "log2p1",
    "log2",
    "change_1",
    "change_5",
    "mean_5_log2p1",
    "years_since",
    "history",
    "coups",
    "others",
    "others_mean",
]


class PanelColumn(BaseModel):
    """One predictor: ``tag`` names the indicator of the source, ``derivation`` says in words what is done to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    label: str
    unit: str
    group: str
    source_id: str
    tag: str
    transform: Transform
    derivation: str
    before: Literal["identity", "log2p1"] = "identity"
    zero_from: int | None = None
    carry_years: int = 0

    @property
    def licence(self) -> str:
        """The licence of the source the figures come from."""
        return spec(self.source_id).licence


@dataclass(frozen=True)
class _Declaration:
    groups: dict[str, str]
    columns: tuple[PanelColumn, ...]
    regions_as_fitted: dict[str, str]


@cache
def _declared() -> _Declaration:
    """Read the declaration once."""
    text = (files("tocsin.catalog") / "panel.yml").read_text(encoding="utf-8")
    data = YAML(typ="safe").load(text)
    found = tuple(PanelColumn.model_validate(c) for c in data["columns"])
    unknown = {c.group for c in found} - set(data["groups"])
    if unknown or len({c.id for c in found}) != len(found):
        raise ValueError(f"catalog/panel.yml: unknown groups {sorted(unknown)} or a column declared twice")
    return _Declaration(dict(data["groups"]), found, dict(data["regions_as_fitted"]))


def columns() -> list[PanelColumn]:
    """Return the predictors in their declared order."""
    return list(_declared().columns)


def groups() -> dict[str, str]:
    """Return the groups of predictors, id to label, in their declared order."""
    return dict(_declared().groups)


def regions_as_fitted() -> dict[str, str]:
    """Return the places whose region, in the predictors of a region, is not the one the list of places gives today."""
    return dict(_declared().regions_as_fitted)
