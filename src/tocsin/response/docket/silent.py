"""A question about the silence of an office is put to others: silence never leads to a message to who is silent."""

from __future__ import annotations

from tocsin.catalog.directive import Directive
from tocsin.response.docket.models import Item

NOBODY = (
    "Nobody is asked: everybody on the ladder sits in the office whose silence this is, and silence never leads to a "
    "message to who is silent. It stands on the board, and its lapses in the public record."
)


def others(rules: Directive, item: Item, posts: list[str]) -> list[str]:
    """Return the posts told of an item: those that sit in the office it is about are left out.

    When none is left, their nearest line managers outside it, or else the posts outside it that stand lowest on the
    ladder. Where everybody on the ladder sits in the one office nobody is told: the question stands on the board, its
    lapses in the public record, and ``NOBODY`` is said beside it.
    """
    if item.place_id or item.source_id not in {o.id for o in rules.offices}:
        return posts
    inside = {p.id for p in rules.posts if p.office == item.source_id}
    return [p for p in posts if p not in inside] or _above(rules, posts, inside) or _outside(rules, inside)


def may_hear(rules: Directive, item: Item, post: str) -> bool:
    """Tell whether a post is told of an item at all, in a digest for one."""
    return others(rules, item, [post]) == [post]


def _outside(rules: Directive, inside: set[str]) -> list[str]:
    """Return the posts outside an office on the lowest tier that has any."""
    tiers = {p.tier for p in rules.posts if p.tier is not None and p.id not in inside}
    return [p.id for p in rules.posts if p.tier == min(tiers) and p.id not in inside] if tiers else []


def _above(rules: Directive, posts: list[str], inside: set[str]) -> list[str]:
    found = []
    for post in posts:
        manager = rules.post(post).line_manager
        while manager in inside:
            manager = rules.post(manager).line_manager
        if manager and manager not in found:
            found.append(manager)
    return found
