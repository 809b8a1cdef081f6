"""What a post owes today, so that no change of the directive leaves a duty with nobody."""

from __future__ import annotations

from collections.abc import Iterable

from tocsin.catalog import directive
from tocsin.response.docket.models import Commitment, Item
from tocsin.response.register.models import Situation
from tocsin.response.register.situations import TRACKS

AWAITING = (Item.State.OPEN, Item.State.LAPSED, Item.State.DEFERRED)


def duties() -> dict[str, list[str]]:
    """Return what each post owes, in words: items it has or that silence may bring to it, commitments, tracks.

    An item's posts are those of the version it runs under. Costs one reading of the open items.
    """
    found: dict[str, list[str]] = {}

    def owes(post: str, what: str) -> None:
        found.setdefault(post, []).append(what)

    for item in Item.objects.exclude(state=Item.State.CLOSED).order_by("id"):
        owes(item.owner_post, f"item {item.pk} ({item.state})")
        if item.state in AWAITING:
            rules = directive.version(item.directive_version)
            for tier in range(item.tier + 1, item.ceiling + 1):
                owes(rules.tier(tier).owner, f"item {item.pk}, if tier {tier - 1} stays silent")
    for row in Commitment.objects.filter(done_at=None).exclude(item__state=Item.State.CLOSED).order_by("due", "id"):
        owes(row.post, f"commitment {row.pk} of item {row.item_id}")
    for place in Situation.objects.order_by("place_id"):
        for track in TRACKS:
            if (owner := getattr(place, f"{track}_owner")) and getattr(place, f"{track}_closed_at") is None:
                owes(owner, f"the {track} track of {place.place_id}")
    return found


def helpers(posts: Iterable[str]) -> set[str]:
    """Return the posts that stand in for these in some version that an open item runs under: deputies, members."""
    wanted, found = set(posts), set()
    names = Item.objects.exclude(state=Item.State.CLOSED).values_list("directive_version", flat=True).distinct()
    for name in names:
        for post in directive.version(name).posts:
            if post.id in wanted:
                found |= {*post.deputies, *(post.body.members if post.body else []), post.recused_to or post.id}
    return found - wanted
