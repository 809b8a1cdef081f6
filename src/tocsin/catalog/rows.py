"""The rows of the catalogue: one class a kind, checked when read. A row that breaks a rule is never used."""

from __future__ import annotations

import re
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticKnownError

from tocsin.catalog.basis import Based
from tocsin.catalog.source_names import key

Phase = Literal["upstream", "imminent", "ongoing", "aftermath"]
PHASES: tuple[str, ...] = get_args(Phase)
Instrument = Literal[
    "diplomatic",
    "legal/accountability",
    "economic",
    "private sector",
    "informational",
    "security",
    "humanitarian/protection",
    "local/civil-society",
    "governance/process",
]
INSTRUMENTS: tuple[str, ...] = get_args(Instrument)
GRADES: dict[str, str] = {
    "T+": "reviewed in the USHMM tools project: more decreases than increases",
    "T0": "reviewed in the USHMM tools project: mixed",
    "T-": "reviewed in the USHMM tools project: more increases than decreases",
    "T": "reviewed in the USHMM tools project: no single direction",
    "S": "systematic or experimental work elsewhere",
    "S-moderate": "systematic work elsewhere, moderate",
    "S-mixed": "systematic work elsewhere, mixed",
    "C-strong": "case evidence, strong",
    "C-moderate": "case evidence, moderate",
    "C": "case evidence only",
    "C-mixed": "case evidence, mixed",
    "C-thin": "case evidence, thin",
    "N-TfAP": "named in the USHMM tools project, not reviewed there",
    "W": "rested on a source that was withdrawn; not graded again yet",
}
LOWER: dict[str, str] = {
    "T+": "T0",
    "T0": "W",
    "T-": "T-",
    "T": "W",
    "S": "S-moderate",
    "S-moderate": "S-mixed",
    "S-mixed": "W",
    "C-strong": "C-moderate",
    "C-moderate": "C",
    "C": "C-thin",
    "C-mixed": "W",
    "C-thin": "W",
    "N-TfAP": "W",
    "W": "W",
}
"""Each grade to the one below it, for every withdrawn source. A finding of harm is not made milder by losing one."""
STRENGTH = (
    "S",
    "T+",
    "S-moderate",
    "C-strong",
    "C-moderate",
    "T",
    "T0",
    "S-mixed",
    "N-TfAP",
    "C",
    "C-mixed",
    "C-thin",
    "W",
    "T-",
)
"""The grades from the strongest to the weakest: of two that reviewers give, the later one here stands."""
MONEY: dict[str, str] = {
    "staff": "staff time, hardly any money",
    "<100k": "under 100,000 US dollars",
    "100k-1M": "100,000 to 1 million US dollars",
    "1M-10M": "1 to 10 million US dollars",
    "10M-100M": "10 to 100 million US dollars",
    ">100M": "over 100 million US dollars",
}
"""Bands of cost by order of magnitude, for the first year or the whole act, as far as anybody can say beforehand."""


