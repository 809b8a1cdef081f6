"""A post asks to be told of activities: at a place, of a sector or instrument, on a factor. Ended at any time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from tocsin.catalog.cooperation import rules, sectors
from tocsin.catalog.geography import places
from tocsin.catalog.geography.lookup import meant
from tocsin.catalog.library import library
from tocsin.catalog.rows import INSTRUMENTS
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.register.contacts import zone
from tocsin.response.register.models import Activity, Subscription
from tocsin.response.register.people import Actor, may


def subscribe(ctx: Context, actor: Actor, *, place: str = "", topic: str = "", factor: str = "") -> Subscription:
    """Ask to be told, under the actor's post. What is asked for twice is asked for once.

    Raises Misuse on an unknown place, topic or factor, or when nothing is asked for.
    """
    from tocsin.response.register.record import enter

    may(actor, "read").enforce()
    place_id = meant(place) if place.strip() else ""
    topic, factor = topic.strip(), factor.strip().upper()
    if topic and topic not in sectors() and topic not in INSTRUMENTS:
        raise Misuse(
            f"{topic[:40]!r} is no topic", todo=f"Name a sector by its code, or one of {', '.join(INSTRUMENTS)}"
        )
    if factor and factor not in library().framework.factors:
        raise Misuse(f"{factor[:10]!r} is no risk factor", todo="Choose RF1 to RF14")
    if not (place_id or topic or factor):
        raise Misuse("A subscription asks for something", todo="Name a place, a topic or a factor")
    wanted = {"post": actor.post, "place_id": place_id, "topic": topic, "factor": factor}
    try:
        with transaction.atomic():
            if found := Subscription.objects.filter(**wanted, until=None).first():
                return found
            row = Subscription.objects.create(**wanted, since=ctx.now(), told_to=ctx.now())
            body = {"subscription": row.pk, "place": place_id, "topic": topic, "factor": factor, "by": actor.body()}
            enter(ctx, kind="subscription.begun", body=body)
            return row
    except IntegrityError:  # the same, asked for at this moment
        return Subscription.objects.get(**wanted, until=None)


def end(ctx: Context, actor: Actor, number: int) -> Subscription:
    """End a subscription of the actor's own post. Raises Refused when there is none, or it is another's."""
    from tocsin.response.register.record import enter

    may(actor, "read").enforce()
    with transaction.atomic():
        row = Subscription.objects.select_for_update().filter(pk=number, post=actor.post, until=None).first()
        if row is None:
            raise Refused(f"{actor.post} has no subscription {number}", todo="See tocsin activities subscriptions")
        row.until = ctx.now()
        row.save()
        enter(ctx, kind="subscription.ended", body={"subscription": row.pk, "by": actor.body()})
        return row


def open_of(posts: Iterable[str]) -> list[Subscription]:
    """Return the subscriptions that stand, of these posts."""
    return list(Subscription.objects.filter(post__in=list(posts), until=None))


def wants(row: Subscription, activity: Activity) -> bool:
    """Tell whether an activity is what a subscription asks for: every part of it that is not empty."""
    return (
        (not row.place_id or any(p.place_id == row.place_id for p in activity.at.all()))
        and (not row.topic or row.topic in activity.sectors or row.topic in activity.instruments)
        and (not row.factor or row.factor in activity.factors)
    )


def said(row: Subscription) -> str:
    """Return what a subscription asks for, in words."""
    place = places()[row.place_id].name if row.place_id in places() else row.place_id
    topic = sectors()[row.topic].name.lower() if row.topic in sectors() else row.topic
    factor = f"risk factor {row.factor.removeprefix('RF')}" if row.factor else ""
    return ", ".join(part for part in (place, topic, factor) if part)


def cuts(since: datetime, now: datetime, zone_name: str) -> list[datetime]:
    """Return the moments after ``since`` up to ``now`` at which a digest leaves: each day at the rule's local hour."""
    local = since.astimezone(zone(zone_name)).replace(hour=rules().digest_hour, minute=0, second=0, microsecond=0)
    found = []
    while local <= now:
        if local > since:
            found.append(local.astimezone(now.tzinfo))
        local += timedelta(days=1)
    return found
