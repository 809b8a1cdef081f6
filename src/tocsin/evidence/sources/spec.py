"""The schema of ``source.yml``: who publishes, under what licence, how often, in which shapes, with which checks."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

HERE = Path(__file__).parent


class Edge(BaseModel):
    """A two-edged check: below ``min`` the load stops, above ``max`` it warns."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min: float | None = None
    max: float | None = None
    why: str = ""


class Shape(BaseModel):
    """One form in which the publisher or a carrier serves the table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str
    columns: list[str] = Field(description="Every column the file must have: a missing one refuses the file.")
    optional: list[str] = Field(default=[], description="Columns that some releases have.")
    year_columns: bool = Field(False, description="Columns whose name is a year are values, not surprises.")
    delimiters: list[str] = [","]
    hxl_row: bool = Field(False, description="A row of HXL tags may stand under the header.")
    checks: dict[str, Edge] = {}


class SourceSpec(BaseModel):
    """What a source declares about itself. Everything shown beside its figures comes from here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    publisher: str
    url: str
    licence: str
    licence_url: str
    licence_group: str = Field(description="Folder of the bundled snapshot; tables of one licence stand together.")
    citation: str
    release: str = Field(description="Release the bundled figures come from.")
    cadence_days: int
    grace_days: int
    coverage: str
    tables: list[str]
    shapes: dict[str, Shape]
    lookups: dict[str, dict[str, str | None]] = Field(default={}, description="Publisher's value to ours, or to null.")
    non_places: dict[str, str] = Field(default={}, description="Codes known not to be states: aggregates, territories.")
    checks: dict[str, Edge] = Field(default={}, description="Two-edged checks over the accepted rows of any shape.")
    columns_used: dict[str, str] = Field(default={}, description="Our indicator or column: what it is made from.")
    licence_note: str = ""
    figures: bool = Field(True, description="False: no figures of places, never bundled; kept for the catalogue.")
    counted: list[str] = Field(
        default=[], description="Indicators that count what a file lists: a shorter list lowers them."
    )
    snapshot_files: list[str] = Field(description="Its files under the folder given to ``snapshot build --from``.")
    snapshot_first_year: int = Field(1950, description="First year bundled; the panel starts in 1960 and looks back.")
    not_covered: list[str] = Field(
        default=[], description="States the source does not look at: silence says nothing of them."
    )


@cache
def spec(source_id: str) -> SourceSpec:
    """Return the declaration of a source. Raises KeyError when there is no such folder."""
    file = HERE / source_id / "source.yml"
    if not file.is_file():
        raise KeyError(source_id)
    return SourceSpec.model_validate(YAML(typ="safe").load(file.read_text(encoding="utf-8")))


@cache
def loadable() -> tuple[str, ...]:
    """Return every source that a file can be loaded of, found by walking the folders, sorted."""
    return tuple(sorted(p.parent.name for p in HERE.glob("*/source.yml")))


@cache
def source_ids() -> tuple[str, ...]:
    """Return every source of figures of places: what panel and snapshot are made of."""
    return tuple(name for name in loadable() if spec(name).figures)
