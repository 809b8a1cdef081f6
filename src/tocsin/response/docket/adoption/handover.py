"""Posts of an earlier version: who holds them while an open item needs them, and the end of them when none does."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from tocsin.catalog import directive
from tocsin.core.context import Context
from tocsin.response.docket.adoption.duties import duties, helpers
from tocsin.response.register.models import Holding, Person, Situation
from tocsin.response.register.models_directive import Adoption, InForce
from tocsin.response.register.people import OPERATOR
from tocsin.response.register.record import enter
from tocsin.response.register.situations import TRACKS


def hand_over(ctx: Context, row: Adoption) -> dict[str, Any]:
    """Give the duties of posts that are no more to their successors, end what nothing needs, and return what moved.

    A post whose successor nobody holds yet stays with whoever has it: ``tidy`` hands it over later.
    """
    rules, now = directive.parse(row.text, row.version), ctx.now()
    kept = {p.id for p in rules.posts}
    tracks = _tracks(row, kept)
    owed = {post for post in duties() if post not in kept}
    needed = owed | (helpers(owed) - kept)
    held: dict[str, list[Person]] = {}
    for holding in Holding.objects.filter(until=None).select_related("person").order_by("id"):
        held.setdefault(holding.post, []).append(holding.person)
    given: dict[str, list[str]] = {}
    ended: list[str] = []
    for post in sorted(set(held) - kept):
        heirs = held.get(row.successors.get(post, ""), [])
        if post not in needed:
            Holding.objects.filter(post=post, until=None).update(until=now)
            ended.append(post)
        elif heirs != held[post] and _better(heirs, held[post]):
            Holding.objects.filter(post=post, until=None).update(until=now)
            Holding.objects.bulk_create(Holding(person=person, post=post, since=now) for person in heirs)
            given[post] = [person.get_username() for person in heirs]
    return {"handed_over": given, "posts_ended": ended, "tracks_reassigned": tracks}


def tidy(ctx: Context) -> None:
    """Hand over what an earlier version left, when a successor has come or the last item that needs a post is closed.

    Costs two small readings when no post of an earlier version is held.
    """
    last = InForce.objects.select_related("adoption").order_by("id").last()
    if last is None:
        return
    kept = {p.id for p in directive.current().posts}
    if not Holding.objects.filter(until=None).exclude(post__in=kept).exists():
        return
    with transaction.atomic():
        moved = hand_over(ctx, last.adoption)
        if any(moved.values()):
            enter(ctx, kind="posts.handed_over", body={"version": last.adoption.version, **moved})


def _better(heirs: list[Person], held: list[Person]) -> bool:
    """Tell whether the heirs should have a post: the operator, who only stands in, takes it from nobody."""
    return any(p.get_username() != OPERATOR for p in heirs) or (
        bool(heirs) and all(p.get_username() == OPERATOR for p in held)
    )


def _tracks(row: Adoption, kept: set[str]) -> list[str]:
    """Give the tracks of posts that are no more to their successors; return which."""
    moved = []
    for place in Situation.objects.order_by("place_id"):
        for track in TRACKS:
            owner = getattr(place, f"{track}_owner")
            if owner and owner not in kept and owner in row.successors:
                setattr(place, f"{track}_owner", row.successors[owner])
                place.save(update_fields=[f"{track}_owner"])
                moved.append(f"{place.place_id} {track}")
    return moved
