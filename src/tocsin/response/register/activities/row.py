"""One activity as a table or a form brings it: one class checks both, and says of a fault in which column it is."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from tocsin.catalog import directive
from tocsin.catalog.cooperation import rules, sectors
from tocsin.catalog.geography.lookup import meant
from tocsin.catalog.library import library
from tocsin.catalog.rows import INSTRUMENTS, Words
from tocsin.core.errors import TocsinError
from tocsin.core.words import SHORT, said
from tocsin.response.register.activities import organisations, shield


def _day(value: object) -> object:
    """Read a day written as 2026-11-26; an empty cell is not known."""
    if isinstance(value, str):
        if not value.strip():
            return None
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            raise ValueError("must be a day written as 2026-11-26, or empty") from None
    return value


Day = Annotated[date | None, BeforeValidator(_day)]
HASHTAGS = {
    "organisation": "#org+code",
    "ref": "#activity+code",
    "what": "#activity+description",
    "sectors": "#sector+code+list",
    "options": "#modality+code+list",
    "instruments": "#modality+name+list",
    "factors": "#cause+code+list",
    "places": "#country+code+list",
    "area": "#loc+name",
    "starts": "#date+start",
    "ends": "#date+end",
    "status": "#status",
    "source": "#meta+source",
    "source_on": "#date+source",
    "contact_office": "#contact+office",
    "visibility": "#meta+visibility",
    "seen_by": "#meta+access+list",
    "because": "#meta+reason",
}
"""The columns of a table of activities, each with its HXL hashtag."""


class ActivityRow(BaseModel):
    """An activity: who, what, where, from when to when, how far it is, who says so, and who may see it.

    Lists are separated by ``;``. ``places`` by letters or name. ``visibility``: open, restricted, or empty for what the
    rule says.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    organisation: str
    ref: str = Field(min_length=1, max_length=80)
    what: str = Field(min_length=3)
    sectors: Words
    options: Words
    instruments: Words
    factors: Words
    places: Words
    area: str = Field(max_length=200)
    starts: Day
    ends: Day
    status: str
    source: str = Field(min_length=3, max_length=400)
    source_on: Annotated[date, BeforeValidator(_day)]
    contact_office: str
    visibility: str
    seen_by: Words
    because: str

    @field_validator("organisation")
    @classmethod
    def _known(cls, value: str) -> str:
        return _or_fault(lambda: organisations.meant(value))

    @field_validator("what", "because")
    @classmethod
    def _words(cls, value: str) -> str:
        return _or_fault(lambda: said(value, SHORT))

    @field_validator("places")
    @classmethod
    def _places(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("names no place; write letters or names with ; between them")
        return tuple(dict.fromkeys(_or_fault(lambda name=name: meant(name)) for name in value))

    @field_validator("sectors", "options", "instruments", "factors", "seen_by")
    @classmethod
    def _listed(cls, value: tuple[str, ...], info: object) -> tuple[str, ...]:
        column = info.field_name  # type: ignore[attr-defined]
        known: object = {
            "sectors": sectors,
            "options": lambda: library().options,
            "instruments": lambda: INSTRUMENTS,
            "factors": lambda: library().framework.factors,
            "seen_by": lambda: {p.id for p in directive.current().posts},
        }[column]()
        for one in value:
            if one not in known:  # type: ignore[operator]
                raise ValueError(f"{one[:40]!r} is none of the {column.replace('_', ' ')} known here")
        return tuple(dict.fromkeys(value))

    @field_validator("status")
    @classmethod
    def _status(cls, value: str) -> str:
        if value not in rules().statuses:
            raise ValueError(f"must be one of {', '.join(rules().statuses)}")
        return value

    @field_validator("contact_office")
    @classmethod
    def _office(cls, value: str) -> str:
        if value:
            _or_fault(lambda: directive.current().office(value).id)
        return value

    @field_validator("visibility")
    @classmethod
    def _visible(cls, value: str) -> str:
        if value not in shield.WORDS:
            raise ValueError("must be open or restricted, or empty for what the rule says")
        return value

    @model_validator(mode="after")
    def _ordered(self) -> ActivityRow:
        if self.starts and self.ends and self.ends < self.starts:
            raise ValueError("ends: must not be before the start")
        if not (self.sectors or self.options or self.instruments):
            raise ValueError("sectors: name a sector, an option or an instrument at least")
        return self


def _or_fault(find: object) -> str:
    """Return what was found; a refusal becomes the fault of its column."""
    try:
        return find()  # type: ignore[operator, no-any-return]
    except TocsinError as error:
        raise ValueError(error.sentence().rstrip(".")) from None
