"""The schema of ``source.yml``: who publishes, under what licence, how often, in which shapes, with which checks."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from ruamel.yaml import YAML

HERE = Path(__file__).parent
EVENTS = "events"


class Edge(BaseModel):
    """A two-edged check: below ``min`` the load stops, above ``max`` it warns."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min: float | None = None
    max: float | None = None
    why: str = ""


CHECKS = frozenset({"rows", "places", "covered_month_events", "covered_month_places"})
"""What a check may be of: rows read and places named (``store.edges``); what makes a month whole (``ucdp_ged``)."""


def _known_checks(checks: dict[str, Edge]) -> dict[str, Edge]:
    """Refuse a check of something that nobody counts: it would never stop anything."""
    if odd := sorted(set(checks) - CHECKS):
        raise ValueError(f"{', '.join(odd)} is no check; there are {', '.join(sorted(CHECKS))}")
    return checks


Checks = Annotated[dict[str, Edge], AfterValidator(_known_checks)]


class JsonShape(BaseModel):
    """Where the records stand in an answer of JSON. A path is keys and list positions joined by dots."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    records: str = Field(
        description="Path to the list of records: ``Result``, ``1``, ``data``; empty: the answer itself."
    )
    total: str = Field(
        "", description="Path to the number of records of all pages, which must then be there and match."
    )
    published: str = Field("", description="Path to the day (ISO 8601) on which the publisher says these came out.")


class Shape(BaseModel):
    """One form in which the publisher or a carrier serves the table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str
    columns: list[str] = Field(description="Every column the file must have: a missing one refuses the file.")
    optional: list[str] = Field(default=[], description="Columns that some releases have.")
    usual: list[str] = Field(
        default=[], description="Optional columns that are missed: a file, or a page of it, without one warns."
    )
    year_columns: bool = Field(False, description="Columns whose name is a year are values, not surprises.")
    delimiters: list[str] = [","]
    hxl_row: bool = Field(False, description="A row of HXL tags may stand under the header.")
    headerless: bool = Field(False, description="No header: the columns stand in the order declared, all of them.")
    unquoted: bool = Field(False, description="A quote is a letter like another: no field is ever quoted.")
    json_: JsonShape | None = Field(
        None, alias="json", description="An answer of JSON: nested keys are columns with dots, lists stay JSON text."
    )
    iati: bool = Field(False, description="An IATI activity file (XML): a row an activity, in catalog.iati's cells.")
    others: bool = Field(
        False, description="The publisher serves many more columns, which are not read and are no surprise."
    )
    checks: Checks = {}

    @model_validator(mode="after")
    def _known(self) -> Self:
        """Refuse a usual column that is no optional one."""
        if odd := sorted(set(self.usual) - set(self.optional)):
            raise ValueError(f"usual columns are optional ones; {', '.join(odd)} is not declared so")
        return self


