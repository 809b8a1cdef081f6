"""What a tripwire file must say. Everything a tripwire does is declared here; Python only executes it."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tocsin.core.months import month_index

Kind = Literal[
    "forecast", "event", "silence", "bell", "promise", "report", "office", "feed", "collapse", "reports_stop"
]
Level = Literal["watch", "alert", "emergency"]
State = Literal["under way", "none known", "not assessed"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Budget(_Part):
    """How many new items a year this tripwire may open, worldwide. None: outside the budget."""

    items_per_year: float | None = Field(None, gt=0, description="New items a year, worldwide.")


class Costs(_Part):
    """What being wrong costs, in words: it is what the alert budget was weighed against (M39)."""

    false_alarm: str = Field(min_length=20)
    miss: str = Field(min_length=20)


class Grid(_Part):
    """The thresholds that calibration may choose from: round numbers a person can remember."""

    first: float = Field(gt=0)
    step: float = Field(gt=0)
    last: float = Field(gt=0)

    def values(self) -> list[float]:
        """Return the thresholds in rising order, rounded so that 0.3 is 0.3."""
        count = round((self.last - self.first) / self.step)
        return [round(self.first + i * self.step, 6) for i in range(count + 1)]


class ForecastParams(_Part):
    """A forecast above a level, or risen by a factor since the last forecast."""

    kind: Literal["forecast"]
    target: str
    model_id: str
    measure: Literal["level", "rise"]
    states: tuple[State, ...] = Field(min_length=1, description="Places it reads, by state at the base year.")
    claim_years: int = Field(gt=0, description="What a firing claims: an onset within so many years of the base year.")
    floor: float | None = Field(None, gt=0, lt=1, description="Risk below which a rise is noise.")
    rearm: float = Field(gt=0, le=1, description="A place re-arms when its risk falls below this share of the mark.")
    grid: Grid
    choose_last: int = Field(description="Last base year whose forecasts the threshold was chosen on.")


class EventParams(_Part):
    """A month of deaths over a floor and over the place's own recent maximum."""

    kind: Literal["event"]
    column: Literal["one_sided_deaths", "state_based_deaths", "non_state_deaths"]
    lookback_months: int = Field(gt=0, description="Known months before the month judged whose maximum must be beaten.")
    min_known_months: int = Field(gt=0, description="With fewer known months the floor alone decides, and says so.")
    recent_months: int = Field(gt=0, description="Only the newest so many months of the data may fire.")
    quiet_months: int = Field(ge=0, description="Firings of a place within so many months of its last one are one.")
    claim_months: int = Field(gt=0, description="What a firing claims: a campaign reached within so many months.")
    campaign_deaths: int = Field(gt=0, description="A campaign is so many deaths …")
    campaign_months: int = Field(gt=0, description="… in so many months in a row.")
    grid: Grid
    choose_last: str = Field(description="Last month whose figures the floor was chosen on.")

    @model_validator(mode="after")
    def _month(self) -> EventParams:
        month_index(self.choose_last)
        return self


class SilenceParams(_Part):
    """A source past its cadence plus grace, counted from the last load that was accepted."""

    kind: Literal["silence"]


class FeedParams(_Part):
    """A feed that is fetched from its publisher: nothing new within cadence and grace, an empty answer, old figures.

    ``late`` is counted to the second from the last time the feed brought something; ``emptied`` holds from the first
    answer with nothing in it where there was something before. ``old`` looks at what the figures are of: the period
    after the newest has been over for longer than cadence and grace.
    """

    kind: Literal["feed"]
    cause: Literal["late", "emptied", "old"]


class CollapseParams(_Part):
    """A place whose counted events fall far below its own past. A firing claims that this quiet is no calm."""

    kind: Literal["collapse"]
    column: Literal["events"]
    window_months: int = Field(gt=0, description="The newest so many months are held against those before them.")
    lookback_months: int = Field(gt=0, description="The months before the window; their middle month is the past.")
    min_known_months: int = Field(gt=0, description="With fewer of them known the place is not judged.")
    least_events: float = Field(gt=0, description="Places whose middle month has fewer events are not read.")
    recent_months: int = Field(gt=0, description="Only the newest so many months of the data may be judged.")
    quiet_months: int = Field(ge=0, description="Months that fall within so many months of the last one are one lull.")
    most_at_once: int = Field(gt=0, description="More lulls that begin in one month are one: of the source.")
    back_months: int = Field(gt=0, description="What a firing claims: the events are back within so many months …")
    back_share: float = Field(gt=0, le=1, description="… at this share of the past or more, over a window as long.")
    most_per_year: float = Field(gt=0, description="Firings a year the mark is chosen by. Nothing is cut off by it.")
    grid: Grid
    choose_last: str = Field(description="Last month whose figures the mark was chosen on.")

    @model_validator(mode="after")
    def _month(self) -> CollapseParams:
        month_index(self.choose_last)
        return self


class ReportsStopParams(_Part):
    """A place from which reports came and come no more. Who wrote them is never asked: the analyst is."""

    kind: Literal["reports_stop"]
    lookback_days: int = Field(gt=0, description="Days up to the newest report in which the place's pace is counted.")
    least_span_days: int = Field(gt=0, description="The pace is counted over so many days at least.")
    least_days: int = Field(ge=3, description="With reports on fewer days there is no pace to fall below.")
    least_sources: int = Field(ge=1, description="From so many sources at least: a person's silence is not a place's.")
    chance: float = Field(gt=0, lt=0.1, description="A quiet this unlikely at the place's own pace fires.")
    quiet_days: int = Field(gt=0, description="Shorter quiets never fire, whatever the pace.")
    left_share: float = Field(ge=0, lt=0.5, description="Of those who reported, so many at most may be heard still.")
    heard_share: float = Field(
        gt=0, lt=1, description="With more voices than this share since, new ones too, none fell."
    )


