"""The directive: posts, tiers, levels, clocks, caps and the authority behind each step, checked as a whole."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

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
from tocsin.catalog.yaml_files import checked
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
    digest: Digest
    red_digest: RedDigest | None = None
    witnesses: list[Witness]

    @model_validator(mode="after")
    def _whole(self) -> Directive:
        """Refuse a ladder with a missing rung, a post that reports in a circle, a level that cannot climb."""
        missing = sorted(set(type(self).model_fields) - self.model_fields_set) if self.edition == 2 else []
        if missing:
            raise ValueError(f"schema 2 leaves no part out, and these are: {', '.join(missing)}")
        numbers = [t.tier for t in self.tiers]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError(f"tiers must count up from 1 without a gap, not {numbers}")
        ids = [p.id for p in self.posts]
        if len(set(ids)) != len(ids):
            raise ValueError("two posts have the same id")
        posts = {p.id: p for p in self.posts}
        for tier in self.tiers:
            if tier.owner not in posts or posts[tier.owner].tier != tier.tier:
                raise ValueError(f"tier {tier.tier} is owned by {tier.owner!r}, which is no post of that tier")
        for post in self.posts:
            self._check_post(post, posts, numbers)
        if sorted(rule.level for rule in self.levels) != ["alert", "emergency", "watch"]:
            raise ValueError("each of watch, alert and emergency is declared once")
        for rule in self.levels:
            if not 1 <= rule.entry <= rule.ceiling <= len(numbers):
                raise ValueError(f"level {rule.level}: entry and ceiling must be tiers, entry not above ceiling")
            if not set(rule.told) | set(rule.hours) <= set(numbers):
                raise ValueError(f"level {rule.level} names a tier that does not exist")
        if self.digest.to_tier not in numbers or self.digest.to_tier <= self.level(self.digest.level).ceiling:
            raise ValueError("the digest goes to a tier above the ceiling of its level")
        return self

    @staticmethod
    def _check_post(post: Post, posts: dict[str, Post], numbers: list[int]) -> None:
        if post.tier is not None and post.tier not in numbers:
            raise ValueError(f"post {post.id} answers for tier {post.tier}, which does not exist")
        above = post.line_manager
        if above is None:
            return
        if above not in posts:
            raise ValueError(f"post {post.id} reports to {above!r}, which is no post")
        if (posts[above].tier or 0) <= (post.tier or 0):
            raise ValueError(f"post {post.id} reports to {above!r}, which does not stand above it")

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


def parse(text: str, where: str = "directive") -> Directive:
    """Read and check a directive. Raises Damaged, with every fault found, when it does not hold together."""
    return checked(Directive, text, "directive", where)
