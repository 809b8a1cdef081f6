"""A table that no source of the program reads, told what it means: which column is the place, the period, a figure.

Takes in a mapping (YAML, schema ``Mapping``) and a CSV, XLSX or Parquet file; gives out the same declaration and the
same reading as a source of the program has, so that loading, checks, licence and display are one. A column is named by
its title or, where the file carries a row of HXL tags, by a tag (``#country+code``).
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Titles
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from tocsin.catalog.geography import places
from tocsin.core import words
from tocsin.core.plain_yaml import values
from tocsin.evidence.indicators.popping import EARLIEST
from tocsin.evidence.sources.issues import Issue
from tocsin.evidence.sources.spec import SourceSpec, loadable

SHAPE = "mapped"
OPEN = "FILL "
"""How an entry begins that a draft leaves to a person."""
MOST_DAYS = 36_500
SHARING = ("area", "status", "detail", "unit")
"""What is shown as it stands: it may be a column that also says something else."""
AS_SAID = (
    "id", "title", "publisher", "url", "licence", "licence_url", "citation", "cadence_days", "grace_days", "coverage",
)  # fmt: skip
"""What a mapping says in the words of a source."""
ID = r"^[a-z][a-z0-9_]{2,40}$"
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=400)]
Column = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Figure(BaseModel):
    """One column of figures: what it counts or measures."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    indicator: str = Field(pattern=ID, description="Its short name here.")
    column: Column
    label: Text
    unit: Text
    min: float | None = Field(0, allow_inf_nan=False)
    max: float | None = Field(None, allow_inf_nan=False)
    lead: bool = Field(True, description="Shown on the situation page; the others stand on the page of figures.")


