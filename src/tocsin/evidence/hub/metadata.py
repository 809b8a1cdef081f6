"""What the makers of a forecast say of it: a short YAML file. Offices and pseudonyms, no personal data."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, field_validator

from tocsin.catalog.models import cards
from tocsin.core import words
from tocsin.core.plain_yaml import values
from tocsin.evidence.sources.issues import Issue

AT_ORIGIN = "origin"
ENSEMBLE, EQUAL = "hub_ensemble", "hub_equal"
TEAM, MODEL = "yourteam", "yourmodel"
"""The names in the form that is given out: they must be replaced."""
SHORT = r"^[a-z][a-z0-9_]{1,30}$"


class Metadata(BaseModel):
    """The makers' own words. The names hubverse uses for the same things are taken too."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    team: str = Field(min_length=2, max_length=120, validation_alias=AliasChoices("team", "team_name"))
    team_abbr: str = Field(pattern=SHORT, description="Short name of the team: small letters, digits, _.")
    model: str = Field(min_length=2, max_length=120, validation_alias=AliasChoices("model", "model_name"))
    model_abbr: str = Field(pattern=SHORT, description="Short name of the model: small letters, digits, _.")
    kind: Literal["model", "human"] = Field("model", description="Who forecast: a model, or people.")
    method: str = Field(min_length=12, max_length=2000, description="How it is done, in a few sentences.")
    licence: str = Field(
        min_length=2, max_length=120, validation_alias=AliasChoices("licence", "license"),
        description="Terms under which the figures may be passed on.",
    )  # fmt: skip
    contact: str = Field(
        min_length=2, max_length=120, description="The office to ask. An office, not a person: no name is needed."
    )
    data_until: date | Literal["origin"] | None = Field(
        None, description="Last day that any figure used describes; 'origin': for each origin, the origin itself."
    )
    made_at: date | None = Field(None, description="The day the forecasts were made, where it was before handing in.")
    origin: str | None = Field(None, description="The one origin of the file, where its rows do not carry it.")
    places: Literal["iso3", "name", "cow", "gw", "views"] = Field(
        "iso3", description="What the place column holds. Letters and names are told apart by themselves."
    )
    retrospective: bool = Field(
        False, description="True: made after the outcome could be known. Scored in a table apart, and marked."
    )
    note: str = Field("", max_length=2000)

    @field_validator("origin", "licence", "team", "model", "method", "contact", "note", mode="before")
    @classmethod
    def _text(cls, value: Any) -> Any:
        """Take a year written as a number (``origin: 2024``) for text; leave out what could steer a terminal."""
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return words.said(value) if isinstance(value, str) and len(value) <= words.MOST else value

    @property
    def model_id(self) -> str:
        """The name in every table: team and model, as hubverse writes it."""
        return f"{self.team_abbr}-{self.model_abbr}"


def read(data: bytes) -> tuple[Metadata, list[Issue]]:
    """Return the metadata and every fault found in it; a finding's ``column`` is the name of the entry.

    With a fault, what is returned holds only the entries without one, so that the file can still be checked by them.
    """
    unnamed = {"team_abbr": "", "model_abbr": ""}
    blank: Metadata = Metadata.model_construct(None, **unnamed)
    try:
        said = values(data, days_as_text=False)
    except ValueError as error:
        return blank, [_fault("metadata", str(error))]
    if not isinstance(said, dict):
        return blank, [_fault("metadata", "it holds no entries: write 'team: …' and so on, one a line")]
    filled = {str(k): v for k, v in said.items() if v is not None and v != ""}
    try:
        found = Metadata.model_validate(filled)
    except ValidationError as error:
        faults = {str(fault["loc"][0]): fault for fault in error.errors()}
        sound = {k: str(v) if k == "origin" else v for k, v in filled.items() if k in Metadata.model_fields}
        return Metadata.model_construct(None, **{**unnamed, **{k: v for k, v in sound.items() if k not in faults}}), [
            _fault("metadata", _said(fault), name, fault.get("input")) for name, fault in faults.items()
        ]
    issues = []
    if found.kind == "model" and found.data_until is None:
        issues.append(
            _fault("metadata", "say up to which day the data go, or 'origin' if each origin's own", "data_until")
        )
    if found.kind == "human" and found.retrospective:
        issues.append(
            _fault("metadata", "people cannot forget an outcome: human forecasts made after it are not taken",
                   "retrospective", True)
        )  # fmt: skip
    for column, name in (("team_abbr", TEAM), ("model_abbr", MODEL)):
        if getattr(found, column) == name:
            issues.append(_fault("metadata", "this is the form's own name: put yours in its place", column, name))
    if found.model_id in {ENSEMBLE, EQUAL, *cards()}:
        issues.append(_fault("metadata", f"{found.model_id} is the name of a model of the house", "model_abbr"))
    return found, issues


def _said(fault: Any) -> str:
    """Return a fault as a person would say it."""
    return "this entry is needed" if fault["type"] == "missing" else str(fault["msg"]).removeprefix("Value error, ")


def _fault(rule: str, message: str, column: str | None = None, value: object = None) -> Issue:
    shown = None if value is None or isinstance(value, dict) else words.said(str(value)[:80])
    return Issue(rule, message, None, column, shown, "file")
