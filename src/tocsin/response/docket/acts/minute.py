"""Minutes of a sitting: what a body wrote down, with the agenda as it stood. Its action items are commitments."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from tocsin.catalog import directive
from tocsin.core import words as text
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket import bodies
from tocsin.response.docket.acts.propose import check_signed, who
from tocsin.response.docket.models_deciding import Minutes
from tocsin.response.docket.plain import plain
from tocsin.response.register.people import Actor, may
from tocsin.response.register.record import enter


def minute(ctx: Context, body: str, actor: Actor, *, minutes: str, held_on: date | None = None) -> Minutes:
    """Keep the minutes of a sitting.

    Raises Misuse for a post that is no body; Refused when the actor has no seat in it, when they say nothing, or for a
    day to come.
    """
    said = text.said(minutes)
    rules = directive.current()
    found = rules.body(body)
    if found is None:
        known = ", ".join(p.id for p in rules.posts if p.body) or "none"
        raise Misuse(f"{body!r} is no body", todo=f"The directive has {known}")
    may(actor, "read").enforce()
    if actor.post not in (body, *found.members):
        raise Refused(f"{actor.post} has no seat in {body}", todo=f"Its members are {', '.join(found.members)}")
    check_signed(actor, "Minutes")
    if not text.substantial(said):
        raise Refused("The minutes say nothing", todo="Write what was said, and by which seat")
    day = held_on or ctx.now().date()
    if day > ctx.now().date():
        raise Refused(f"{day} is still to come", todo="Minutes are of a sitting that was held")
    agenda = [item.pk for item in bodies.agenda(ctx, body)]
    with transaction.atomic():
        told = {"body": body, "held_on": day, "minutes": said, "agenda": agenda, "by": actor.body()}
        entry = enter(ctx, kind="body.minuted", body=plain(told))
        return Minutes.objects.create(
            body=body, held_on=day, text=said, agenda=agenda, at=ctx.now(), ledger_seq=entry.seq, **who(actor)
        )
