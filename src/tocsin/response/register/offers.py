"""What organisations say they can do: where, how fast, on which conditions, until when, and last made sure of when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from tocsin.catalog import directive
from tocsin.catalog.cooperation import Capability, capabilities, rules
from tocsin.catalog.geography.lookup import meant
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.register.activities import organisations, shield
from tocsin.response.register.models import Offer, Tool
from tocsin.response.register.people import Actor, may

MOST_DAYS = 3650


def capability(name: str) -> Capability:
    """Return a capability by its id. Raises Misuse when there is none."""
    found = capabilities().get(name)
    if found is None:
        raise Misuse(f"{name[:40]!r} is no capability", todo=f"There are {', '.join(capabilities())}")
    return found


def make(
    ctx: Context,
    actor: Actor,
    *,
    organisation: str,
    name: str,
    what: str,
    lead_days: int,
    office: str,
    places: Iterable[str] = (),
    conditions: str = "",
    valid_until: date | None = None,
    tool: int | None = None,
    visibility: str = "",
    seen_by: Iterable[str] = (),
    because: str = "",
) -> Offer:
    """Record an offer, made sure of today; ``office`` is the one that would put the ask, ``tool`` the one it is.

    A sensitive capability, or an organisation that is no government's or company's at a place of danger, is hidden
    until somebody says otherwise. Raises Misuse or Refused on what names nothing, is past, or says nothing.
    """
    may(actor, "read").enforce()
    giver, kind, today = organisations.meant(organisation), capability(name), ctx.now().date()
    directive.current().office(office)
    where, words = sorted({meant(place) for place in places if place.strip()}), said(what, SHORT)
    if not substantial(words):
        raise Refused("An offer says what is offered, in three different words at least", todo="Write --what")
    if not 0 <= lead_days <= MOST_DAYS:
        raise Misuse(f"An offer is ready in 0 to {MOST_DAYS} days, not {lead_days}")
    if valid_until is not None and valid_until < today:
        raise Refused(f"The day {valid_until} is past", todo="Record an offer that holds")
    held = Tool.objects.filter(pk=tool, retired_at=None).first() if tool is not None else None
    if tool is not None and held is None:
        raise Refused(f"There is no tool {tool} in use", todo="See tocsin people tools list")
    row = Offer(
        organisation=giver, capability=name, what=words, places=where, lead_days=lead_days, tool=held,
        conditions=said(conditions, SHORT), valid_until=valid_until, verified_on=today, contact_office=office,
        post=actor.post, added_at=ctx.now(),
    )  # fmt: skip
    danger = f"{kind.name}: who offers it, and to whom, is best known to few" if kind.sensitive == "yes" else ""
    if not danger and organisations.named(giver).side == "ngo":
        danger = shield.danger(ctx, where)
    shield.settle(row, visibility, danger=danger, seen_by=seen_by, because=because, own=actor.post)
    return _enter(ctx, actor, row, "made")


def verify(ctx: Context, actor: Actor, number: int, *, valid_until: date | None = None) -> Offer:
    """Record that somebody made sure today that an offer holds, and until when if that was said anew."""
    may(actor, "read").enforce()
    with transaction.atomic():
        row = found(actor, number)
        row.verified_on = ctx.now().date()
        if valid_until is not None:
            if valid_until < row.verified_on:
                raise Refused(f"The day {valid_until} is past", todo="Withdraw an offer that holds no more")
            row.valid_until = valid_until
        return _enter(ctx, actor, row, "verified")


def withdraw(ctx: Context, actor: Actor, number: int) -> Offer:
    """Record that it is offered no more; its row and its asks stay."""
    may(actor, "read").enforce()
    with transaction.atomic():
        row = found(actor, number)
        row.withdrawn_at = ctx.now()
        return _enter(ctx, actor, row, "withdrawn")


def found(actor: Actor, number: int) -> Offer:
    """Return an offer that stands and that the actor may see, locked. Raises Refused when there is none such."""
    row = Offer.objects.select_for_update(of=("self",)).filter(pk=number, withdrawn_at=None).first()
    if row is None or not shield.may_see(row, [actor.post]):
        raise Refused(f"There is no offer {number} that {actor.post} may see", todo="See tocsin capabilities list")
    return row


def standing(posts: Iterable[str], *, name: str = "", place: str = "") -> list[Offer]:
    """Return the offers that stand and that somebody under these posts may see: of a capability, for a place."""
    rows = Offer.objects.filter(withdrawn_at=None).select_related("tool")
    rows = rows.filter(capability=name) if name else rows
    seen = shield.seen(rows, list(posts))
    return [row for row in seen if not place or not row.places or place in row.places]


def age(row: Offer, today: date) -> str:
    """Return ``expired``, ``stale`` (nobody made sure of it for so long) or nothing."""
    if row.valid_until is not None and row.valid_until < today:
        return "expired"
    return "stale" if today - row.verified_on > timedelta(days=rules().stale_days.offer) else ""


def _enter(ctx: Context, actor: Actor, row: Offer, what: str) -> Offer:
    """Write an offer and its entry; of a restricted one the entry holds the number alone."""
    from tocsin.response.register.record import enter

    with transaction.atomic():
        if row.pk is None:
            row.ledger_seq = 0
            row.save()
        told: dict[str, Any] = {"offer": row.pk, "restricted": row.restricted, "by": {"post": actor.post}}
        if not row.restricted:
            told |= {"organisation": row.organisation, "capability": row.capability, "what": row.what}
            told |= {"places": row.places, "lead_days": row.lead_days, "conditions": row.conditions}
            told |= {"valid_until": str(row.valid_until) if row.valid_until else None, "by": actor.body()}
        row.ledger_seq = enter(ctx, kind=f"offer.{what}", body=told).seq
        row.save()
    return row