class Terms(BaseModel):
    """What a named person accepts before the first fetch."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    url: str
    text: str


class Live(BaseModel):
    """How the publisher is asked, and the limits of what it may answer. The fetcher speaks to no other host."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base: str = Field(description="https://host/path of the interface; its host is asked, and those of also_hosts.")
    also_hosts: list[str] = Field(default=[], description="Hosts of the same publisher that a file may come from.")
    documentation: str = Field(description="The page that the shapes were read from.")
    basis: str = Field(description="``read: TITLE, DATE`` when that page was read, ``memory`` when it could not be.")
    types: list[str] = Field(description="Content types that an answer may have.")
    max_bytes: int = Field(200_000_000, gt=0, description="Of one answer, unpacked.")
    max_pages: int = Field(2000, gt=0, description="Questions in one fetch.")
    max_seconds: int = Field(900, gt=0, description="For one answer, from the first byte sent to the last received.")
    per_minute: float = Field(30, gt=0, le=600, description="Questions a minute to one host.")
    secrets: dict[str, str] = Field(default={}, description="Name of a secret: its file under the data folder.")
    secrets_needed: bool = Field(True, description="False: it is asked without them where they are not there.")
    echoed: list[str] = Field(
        default=[], description="Secrets that are a name and no key: the publisher repeats them in its answers."
    )
    secrets_from: str = Field("", description="One sentence: what a person asks for, where, and what to write down.")
    terms: Terms | None = Field(None, description="Shown to, and accepted by, a named person before first use.")
    private: bool = Field(False, description="Nothing of it leaves the machine in anything public.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Refuse an address that is not https, a secret kept elsewhere than under keys/, one that nobody can get."""
        parts = urlsplit(self.base)
        if parts.scheme != "https" or not parts.hostname or parts.username or parts.query or parts.fragment:
            raise ValueError(f"base {self.base} must be https://host/path")
        for file in self.secrets.values():
            folder, _, name = file.partition("/")
            if folder != "keys" or not name or "/" in name or name.startswith("."):
                raise ValueError(f"the secret {file} must be a file of the folder keys")
        if self.secrets and not self.secrets_from:
            raise ValueError("secrets_from must say where a person gets the secrets")
        if not (self.basis == "memory" or self.basis.startswith("read: ")):
            raise ValueError("basis is `memory` or `read: TITLE, DATE`")
        return self

    @property
    def hosts(self) -> frozenset[str]:
        """The only hosts that are ever spoken to."""
        return frozenset({urlsplit(self.base).hostname or "", *(h.lower() for h in self.also_hosts)})


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
    bundled_on: date | None = Field(None, description="The day that release was bundled: nobody here knew it before.")
    published: date | None = Field(
        None, description="The day that release came out, where the publisher states it: known from then on."
    )
    cadence_days: int | float = Field(
        gt=0, description="Days from one publication to the next; 15 minutes are 0.0104167."
    )
    grace_days: int | float = Field(gt=0, description="Days a publication may be late before it is silence.")
    coverage: str
    tables: list[str]
    shapes: dict[str, Shape]
    lookups: dict[str, dict[str, str | None]] = Field(default={}, description="Publisher's value to ours, or to null.")
    non_places: dict[str, str] = Field(default={}, description="Codes known not to be states: aggregates, territories.")
    checks: Checks = Field(default={}, description="Two-edged checks over the accepted rows of any shape.")
    columns_used: dict[str, str] = Field(default={}, description="Our indicator or column: what it is made from.")
    licence_note: str = ""
    figures: bool = Field(
        True, description="False: neither in the panel nor bundled: findings, events, documents, forecasts."
    )
    live: Live | None = Field(None, description="Absent: nobody is asked; files are loaded by hand.")
    counted: list[str] = Field(
        default=[], description="Indicators that count what a file lists: a shorter list lowers them."
    )
    snapshot_files: list[str] = Field(description="Its files under the folder given to ``snapshot build --from``.")
    snapshot_first_year: int = Field(1950, description="First year bundled; the panel starts in 1960 and looks back.")
    not_covered: list[str] = Field(
        default=[], description="States the source does not look at: silence says nothing of them."
    )

    @property
    def laid(self) -> list[str]:
        """The tables of which a new load is laid over the last: all but events, which the event store keeps."""
        return [name for name in self.tables if name != EVENTS]


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


@cache
def live_ids() -> tuple[str, ...]:
    """Return every source that can be fetched, sorted."""
    return tuple(name for name in loadable() if spec(name).live is not None)


def sample_folder(source_id: str) -> Path:
    """Return the folder of a source's samples: answers in the publisher's shape with invented figures."""
    return HERE / source_id / "sample"


@cache
def sample_hashes() -> frozenset[str]:
    """Return the SHA-256 of every sample, which is never data."""
    samples = (p for name in loadable() for p in sample_folder(name).rglob("*") if p.is_file())
    return frozenset(hashlib.sha256(p.read_bytes()).hexdigest() for p in samples)