def _split(value: object) -> object:
    """Split ``a;b`` into a tuple of trimmed parts; an empty cell is an empty tuple."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    return value


def _blank(value: object) -> object:
    """Read an empty cell as not known."""
    return None if isinstance(value, str) and not value.strip() else value


def _graded(value: str) -> str:
    if value not in GRADES:
        raise PydanticKnownError("literal_error", {"expected": ", ".join(GRADES)})
    return value


def _banded(value: str) -> str:
    if value not in MONEY:
        raise PydanticKnownError("literal_error", {"expected": ", ".join(MONEY)})
    return value


def _named(value: str) -> str:
    if not key(value):
        raise ValueError("must be a DOI or an address that begins with http")
    return value


Grade = Annotated[str, AfterValidator(_graded)]
Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
SomeWords = Annotated[tuple[str, ...], BeforeValidator(_split), Field(min_length=1)]
FactorCode = Annotated[str, Field(pattern=r"^RF([1-9]|1[0-4])$")]
Text = Annotated[str, Field(min_length=1)]
Source = Annotated[str, AfterValidator(_named)]
Days = Annotated[int, Field(ge=0, le=5000)]
Persons = Annotated[Annotated[int, Field(ge=0)] | None, BeforeValidator(_blank)]


class Row(Based):
    """What every row has: a basis, saying how far it was checked."""

    model_config = ConfigDict(str_strip_whitespace=True)


class LeadTime(Row):
    """A row with planning estimates of the days from decision to first effect."""

    lead_days_min: Days
    lead_days_max: Days

    @model_validator(mode="after")
    def _ordered(self) -> LeadTime:
        if self.lead_days_min > self.lead_days_max:
            raise ValueError("lead_days_min: must not be greater than lead_days_max")
        return self


_NEEDS_FIRST = re.compile(r"\[([A-Z][0-9]{2,4})\]")


class OptionRow(LeadTime):
    """Something that can be done, as its row in ``options.csv`` says: by whom, how fast, at what risk."""

    id: Annotated[str, Field(pattern=r"^[A-Z][0-9]{2,4}$")]
    name: Text
    instrument: Instrument
    phase: Annotated[tuple[Phase, ...], BeforeValidator(_split), Field(min_length=1)]
    coercive: Literal["no", "yes-mild", "yes"]
    actors_with_authority: SomeWords
    procedures: Words
    preconditions: SomeWords
    risk_factors: Annotated[tuple[FactorCode, ...], BeforeValidator(_split), Field(min_length=1)]
    strategy: Annotated[
        tuple[Literal["dissuade", "degrade", "protect", "transition"], ...],
        BeforeValidator(_split),
        Field(min_length=1),
    ]
    known_risks: SomeWords
    evidence_grade: Grade
    evidence_text: Text
    evidence_tool: str
    historical_cases: Words
    cases: Words = ()

    @model_validator(mode="after")
    def _graded_by_name(self) -> OptionRow:
        named = bool(self.evidence_tool)
        if self.evidence_grade != "W" and self.evidence_grade.startswith("T") != named:
            raise ValueError("evidence_tool: a T grade names the tool that was reviewed, and no other grade does")
        return self

    @property
    def requires(self) -> tuple[str, ...]:
        """The options that must stand first: ids in square brackets among the preconditions, ``a mission [S01]``."""
        return tuple(dict.fromkeys(found for text in self.preconditions for found in _NEEDS_FIRST.findall(text)))


class Mechanism(Row):
    """How an option is meant to work, what it needs and whom it may harm; joined to the option by its id."""

    id: Annotated[str, Field(pattern=r"^[A-Z][0-9]{2,4}$")]
    mechanism: Annotated[str, Field(min_length=20)]
    needs_people: Text
    needs_money: Annotated[str, AfterValidator(_banded)]
    needs_kit: str
    needs_access: str
    may_harm: SomeWords


class Cited(Row):
    """A study or report that an option's evidence rests on, or that speaks against it; said in our own words."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    option: Annotated[str, Field(pattern=r"^[A-Z][0-9]{2,4}$")]
    source: Source
    title: Text
    finds: Literal["for", "against", "mixed"]
    says: Text


class Option(OptionRow):
    """An option as it is used: its row, how it is meant to work, its sources, its review and where it came from.

    Empty strings are not known. ``evidence_grade`` is the grade that holds now: ``stated_grade`` lowered one step for
    each of ``lowered_because``. ``origin`` is ``shipped`` or ``home``; a home's option is at ``version`` 1 or later.
    """

    mechanism: str = ""
    mechanism_basis: str = ""
    needs_people: str = ""
    needs_money: str = ""
    needs_kit: str = ""
    needs_access: str = ""
    may_harm: Words = ()
    cited: tuple[Cited, ...] = ()
    stated_grade: str = ""
    lowered_because: tuple[str, ...] = ()
    origin: Literal["shipped", "home"] = "shipped"
    version: int = 1
    credit: str = ""
    reviewed: str = ""
    published_on: str = ""

    @property
    def review_status(self) -> str:
        """Who reviewed it, in words; nobody outside has reviewed what ships."""
        return self.reviewed or "nobody outside the project has reviewed it"


