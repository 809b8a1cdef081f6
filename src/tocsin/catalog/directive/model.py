"""The directive: posts, tiers, levels, clocks, caps and the authority behind each step, and what is asked of them.

Its shape alone is checked here; ``reading`` checks that it holds together, and is the only door.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from tocsin.catalog.directive.parts import (
    Act,
    Authority,
    Body,
    DecisionRule,
    Delivery,
    Digest,
    LevelRule,
    Office,
    Organisation,
    Packages,
    Part,
    Post,
    Priorities,
    RedDigest,
    Reports,
    Surge,
    Tier,
    Upstream,
    Witness,
)
from tocsin.core.errors import Misuse

RANK: dict[str, int] = {"watch": 0, "alert": 1, "emergency": 2}

# What a directive of schema 1, which has no rule of order, is ranked by: the numbers of the shipped default.
_WEIGHTS = Priorities(
    weights={"level": 1000, "under_way": 400, "lapsed": 200, "hours_left": 10, "risk": 5},
    ties=["decision_due", "opened_at", "number"],
)


class Directive(Part):
    """One version of the mandate. ``schema`` 1 is what the first files had; a file of schema 2 gives every field."""

    edition: Literal[1, 2] = Field(1, alias="schema")
    name: str = Field("default", pattern=r"^[a-z][a-z0-9-]{1,30}$")
    version: str = Field(pattern=r"^[0-9A-Za-z.-]{1,20}$")
    organisation: str
    in_force_since: date
    organisations: list[Organisation] = []
    offices: list[Office] = []
    posts: list[Post]
    tiers: list[Tier]
    levels: list[LevelRule]
    decisions: DecisionRule
    authorities: list[Authority] = []
    acts: dict[Act, list[str]] = {}
    priorities: Priorities = _WEIGHTS
    upstream: Upstream = Upstream()
    surge: Surge = Surge()
    delivery: Delivery = Delivery()
    reports: Reports = Reports()
    packages: Packages = Packages()
    digest: Digest
    red_digest: RedDigest | None = None
    witnesses: list[Witness]

    @property
    def top(self) -> int:
        """The highest tier."""
        return self.tiers[-1].tier

    def post(self, post_id: str) -> Post:
        """Return a post. Raises Misuse, naming the posts there are."""
        for post in self.posts:
            if post.id == post_id:
                return post
        known = ", ".join(p.id for p in self.posts)
        raise Misuse(
            f"The directive has no post {post_id!r}",
            where=f"version {self.version}",
            todo=f"Its posts are {known}",
        )

    def legislature(self) -> list[str]:
        """Return the offices of its legislatures, in its order."""
        houses = {o.id for o in self.organisations if o.kind == "legislature"}
        return [office.id for office in self.offices if office.organisation in houses]

    def office(self, office_id: str) -> Office:
        """Return an office. Raises Misuse, naming the offices there are."""
        for office in self.offices:
            if office.id == office_id:
                return office
        raise Misuse(
            f"The directive has no office {office_id!r}",
            where=f"version {self.version}",
            todo=f"Its offices are {', '.join(o.id for o in self.offices) or 'none'}",
        )

    def authority(self, authority_id: str) -> Authority:
        """Return an authority by its id. Raises Misuse when there is none."""
        for authority in self.authorities:
            if authority.id == authority_id:
                return authority
        raise Misuse(f"The directive names no authority {authority_id!r}", where=f"version {self.version}")

    def authorities_for(self, act: Act, tier: int | None = None) -> list[Authority]:
        """Return what permits or obliges an act: the authority of the tier it is done at first, then the act's own.

        An empty list is an honest one: the directive names nothing, and the page says so.
        """
        ids = [*(self.tier(tier).authority if tier is not None else []), *self.acts.get(act, [])]
        return [self.authority(one) for one in dict.fromkeys(ids)]

    def deputies(self, post_id: str) -> list[Post]:
        """Return the posts that act under a post when its holder does not, in the order of the file."""
        return [self.post(one) for one in self.post(post_id).deputies]

    def body(self, post_id: str) -> Body | None:
        """Return what makes a post a body; None when one person answers for it."""
        return self.post(post_id).body

    def members(self, post_id: str) -> list[Post]:
        """Return the posts that sit in a body; none for a post that is no body."""
        body = self.body(post_id)
        return [self.post(one) for one in body.members] if body else []

    def tier(self, number: int) -> Tier:
        """Return a rung by its number (1 is the lowest)."""
        return self.tiers[number - 1]

    def level(self, name: str) -> LevelRule:
        """Return the rule of a level."""
        return next(rule for rule in self.levels if rule.level == name)

    def posts_of(self, tier: int) -> list[str]:
        """Return the ids of the posts that answer for a tier, in the order of the file."""
        return [p.id for p in self.posts if p.tier == tier]

    def told(self, level: str, tier: int) -> list[str]:
        """Return the posts told when an item of this level enters a tier: that tier's, and those the level adds."""
        rule = self.level(level)
        tiers = [*rule.told, tier] if tier >= rule.entry else [tier]
        return [post for t in sorted(set(tiers)) for post in self.posts_of(t)]

    def hours(self, level: str, tier: int) -> int:
        """Return the hours a tier has to answer an item of this level."""
        return self.level(level).hours.get(tier, self.tier(tier).hours)