class Columns(BaseModel):
    """Which column says what. ``indicator`` and ``value`` are for a table with one figure a row."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: Column
    period: Column | None = None
    until: Column | None = None
    area: Column | None = None
    status: Column | None = None
    detail: Column | None = None
    published: Column | None = None
    indicator: Column | None = None
    value: Column | None = None
    unit: Column | None = None


class Mapping(BaseModel):
    """What a table of the home means, and whose it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=ID)
    title: Text
    publisher: Text
    url: str = Field(pattern=r"^https?://\S+$")
    licence: Text = Field(description="Under which terms it may be used and shown.")
    licence_url: str = Field(pattern=r"^https?://\S+$")
    citation: Text
    coverage: Text = Field(description="What it covers, and what its silence on a place means.")
    cadence_days: float = Field(gt=0, le=MOST_DAYS, allow_inf_nan=False)
    grace_days: float = Field(gt=0, le=MOST_DAYS, allow_inf_nan=False)
    columns: Columns
    places: Literal["iso3", "iso2", "name", "gw", "cow"] = "iso3"
    period: str | None = Field(None, pattern=r"^\d{4}(-(0[1-9]|1[0-2]))?$", description="Of the whole file.")
    figures: tuple[Figure, ...] = ()
    skip: tuple[Column, ...] = Field((), description="Columns that are known and not used.")
    place_values: dict[str, str | None] = Field(default={}, description="Values of the place column: ours, or null.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Refuse a mapping that leaves open what a figure is or of when."""
        c = self.columns
        if self.id in loadable():
            raise ValueError(f"{self.id} is a source of the program: choose another id")
        if (c.period is None) == (self.period is None):
            raise ValueError("say the period once: in columns.period, or as the period of the whole file")
        if bool(self.figures) == bool(c.indicator):
            raise ValueError("name the figures, one a column, or the columns indicator and value, one figure a row")
        if (c.indicator is None) != (c.value is None):
            raise ValueError("columns.indicator and columns.value go together")
        names = [f.indicator for f in self.figures]
        if len(names) != len(set(names)):
            raise ValueError("two figures have one name")
        if self.period and self.period < EARLIEST:
            raise ValueError(f"the period is before {EARLIEST}")
        for value, place_id in self.place_values.items():
            if place_id is not None and place_id not in places():
                raise ValueError(f"place_values: {place_id!r}, said for {value!r}, is not in the list of places")
        if column := self.twice({}):
            raise ValueError(f"the column {column} is named twice; only {', '.join(SHARING)} may share one")
        return self

    def twice(self, titles: Titles[str, str]) -> str | None:
        """Return a column that would be taken twice; ``titles`` are the file's own names of those named by a tag.

        Figures, ``value`` and ``published`` are taken as what they are: not even what is shown as it stands shares one.
        """
        said = {k: titles.get(v, v) for k, v in self.columns.model_dump().items() if v}
        typed = [titles.get(f.column, f.column) for f in self.figures]
        typed += [said[k] for k in ("value", "published") if k in said]
        alone = [*typed, *(v for k, v in said.items() if k not in (*SHARING, "value", "published"))]
        shared = [v for k, v in said.items() if k in SHARING and v in typed]
        return next((v for v in alone if alone.count(v) > 1), next(iter(shared), None))

    @property
    def named(self) -> list[str]:
        """Every column the mapping names, as it names it, once."""
        single = [v for v in self.columns.model_dump().values() if v]
        return list(dict.fromkeys([*single, *(f.column for f in self.figures)]))


def parse(data: bytes) -> tuple[Mapping | None, list[Issue]]:
    """Return a mapping, or every fault found in it; a finding's ``column`` is the name of the entry."""
    try:
        plain = values(data)
    except ValueError as error:
        return None, [_fault(str(error))]
    if not isinstance(plain, dict):
        return None, [_fault("it holds no entries: write 'id: …' and so on, one a line")]
    if unfilled := list(_unfilled(plain, "")):
        return None, [_fault("this is still to be filled in", entry) for entry in unfilled]
    try:
        return Mapping.model_validate({**plain, **({"period": str(p)} if (p := plain.get("period")) else {})}), []
    except ValidationError as error:
        return None, [
            _fault(_told(fault), ".".join(str(part) for part in fault["loc"]) or None) for fault in error.errors()
        ]


def _unfilled(value: Any, entry: str) -> Iterator[str]:
    """Yield the entries that a draft left open."""
    if isinstance(value, str) and value.startswith(OPEN):
        yield entry
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from _unfilled(each, f"{entry}.{key}".strip("."))


def _told(fault: Any) -> str:
    return "this entry is needed" if fault["type"] == "missing" else str(fault["msg"]).removeprefix("Value error, ")


def _fault(message: str, entry: str | None = None) -> Issue:
    return Issue("mapping", words.said(message)[:300], None, entry, None, "file")


def declared(mapping: Mapping, columns: list[str] | None = None) -> SourceSpec:
    """Return the mapping as the declaration of a source; ``columns`` are the file's own names where tags were used."""
    lead = {f.indicator: f"{f.label}, {f.unit}" for f in mapping.figures if f.lead}
    needed = columns if columns is not None else mapping.named
    shape = {
        "about": "a table of this home, by its mapping",
        "columns": needed,
        "optional": [c for c in mapping.skip if c not in needed],
        "delimiters": [",", ";", "\t", "|"],
        "hxl_row": True,
    }
    return SourceSpec.model_validate(
        {
            **{name: getattr(mapping, name) for name in AS_SAID},
            "licence_group": "home",
            "licence_note": "Declared in this home; the program does not know these terms.",
            "release": "as loaded",
            "figures": False,
            "tables": ["indicators"],
            "shapes": {SHAPE: shape},
            "lookups": {"place": {k: v for k, v in mapping.place_values.items() if v is not None}},
            "non_places": {k: "no place, by the mapping" for k, v in mapping.place_values.items() if v is None},
            "checks": {"rows": {"min": 1, "max": 2_000_000}},
            "columns_used": lead,
            "snapshot_files": [],
        }
    )