class FactorCounts(BaseModel):
    """Study rows on one feature of context or design: the tool did more, less or the same where it was present."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    factor: str
    more: int
    less: int
    mixed: int


class ToolCounts(BaseModel):
    """Study rows on a tool, by what they found; from a data set that the user keeps, never bundled (no licence).

    Counts of rows, not sizes of effects: on mass atrocities (``ma_…``) and on related outcomes (``related_…``).
    ``left_out``: studies that were counted once and were withdrawn since, by name; they are in none of the counts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    tool: str
    ma_decrease: int
    ma_increase: int
    ma_mixed: int
    related_decrease: int
    related_increase: int
    related_mixed: int
    studies: int
    factors: tuple[FactorCounts, ...] = ()
    left_out: tuple[str, ...] = ()
    release: str = ""


class Procedure(LeadTime):
    """Who may start what in which body, by what vote, with what block and how fast."""

    id: Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}$")]
    body: Text
    procedure: Text
    legal_basis: str
    initiator: Text
    who_may_ask: str
    threshold: Text
    veto_or_block: Text
    within: str
    output: Text
    legal_force: Text
    note: str

    @property
    def can_be_blocked(self) -> bool:
        """Whether one member or office can stop it; the file says ``no`` or ``n/a`` when none can."""
        return self.veto_or_block.casefold() not in {"no", "n/a"}


class Body(Row):
    """A body, office or court that a procedure runs in; ``kind`` is what it belongs to."""

    name: Text
    kind: Literal["UN", "court", "regional", "national", "finance", "alliance", "humanitarian"]


class Group(Row):
    """The states inside whose territory a regional procedure can be used."""

    id: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    name: Text
    place_ids: SomeWords


class Case(Row):
    """A past episode, or one that was feared and did not come.

    Deaths are bands that count different things in different cases: they may not be compared or added.
    """

    id: Annotated[str, Field(pattern=r"^[CN][0-9]{2}$")]
    country: Text
    start_year: Annotated[int, Field(ge=1945, le=2100)]
    end_year: Annotated[str, Field(pattern=r"^([0-9]{4}|ongoing)$")]
    kind: Literal["episode", "near_miss"]
    attributed_to: Text
    event_type: Text
    deaths_low: Persons
    deaths_high: Persons
    deaths_note: str
    risk_factors: Annotated[tuple[FactorCode, ...], BeforeValidator(_split), Field(min_length=1)]
    warning_signs: Text
    measures_with_dates: Text
    outcome_in_literature: Text
    ewp_event_code: str

    @model_validator(mode="after")
    def _ordered(self) -> Case:
        if self.end_year != "ongoing" and int(self.end_year) < self.start_year:
            raise ValueError("end_year: must not be before start_year")
        if (self.deaths_low is None) != (self.deaths_high is None):
            raise ValueError("deaths_high: give both ends of the band or neither")
        if self.deaths_low is not None and self.deaths_high is not None and self.deaths_low > self.deaths_high:
            raise ValueError("deaths_low: must not be greater than deaths_high")
        return self


class Term(Row):
    """One concept in the words of five communities, with what it is mistaken for.

    An empty cell means that the community has no word of its own.
    """

    id: Annotated[str, Field(pattern=r"^T[0-9]{2}$")]
    concept: Text
    un: str
    us_government: str
    eu_au: str
    ngo: str
    academic_data: str
    false_friend_warning: str


class Factor(Row):
    """A risk factor of a framework. Its definition is ours, after the framework's."""

    code: FactorCode
    class_: Annotated[str, Field(alias="class", min_length=1)]
    name: Text
    definition: Text
    tempo: Literal["structural", "dynamic", "structural/dynamic"]
    indicators: Annotated[int, Field(ge=1)]


class Indicator(Row):
    """A sign that a factor is present. Paraphrased: not the framework's own wording."""

    code: Annotated[str, Field(pattern=r"^([1-9]|1[0-4])\.[1-9][0-9]?$")]
    factor: FactorCode
    text: Text

    @model_validator(mode="after")
    def _own_factor(self) -> Indicator:
        if self.code.partition(".")[0] != self.factor.removeprefix("RF"):
            raise ValueError("code: the number before the point must be that of its factor")
        return self
