"""What an office covers: place and topic, and the post that answers. And from a place and a topic to who is on duty."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tocsin.catalog import directive
from tocsin.catalog.geography.lookup import meant
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.register.contacts import may_change
from tocsin.response.register.duty import Reach, on_duty, told
from tocsin.response.register.models import Cover, Person
from tocsin.response.register.people import Actor

TOPIC = re.compile(r"[a-z][a-z0-9-]{1,38}")


@dataclass(frozen=True)
class Found:
    """Who answers for a place and a topic now, how they are reached, and by which declaration this is so."""

    office: str
    post: str
    person: Person | None
    said: str
    ways: list[Reach]
    cover: Cover | None


def topic_of(text: str) -> str:
    """Return a topic as it is kept: small letters, hyphens for spaces. Raises Misuse when it is none."""
    topic = "-".join(text.strip().lower().split())
    if topic and not TOPIC.fullmatch(topic):
        raise Misuse(f"{text!r} is no topic", todo="Write one or two words, as in options or early-warning")
    return topic


def declare(ctx: Context, post: str, place: str, topic: str, actor: Actor) -> Cover:
    """Declare that a post answers for a place and a topic; an empty one means every. Raises Refused, Misuse."""
    from tocsin.response.register.record import enter

    office = directive.current().post(post).office
    if not office:
        raise Refused(f"The post {post} sits in no office", todo="Give it one in the directive")
    may_change(actor, office).enforce()
    place_id, topic = (meant(place) if place.strip() else ""), topic_of(topic)
    with transaction.atomic():
        if Cover.objects.filter(post=post, place_id=place_id, topic=topic, until=None).exists():
            raise Refused(f"{post} covers that already", todo="See tocsin people covers list")
        row = Cover.objects.create(office=office, post=post, place_id=place_id, topic=topic, since=ctx.now())
        enter(ctx, kind="cover.declared", body={**_told(row), "by": actor.body()})
    return row


def end(ctx: Context, number: int, actor: Actor) -> Cover:
    """End a declaration; its row stays. Raises Refused when there is none, it has ended, or the actor may not."""
    return _mark(ctx, number, actor, "ended")


def restore(ctx: Context, number: int, actor: Actor) -> Cover:
    """Put an ended declaration back in force: the way back of ``end``."""
    return _mark(ctx, number, actor, "restored")


def find(place: str, topic: str, at: datetime) -> list[Found]:
    """Return who answers for a place and a topic at a moment, the closest declaration first; never empty.

    Closest: this place and this topic, this place, this topic, then what covers everything. When nobody has declared
    it the owner of the lowest tier is named, and ``cover`` is None. Raises Misuse on a place or topic that is none.
    """
    place_id, wanted = (meant(place) if place.strip() else ""), topic_of(topic)
    rules = directive.current()
    rows = Cover.objects.filter(until=None, place_id__in=["", place_id], topic__in=["", wanted])
    known = {p.id for p in rules.posts}
    found = [
        _found(row.office, row.post, at, row)
        for row in sorted(rows, key=lambda r: (-2 * bool(r.place_id) - bool(r.topic), r.office, r.post, r.pk))
        if row.post in known
    ]
    if found:
        return found
    owner = rules.tier(1).owner
    return [_found(rules.post(owner).office or "", owner, at, None)]


def _found(office: str, post: str, at: datetime, row: Cover | None) -> Found:
    ways = told(post, at)
    duty = on_duty(post, at)
    if duty is not None:
        return Found(office, post, duty, "on duty", ways, row)
    first = next((w for w in ways if w.person is not None), None)
    person = first.person if first else _holder(post)
    said = "nobody is on duty; " + ("the next to be told" if person else "and nobody holds the post")
    return Found(office, post, person, said, ways, row)


def _holder(post: str) -> Person | None:
    from tocsin.response.register.people import holders

    return next((p for p in holders(post) if p.is_active), None)


def _mark(ctx: Context, number: int, actor: Actor, what: str) -> Cover:
    from tocsin.response.register.record import enter

    with transaction.atomic():
        row = Cover.objects.select_for_update().filter(pk=number).first()
        if row is None:
            raise Refused(f"There is no declaration {number}", todo="See tocsin people covers list")
        may_change(actor, row.office).enforce()
        if (row.until is None) == (what == "restored"):
            raise Refused(f"Declaration {number} is {'in force' if row.until is None else 'ended'}")
        row.until = ctx.now() if what == "ended" else None
        row.save()
        enter(ctx, kind=f"cover.{what}", body={**_told(row), "by": actor.body()})
    return row


def _told(row: Cover) -> dict[str, object]:
    return {
        "cover": row.pk,
        "office": row.office,
        "post": row.post,
        "place_id": row.place_id or None,
        "topic": row.topic or None,
    }