class PromiseParams(_Part):
    """A sealed tripwire that fires more or less often than it promised, or is no longer the one that was sealed."""

    kind: Literal["promise"]


class OfficeParams(_Part):
    """An office that was asked to answer and has not, in the days the directive gives it."""

    kind: Literal["office"]


class BellParams(_Part):
    """Any signed-in person, with reasons. There is no field for a veto because there is no veto."""

    kind: Literal["bell"]
    reasons_required: Literal[True]


class Clause(_Part):
    """What the graded reports on one place must hold within some days. Counts only; no code is named by itself."""

    within_days: int = Field(gt=0, le=730, description="How far back from the day judged.")
    sources: int = Field(ge=1, description="So many independent sources, each with a report that meets the rest.")
    severity: int = Field(0, ge=0, le=3, description="Severity at least, as a reader graded it.")
    worst_grade: str = Field("C3", pattern=r"^[A-E][1-5]$", description="Reliability and credibility, none worse.")
    unjudged: bool = Field(True, description="F and 6 (cannot be judged) pass too: most early reports are such.")
    kinds: tuple[str, ...] | None = Field(
        None, min_length=1, description="Kinds of report that count; none named: all."
    )
    factors: int = Field(0, ge=0, le=14, description="So many different factors among the reports that count.")
    specific: int = Field(0, ge=0, le=6, description="So many of them particular to one of the crimes.")
    groups: int = Field(0, ge=0, le=4, description="Factors of so many groups of the framework (its column class).")
    both_readers: bool = Field(
        False, description="A report counts as both readers read it: the lower severity, the groups each named."
    )
    one_crime: bool = Field(False, description="Only reports on one and the same crime count together.")


class ReportParams(_Part):
    """Independent sources whose reports readers graded. Every clause of a set must hold at once."""

    kind: Literal["report"]
    clauses: tuple[Clause, ...] = Field(min_length=1)
    or_clauses: tuple[tuple[Clause, ...], ...] = Field((), description="Further sets of clauses; any one is enough.")
    disputed: bool = Field(
        False, description="Reports count by the graver of two readings, and one at least counts by that alone."
    )
    quiet_days: int = Field(gt=0, description="While it holds, a further report rings again only after so many days.")

    @property
    def sets(self) -> tuple[tuple[Clause, ...], ...]:
        """Every set of clauses of which one must hold whole."""
        return (self.clauses, *self.or_clauses)


Params = Annotated[
    ForecastParams
    | EventParams
    | SilenceParams
    | FeedParams
    | CollapseParams
    | ReportsStopParams
    | BellParams
    | PromiseParams
    | ReportParams
    | OfficeParams,
    Field(discriminator="kind"),
]


class Tripwire(_Part):
    """One version of a calibrated escalation rule."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{2,59}$")
    version: int = Field(ge=1)
    title: str = Field(min_length=3)
    why: str = Field(min_length=20, description="What it is for and what it cannot see.")
    kind: Kind
    level: Level
    told: tuple[str, ...] = Field(min_length=1, description="Posts of the directive told first.")
    clocks: tuple[Literal["delivery", "decision"], ...] = Field(min_length=1)
    question: str = Field(description="One sentence; {place}, {source} and {until} are filled in.")
    alert_budget: Budget
    costs: Costs
    reads: tuple[str, ...] = Field(description="Targets, tables or heartbeats it reads.")
    readiness_days: int | None = Field(None, ge=0, description="From a firing until somebody has decided and can act.")
    action_days: int | None = Field(None, ge=0, description="From then until help has begun to reach people.")
    params: Params
    frozen: bool = Field(description="True once it has been armed anywhere: change nothing, add a version.")

    @model_validator(mode="after")
    def _whole(self) -> Tripwire:
        """Refuse a file whose parts contradict each other."""
        if self.params.kind != self.kind:
            raise ValueError(f"params are for {self.params.kind!r}, the tripwire is of kind {self.kind!r}")
        budgeted = self.kind in ("forecast", "event")
        if budgeted != (self.alert_budget.items_per_year is not None):
            raise ValueError("forecast and event tripwires have an alert budget; the other kinds have none")
        if (self.readiness_days is None) != (self.action_days is None):
            raise ValueError("readiness_days and action_days are given together or not at all")
        alone = isinstance(self.params, ReportParams) and any(
            max(c.sources for c in clauses) < 2 for clauses in self.params.sets
        )
        if alone and self.level != "watch":
            raise ValueError("a report tripwire above watch needs two independent sources; one person has the bell")
        if not self.question.startswith("What will we do about ") or not self.question.endswith("?"):
            raise ValueError("question: one sentence that begins 'What will we do about' and ends in a question mark")
        return self

    @property
    def always_armed(self) -> bool:
        """Whether it looks without having been tested on the past: nothing of the past could test it."""
        return self.kind in ("bell", "office", "reports_stop")

    @property
    def back_tested(self) -> bool:
        """Whether figures of the past test it, at any threshold."""
        return self.kind in ("forecast", "event", "collapse")

    @property
    def looks_in_runs(self) -> bool:
        """Whether a run reads what it reads; the others are rung, or look where reports are read or offices asked."""
        return self.kind not in ("bell", "office", "report", "reports_stop")

    def digest(self) -> str:
        """Return the SHA-256 of everything that decides when it fires: a changed rule is a different rule.

        Titles, costs in words and the time that acting takes are not in it: they change no firing.
        """
        said = {
            "id": self.id,
            "version": self.version,
            "params": self.params.model_dump(),
            "budget": self.alert_budget.model_dump(),
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
