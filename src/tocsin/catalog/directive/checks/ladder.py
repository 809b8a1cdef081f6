"""The ladder itself: rungs without a gap, posts that report upward, levels that can climb."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tocsin.catalog.directive.model import RANK, Directive
from tocsin.catalog.directive.places import Fault, Places


def rungs(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that tiers count up from 1 without a gap, and each is owned by a post of that tier."""
    numbers = [t.tier for t in rules.tiers]
    if numbers != list(range(1, len(numbers) + 1)):
        wrong = next((i for i, n in enumerate(numbers) if n != i + 1), 0)
        yield at.fault(
            f"tiers must count up from 1 without a gap, not {numbers}",
            "Number the rungs 1, 2, 3",
            "tiers",
            wrong,
            "tier",
        )
    posts = {p.id: p for p in rules.posts}
    for i, tier in enumerate(rules.tiers):
        if tier.owner not in posts or posts[tier.owner].tier != tier.tier:
            mine = ", ".join(rules.posts_of(tier.tier)) or "none yet"
            yield at.fault(
                f"tier {tier.tier} is owned by {tier.owner!r}, which is no post of that tier",
                f"Name one of its posts ({mine})",
                "tiers", i, "owner",
            )  # fmt: skip


def managers(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that a post stands on a rung there is, and reports to a post above it."""
    numbers = {t.tier for t in rules.tiers}
    posts = {p.id: p for p in rules.posts}
    for i, post in enumerate(rules.posts):
        if post.tier is not None and post.tier not in numbers:
            yield at.fault(
                f"post {post.id} answers for tier {post.tier}, which does not exist",
                "Give it a tier of the ladder, or null", "posts", i, "tier",
            )  # fmt: skip
        above = post.line_manager
        if above is None:
            continue
        if above not in posts:
            yield at.fault(
                f"post {post.id} reports to {above!r}, which is no post",
                f"Name one of {', '.join(posts)}", "posts", i, "line_manager",
            )  # fmt: skip
        elif post.tier is not None and (posts[above].tier or 0) <= post.tier:
            yield at.fault(
                f"post {post.id} reports to {above!r}, which does not stand above it",
                f"Name a post of a tier above {post.tier}", "posts", i, "line_manager",
            )  # fmt: skip


def levels(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that each level is declared once, enters and ends at rungs, and neither lower than a lesser level does."""
    numbers = {t.tier for t in rules.tiers}
    if sorted(rule.level for rule in rules.levels) != sorted(RANK):
        yield at.fault(
            "each of watch, alert and emergency is declared once", "Declare the three levels, each once", "levels"
        )
        return
    for i, rule in enumerate(rules.levels):
        if not {rule.entry, rule.ceiling} <= numbers or rule.entry > rule.ceiling:
            yield at.fault(
                f"level {rule.level}: entry and ceiling must be tiers, entry not above ceiling",
                f"The tiers are {', '.join(map(str, sorted(numbers)))}", "levels", i, "ceiling",
            )  # fmt: skip
        stray = sorted((set(rule.told) | set(rule.hours)) - numbers)
        if stray:
            yield at.fault(
                f"level {rule.level} names tier {stray[0]}, which does not exist",
                "Name tiers of the ladder", "levels", i, "told" if stray[0] in rule.told else "hours",
            )  # fmt: skip
    order = sorted(enumerate(rules.levels), key=lambda pair: RANK[pair[1].level])
    for (_, less), (i, more) in pairwise(order):
        for field in ("entry", "ceiling"):
            if getattr(more, field) < getattr(less, field):
                yield at.fault(
                    f"level {more.level} has a lower {field} than level {less.level}",
                    "A graver warning enters no lower and climbs no less", "levels", i, field,
                )  # fmt: skip


def digests(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that lapses of the quiet level are told above its ceiling; the daily one goes to a rung there is."""
    numbers = {t.tier for t in rules.tiers}
    ceilings = {rule.level: rule.ceiling for rule in rules.levels}
    if rules.digest.to_tier not in numbers or rules.digest.to_tier <= ceilings.get(rules.digest.level, 0):
        yield at.fault(
            "the digest goes to a tier above the ceiling of its level",
            "Name a higher tier, or another level", "digest", "to_tier",
        )  # fmt: skip
    if rules.red_digest is not None and rules.red_digest.to_tier not in numbers:
        yield at.fault(
            f"the red digest goes to tier {rules.red_digest.to_tier}, which does not exist",
            f"Name a tier from 1 to {max(numbers, default=0)}", "red_digest", "to_tier",
        )  # fmt: skip
    for tier in sorted(set(rules.reports.hop_hours) - numbers) if rules.edition > 1 else []:
        yield at.fault(
            f"a report's hop at tier {tier} has a clock, and there is no such tier",
            "Name tiers of the ladder", "reports", "hop_hours", tier,
        )  # fmt: skip


def packages(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that the tier that prepares packages is one of the ladder, where a file names it."""
    if "packages" in rules.model_fields_set and rules.packages.prepared_by > rules.top:
        yield at.fault(
            f"packages are prepared by tier {rules.packages.prepared_by}, which does not exist",
            f"Name a tier from 1 to {rules.top}", "packages", "prepared_by",
        )  # fmt: skip
