"""The directive: posts, tiers, levels, clocks and caps, read from ``directive.yml`` and checked.

``current()`` is the directive in force; ``version(v)`` any that an item cites (``directives/<v>.yml``). A published
version is frozen: a test compares ``directive.yml`` with its copy under ``directives/`` byte for byte.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tocsin.catalog.yaml_files import checked
from tocsin.core.errors import Damaged, Misuse

Level = Literal["watch", "alert", "emergency"]
RANK: dict[str, int] = {"watch": 0, "alert": 1, "emergency": 2}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Post(_Part):
    """A post: its title, the tier it answers for (None: it decides nothing), and whom it reports to."""

    id: str = Field(pattern=r"^[a-z][a-z_]{1,58}$")
    title: str = Field(min_length=3)
    tier: int | None
    line_manager: str | None
    duty: str = Field(min_length=3)


class Tier(_Part):
    """A rung: hours to answer, the post that owns what stands here, what it owes, what silence does."""

    tier: int = Field(ge=1, le=9)
    hours: int = Field(gt=0)
    owner: str
    owes: str
    if_silent: str


class LevelRule(_Part):
    """Where a level enters the ladder, how high silence carries it, and how long a decision may take."""

    level: Level
    entry: int
    ceiling: int
    told: list[int] = []
    decision_hours: int = Field(gt=0)
    defer_cap_days: int = Field(gt=0)
    hours: dict[int, int] = {}


class DecisionRule(_Part):
    """Caps on putting off."""

    deferrals_before_tier_above: int = Field(ge=0)
    review_default_days: int = Field(gt=0)
    review_cap_days: int = Field(gt=0)


class Digest(_Part):
    """Whom the lapses of a level are told to, and how often."""

    level: Level
    to_tier: int
    every_days: Literal[7]


class Witness(_Part):
    """A folder that receives every checkpoint."""

    name: str
    path: str


class Directive(_Part):
    """One version of the mandate."""

    version: str = Field(pattern=r"^[0-9A-Za-z.]{1,20}$")
    organisation: str
    in_force_since: date
    posts: list[Post]
    tiers: list[Tier]
    levels: list[LevelRule]
    decisions: DecisionRule
    digest: Digest
    witnesses: list[Witness]

    @model_validator(mode="after")
    def _whole(self) -> Directive:
        """Refuse a ladder with a missing rung, a post that reports in a circle, a level that cannot climb."""
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


@cache
def current() -> Directive:
    """Return the directive in force."""
    return parse((files(__package__) / "directive.yml").read_text(encoding="utf-8"), "catalog/directive.yml")


@cache
def version(number: str) -> Directive:
    """Return a version by its number: the one in force or one an item cites. Raises Damaged when it is lost."""
    if number == current().version:
        return current()
    if re.fullmatch(r"[0-9A-Za-z.]{1,20}", number):
        file = files(__package__) / "directives" / f"{number}.yml"
        if file.is_file():
            return parse(file.read_text(encoding="utf-8"), f"catalog/directives/{number}.yml")
    raise Damaged(
        f"Version {number!r} of the directive is not in the catalogue",
        where="catalog/directives",
        todo="Put the file back: items that ran under it cannot be read without it",
    )


def digest() -> str:
    """Return the SHA-256 of the directive in force, hex, as items cite it in the ledger."""
    return hashlib.sha256((files(__package__) / "directive.yml").read_bytes()).hexdigest()
