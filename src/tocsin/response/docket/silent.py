"""A question about the silence of an office is put to others: silence never leads to a message to who is silent."""

from __future__ import annotations

from tocsin.catalog.directive import Directive
from tocsin.response.docket.models import Item


def others(rules: Directive, item: Item, posts: list[str]) -> list[str]:
    """Return the posts that do not sit in the office an item is about; all of them when there would be none.

    Where everybody sits in the one office the question must still reach somebody.
    """
    if item.place_id or item.source_id not in {o.id for o in rules.offices}:
        return posts
    rest = [p for p in posts if rules.post(p).office != item.source_id]
    return rest or posts
