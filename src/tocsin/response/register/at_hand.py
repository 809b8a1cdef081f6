"""Who is at hand in a place: kinds of actors that can act there or be reached, said by a post and for some weeks only.

Options are ordered by it. It is asked of people and never guessed: with nothing said, nobody is taken to be at hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from tocsin.catalog.fitting import actors
from tocsin.catalog.geography import places
from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.core.words import said
from tocsin.response.register.models import AtHand
from tocsin.response.register.people import Actor, may

USUAL_DAYS, MOST_DAYS = 30, 180
"""How long it is taken as true when nobody says, and at most: who is at hand changes faster than factors do."""


def state(
    ctx: Context, place_id: str, given: Iterable[str], actor: Actor, *, why: str, until: date | None = None
) -> AtHand:
    """Record who is at hand in a place, by kind or by name; nobody given takes back what was said before.

    Raises Misuse for an unknown place or actor, without a reason, or for a day past or over 180 days away.
    """
    from tocsin.response.register.record import enter

    if place_id not in places():
        raise Misuse(f"There is no place {place_id!r}", todo="Give an ISO 3166 code of three letters")
    may(actor, "assess").enforce()
    kinds = actors().at_hand(given)
    why = said(why, 2000)
    if not why:
        raise Misuse("Say who they are and how you know it", todo="One line is enough")
    today = ctx.now().date()
    until = until or today + timedelta(days=USUAL_DAYS)
    if not today <= until <= today + timedelta(days=MOST_DAYS):
        raise Misuse(f"{until} is past or over {MOST_DAYS} days away", todo="Give a nearer day, and say it again then")
    with transaction.atomic():
        entry = enter(
            ctx,
            kind="at_hand.stated",
            body={
                "place": place_id,
                "kinds": list(kinds),
                "why": why,
                "until": str(until),
                "by": actor.body(),
            },
        )
        return AtHand.objects.create(
            place_id=place_id,
            kinds=list(kinds),
            why=why,
            until=until,
            at=ctx.now(),
            post=actor.post,
            person=actor.person,
            ledger_seq=entry.seq,
        )


def known(place_id: str, today: date) -> AtHand | None:
    """Return what was last said of a place, while its day has not passed and somebody is at hand; None otherwise."""
    last = AtHand.objects.filter(place_id=place_id).last()
    return last if last and last.kinds and last.until >= today else None


def history(place_id: str) -> list[AtHand]:
    """Return everything said of a place, the newest first."""
    return list(AtHand.objects.filter(place_id=place_id).order_by("-id"))
