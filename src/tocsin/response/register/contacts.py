"""Ways to reach an office, a post or a person: channel, address, when last verified; and who may see them.

Default deny: an address is shown to its own office, to the line managers above it and to the operator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from tocsin.catalog import directive
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import said
from tocsin.response.register.models import Contact, Person
from tocsin.response.register.people import OPERATOR, Actor, Verdict, may

__all__ = ["Contact", "add", "is_quiet", "may_see", "retire", "verify", "visible", "zone"]

STALE_DAYS = 90
"""A contact that has not answered within them is stale: it may have changed hands."""
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
SHAPES = {
    "email": (re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"), "name@example.org"),
    "sms": (_PHONE, "+41791234567, with the country"),
    "voice": (_PHONE, "+41791234567, with the country"),
    "matrix": (re.compile(r"[@!#][^\s:]+:[A-Za-z0-9.-]+(:[0-9]+)?"), "@name:server.example or !room:server.example"),
    "webhook": (re.compile(r"https://[^\s@]+"), "https://host/path, without a password in it"),
}
"""Channel kind to the shape of its addresses, and that shape as it is told to people."""


def zone(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name, UTC when it is empty. Raises Misuse when there is none such."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Misuse(f"{name!r} is no time zone", todo="Write it as Europe/Geneva or Africa/Nairobi") from None


def zone_of(office: str) -> str:
    """Return the time zone of an office by the directive in force; UTC when it names none."""
    found = next((o for o in directive.current().offices if o.id == office), None)
    return (found.time_zone if found else "") or "UTC"


def stale(contact: Contact, now: datetime) -> bool:
    """Tell whether nobody saw a contact answer within STALE_DAYS."""
    return contact.last_verified_at is None or contact.last_verified_at < now - timedelta(days=STALE_DAYS)


def is_quiet(contact: Contact, at: datetime) -> bool:
    """Tell whether a moment falls into a contact's own quiet hours, on its own clock; without them never."""
    if contact.quiet_from is None or contact.quiet_to is None:
        return False
    return in_hours(at.astimezone(zone(contact.time_zone or zone_of(contact.office))).time(), contact)


def in_hours(local: time, contact: Contact) -> bool:
    """Tell whether a local time lies between the two quiet hours, which may span midnight."""
    start, end = contact.quiet_from, contact.quiet_to
    assert start is not None
    assert end is not None
    return start <= local < end if start <= end else local >= start or local < end


def may_see(actor: Actor, office: str) -> Verdict:
    """Judge whether an actor may see the addresses of an office: their own, one that reports to them, the operator."""
    if actor.post == OPERATOR:
        return may(actor, "assign")
    held = may(actor, "read")
    if not held.allowed:
        return held
    rules = directive.current()
    theirs = {p.id for p in rules.posts if p.office == office}
    if rules.post(actor.post).office == office or any(actor.post in above(post) for post in theirs):
        return Verdict(True, "Addresses are shown to the office itself, to line managers above it and to the operator")
    return Verdict(
        False,
        "Addresses are shown to the office itself, to line managers above it and to the operator",
        "Find who is on duty with: tocsin people find",
    )


def above(post: str) -> list[str]:
    """Return the line managers above a post, nearest first."""
    rules, found = directive.current(), []
    manager = rules.post(post).line_manager
    while manager and manager not in found:
        found.append(manager)
        manager = rules.post(manager).line_manager
    return found


def visible(actors: Iterable[Actor]) -> list[Contact]:
    """Return the contacts in use that any of these actors may see."""
    rows = Contact.objects.filter(retired_at=None).select_related("person").order_by("office", "post", "id")
    offices = {c.office for c in rows}
    actors = list(actors)
    seen = {office for office in offices if any(may_see(actor, office).allowed for actor in actors)}
    return [c for c in rows if c.office in seen]


