"""Deputies: who acts for a post when nobody of its own is there. They act under their own name and post, for it.

Whoever deputises may always acknowledge: a question that somebody has is never worse than one that nobody has. To
decide, and for all else, nobody of the post may be there (nobody holds it, or none of its holders is on duty by the
rota), or the directive says that its deputies act at any time. A body is acted for by nobody: its quorum is what it
has for members who are away. A post that is recused from an item has its duty where the recusal put it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tocsin.catalog import directive
from tocsin.catalog.directive import Post
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.response.docket.models import Item
from tocsin.response.docket.models_deciding import ActedFor
from tocsin.response.register import duty
from tocsin.response.register.people import LINK, OPERATOR, Actor, holders


def absent(post: str, at: datetime) -> str:
    """Return in words why nobody of a post is there at a moment; empty while somebody is.

    The operator who stands in for a post that nobody else holds is nobody of it.
    """
    people = [p for p in holders(post) if p.is_active and p.get_username() != OPERATOR]
    if not people:
        return f"nobody holds the post of {post}"
    if not duty.shifts_of(post):
        return ""
    return "" if duty.on_duty(post, at) in people else f"nobody who holds the post of {post} is on duty"


def of(actor: Actor, item: Item) -> list[Post]:
    """Return the posts for which an actor deputises on an item, the lowest tier first, whether or not they may act."""
    if actor.via == LINK:
        return []
    rules = directive.version(item.directive_version)
    found = [
        post
        for post in rules.posts
        if actor.post in post.deputies
        and post.tier is not None
        and post.body is None
        and post.id not in item.stand_ins
        # Who holds the post itself acts under it.
        and (actor.person is None or actor.person not in holders(post.id))
    ]
    return sorted(found, key=lambda post: post.tier or 0)


def why(post: Post, act: str, at: datetime) -> str:
    """Return in words why a deputy of a post may do an act now; empty when they may not."""
    gone = absent(post.id, at)
    if gone:
        return gone
    if post.deputies_act == "always":
        return f"by the directive the deputies of {post.id} act at any time"
    return "a deputy may always acknowledge" if act == "acknowledge" else ""


def keep(ctx: Context, item: Item, actor: Actor, act: str, seq: int) -> None:
    """Keep for whom an act was done, in its transaction; nothing when everybody acted for themselves."""
    if actor.acting_for:
        ActedFor.objects.create(
            item=item,
            act=act,
            acted_for=actor.acting_for,
            why=actor.acting_why,
            at=ctx.now(),
            post=actor.post,
            person=actor.person,
            via=actor.via,
            os_user=actor.os_user,
            ledger_seq=seq,
        )


def kept(item: Item) -> list[dict[str, Any]]:
    """Return every act on an item that was done for another post, oldest first."""
    return [
        {
            "act": row.act,
            "post": row.post,
            "acting_for": row.acted_for,
            "person": str(row.person) if row.person else None,
            "why": row.why,
            "at": iso(row.at),
            "ledger_seq": row.ledger_seq,
        }
        for row in ActedFor.objects.filter(item=item.pk).select_related("person").order_by("id")
    ]
