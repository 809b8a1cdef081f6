"""The parts of a directive, one class a part. A file of schema 1 has the first half of them; the rest has defaults."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["watch", "alert", "emergency"]
Act = Literal["acknowledge", "decide", "escalate", "defer", "override", "report", "surge", "release"]
Weight = Literal["level", "under_way", "lapsed", "hours_left", "risk"]

Id = Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,58}$")]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,58}$")]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Part(BaseModel):
    """Something a directive is made of: nothing unknown in it, and nothing changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Organisation(Part):
    """Whom an office belongs to."""

    id: Id
    name: str = Field(min_length=3)
    kind: Literal["government", "un", "regional", "ngo", "company", "legislature", "research"]


class Office(Part):
    """Where posts sit: its organisation, its hours, and when its silence makes it stale.

    A ping goes out every ``ping_days``; an office that has not answered after ``answer_days`` is stale.
    """

    id: Id
    name: str = Field(min_length=3)
    organisation: str
    time_zone: str = Field(pattern=r"^[A-Za-z_+-]+(/[A-Za-z0-9_+-]+)*$", description="A name of the IANA database.")
    parent: str | None = None
    ping_days: int = Field(30, gt=0)
    answer_days: int = Field(7, gt=0)


class Body(Part):
    """What makes a post a body: how many of its members must say yes, and that minutes are kept."""

    quorum: int = Field(ge=1)
    members: list[str] = Field(min_length=1)
    minutes: Literal["required"] = "required"


class Post(Part):
    """A post: its title, the tier it answers for (None: it decides nothing), and whom it reports to.

    ``deputies`` act for it under their own posts: they may always acknowledge, and do the rest when none of its holders
    is there, or at any time where ``deputies_act`` is always. ``recused_to`` decides when its holder is party to the
    matter.
    """

    id: Id
    title: str = Field(min_length=3)
    tier: int | None
    office: str | None = None
    line_manager: str | None
    deputies: list[str] = []
    deputies_act: Literal["absent", "always"] = "absent"
    duty: str = Field(min_length=3)
    recused_to: str | None = None
    body: Body | None = None


class Tier(Part):
    """A rung: hours to answer, the post that owns what stands here, what it owes, what silence does, by whose leave."""

    tier: int = Field(ge=1, le=9)
    hours: int = Field(gt=0)
    owner: str
    owes: str = Field(min_length=3)
    if_silent: str = Field(min_length=3)
    authority: list[str] = []


class LevelRule(Part):
    """Where a level enters the ladder, how high silence carries it, and how long a decision may take."""

    level: Level
    entry: int
    ceiling: int
    told: list[int] = []
    decision_hours: int = Field(gt=0)
    defer_cap_days: int = Field(gt=0)
    hours: dict[int, Annotated[int, Field(gt=0)]] = {}


class DecisionRule(Part):
    """Caps on putting off, and when the outcome is asked for."""

    deferrals_before_tier_above: int = Field(ge=0)
    review_default_days: int = Field(gt=0)
    review_cap_days: int = Field(gt=0)
    outcome_after_days: int = Field(365, gt=0)
    dissent_days: int = Field(14, gt=0, description="How long anybody who was told may append a dissent.")


class Authority(Part):
    """What permits or obliges a step. ``basis`` says how this row came here; ``last_verified`` is the last day on
    which somebody saw that it was in force (None: nobody has). ``in_force_until`` None: no end is known.
    """

    id: Slug
    title: str = Field(min_length=3)
    issued_by: str = Field(min_length=2)
    reference: str
    permits: str
    obliges: str
    in_force_since: date | None
    in_force_until: date | None
    last_verified: date | None
    basis: str = Field(pattern=r"^(memory|read|own)\b", description="memory, or read: what, or own: our order")

    def standing(self, on: date) -> str:
        """Return whether it is in force on a day, and never more than is known of that."""
        if self.lapsed(on):
            return f"ran out on {self.in_force_until}, unless renewed"
        if self.in_force_since is not None and self.in_force_since > on:
            return f"not in force before {self.in_force_since}"
        until = f"in force until {self.in_force_until}" if self.in_force_until else "no end known"
        seen = f"last seen in force {self.last_verified}" if self.last_verified else "nobody has verified that it holds"
        return f"{until}, {seen}"

    def lapsed(self, on: date) -> bool:
        """Tell whether its last day has passed."""
        return self.in_force_until is not None and self.in_force_until < on


class Priorities(Part):
    """The rule of order: whole-number weights, so that two desks compute the same, then ties in turn."""

    weights: dict[Weight, Annotated[int, Field(ge=0, le=10_000)]]
    ties: list[Literal["decision_due", "opened_at", "number"]]


class Upstream(Part):
    """The share of attention kept for prevention, and who is told when it was under the floor for some periods."""

    floor_pct: int = Field(30, ge=0, le=100)
    period_days: int = Field(28, gt=0)
    periods: int = Field(2, ge=1)
    tell: str | None = None


class Surge(Part):
    """Who may declare a surge, how long it lasts at most, and who is told."""

    declared_by: list[str] = []
    cap_days: int = Field(30, gt=0)
    tell: list[str] = []


class Quiet(Part):
    """Hours of the day, in the zone of whoever is written to, in which a message waits."""

    start: Clock = Field("22:00", alias="from")
    end: Clock = Field("07:00", alias="to")


class Delivery(Part):
    """When a message is sent again, and when it is not sent."""

    retry_minutes: list[Annotated[int, Field(gt=0)]] = [1, 5, 15, 60]
    quiet: Quiet | None = Quiet()
    never_quiet: list[Level] = ["emergency"]


class Reports(Part):
    """Clocks on what somebody in the field wrote, hours; ``hop_hours`` by the tier it stands at."""

    receipt_hours: int = Field(24, gt=0)
    read_hours: int = Field(48, gt=0)
    hop_hours: dict[int, Annotated[int, Field(gt=0)]] = {2: 72, 3: 72, 4: 120}
    around: Literal["skip_to_next_tier"] = "skip_to_next_tier"
    readers: list[str] = ["analyst", "second_reader"]


class Packages(Part):
    """Which tier prepares packages of options, and at which levels doing nothing asks for one first.

    ``required`` binds declining and deferring. Acting is never held up by it: what was missing is entered with the act.
    ``premortem`` does the same for a premortem and an option out of the usual.
    """

    prepared_by: int = Field(3, ge=1, le=9)
    required: list[Level] = []
    premortem: list[Level] = []


class Digest(Part):
    """Whom the lapses of a level are told to, and how often."""

    level: Level
    to_tier: int
    every_days: Literal[7]


class RedDigest(Part):
    """Whom the open items of a level and above are told to, together, and how often."""

    level: Literal["alert", "emergency"] = "emergency"
    to_tier: int
    every_days: int = Field(1, ge=1, le=7)


class Witness(Part):
    """A folder that receives every checkpoint."""

    name: str
    path: str