def add(
    ctx: Context,
    actor: Actor,
    *,
    office: str,
    channel: str,
    address: str,
    post: str = "",
    person: Person | None = None,
    time_zone: str = "",
    quiet: tuple[time, time] | None = None,
) -> Contact:
    """Add a way to reach an office, one of its posts, or a person. It counts as unverified until somebody verifies it.

    Raises Misuse on an unknown office, post, channel or zone, or an address not of its channel's shape; Refused when
    the actor may not, or when the same way is there already.
    """
    from tocsin.response.register.record import enter

    rules = directive.current()
    rules.office(office)
    may_change(actor, office).enforce()
    if post and rules.post(post).office != office:
        raise Misuse(f"The post {post} is not of the office {office}", where=f"directive {rules.version}")
    if channel not in SHAPES:
        raise Misuse(f"{channel!r} is no channel", todo=f"There are {', '.join(SHAPES)}")
    address = said(address, 400)
    shape, example = SHAPES[channel]
    if not shape.fullmatch(address):
        raise Misuse(f"That is no address for {channel}", todo=f"Write it as {example}")
    if time_zone:
        zone(time_zone)
    with transaction.atomic():
        same = Contact.objects.filter(
            office=office, post=post, person=person, channel=channel, address=address, retired_at=None
        )
        if same.exists():
            raise Refused("This way is there already", todo=f"Verify it: tocsin people contacts verify {same[0].pk}")
        row = Contact.objects.create(
            office=office,
            post=post,
            person=person,
            channel=channel,
            address=address,
            time_zone=time_zone,
            quiet_from=quiet[0] if quiet else None,
            quiet_to=quiet[1] if quiet else None,
            added_at=ctx.now(),
        )
        # Never the address: the ledger is exported, and an address is for those who need it.
        enter(ctx, kind="contact.added", body={**_told(row), "by": actor.body()})
    return row


def verify(ctx: Context, number: int, actor: Actor) -> Contact:
    """Record that a contact was tried and answered today. Raises Refused when there is none or the actor may not."""
    return _mark(ctx, number, actor, "verified")


def retire(ctx: Context, number: int, actor: Actor) -> Contact:
    """Take a contact out of use; its row stays. Raises Refused when there is none or the actor may not."""
    return _mark(ctx, number, actor, "retired")


def restore(ctx: Context, number: int, actor: Actor) -> Contact:
    """Take a retired contact into use again: the way back of ``retire``. It is to be verified anew."""
    return _mark(ctx, number, actor, "restored")


def may_change(actor: Actor, office: str) -> Verdict:
    """Judge whether an actor may change what an office says of itself: the office, managers above it, the operator."""
    verdict = may_see(actor, office)
    if verdict.allowed:
        return verdict
    return Verdict(
        False,
        f"What stands of the office {office} is changed by itself, by line managers above it or by the operator",
        "Ask one of them",
    )


def _mark(ctx: Context, number: int, actor: Actor, what: str) -> Contact:
    from tocsin.response.register.record import enter

    with transaction.atomic():
        row = Contact.objects.select_for_update().filter(pk=number).first()
        if row is None:
            raise Refused(f"There is no contact {number}", todo="See tocsin people contacts list")
        may_change(actor, row.office).enforce()
        if (row.retired_at is None) == (what == "restored"):
            state = "in use" if row.retired_at is None else "retired"
            raise Refused(f"Contact {number} is {state}", todo="See tocsin people contacts list")
        if what == "verified":
            row.last_verified_at = ctx.now()
        elif what == "retired":
            row.retired_at = ctx.now()
        else:
            row.retired_at, row.last_verified_at = None, None
        row.save()
        enter(ctx, kind=f"contact.{what}", body={**_told(row), "by": actor.body()})
    return row


def _told(row: Contact) -> dict[str, object]:
    """Return what the ledger keeps of a contact: all but the address and the person."""
    return {"contact": row.pk, "office": row.office, "post": row.post or None, "channel": row.channel}
