"""A read-only feed of some fields of some items for one partner: by a token, until a day, revocable, every read logged.

Fail closed: no organisation, no field or no item is nobody; an unknown, ended or revoked token is nothing at all.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket import letters
from tocsin.response.docket.models import Item
from tocsin.response.oversight.models import Share, ShareRead
from tocsin.response.oversight.rules import may_keep
from tocsin.response.register.people import Actor, may
from tocsin.response.register.record import enter

LONGEST_DAYS = 366
READS_AN_HOUR = 60
FIELDS: dict[str, Callable[[Item], Any]] = {
    "place": lambda item: item.place_id or None,
    "about": letters.about,
    "question": lambda item: item.question,
    "level": lambda item: item.level,
    "tier": lambda item: item.tier,
    "state": lambda item: item.state,
    "opened": lambda item: iso(item.opened_at),
    "decision_due": lambda item: iso(item.decision_due),
    "acknowledged": lambda item: iso(
        min((s.acknowledged_at for s in item.steps.all() if s.acknowledged_at), default=None)
    ),
    "decision": lambda item: getattr(item.decisions.order_by("id").last(), "kind", None),
    "warnings": lambda item: [
        {"kind": w.kind, "level": w.level, "fired": iso(w.fired_at)} for w in item.warnings.order_by("id")
    ],
    "commitments": lambda item: [
        {"what": c.what, "due": iso(c.due), "done": iso(c.done_at)} for c in item.commitments.order_by("id")
    ],
    "lapses": lambda item: [{"clock": la.clock, "due": iso(la.due)} for la in item.lapses.order_by("id")],
}
"""What may be granted, each by its name. Reasons, dissent, sources, posts and persons are not among them."""


def share(
    ctx: Context, actor: Actor, items: Sequence[Item], *, organisation: str, fields: Sequence[str], until: datetime
) -> tuple[Share, str]:
    """Share fields of items with an organisation of the directive; return the row and the token, kept nowhere else.

    Raises Refused when nobody, nothing or no field is named, when a post below an item's tier would share it, or when
    the day is past or over a year off; Misuse on an unknown organisation or field.
    """
    may_keep(actor).enforce()
    for item in items:
        may(actor, "share", item).enforce()
    known = {o.id for o in directive.current().organisations}
    if not organisation.strip():
        raise Refused("An empty group is nobody: nothing is shared", todo=f"Name one of {', '.join(sorted(known))}")
    if organisation not in known:
        raise Misuse(f"The directive has no organisation {organisation!r}", todo=f"It has {', '.join(sorted(known))}")
    unknown = [f for f in fields if f not in FIELDS]
    if unknown:
        raise Misuse(f"{', '.join(unknown)} cannot be shared", todo=f"There are {', '.join(FIELDS)}")
    if not fields or not items:
        raise Refused("A share without a field or an item shows nothing", todo="Name --fields and an item")
    if not ctx.now() < until <= ctx.now() + timedelta(days=LONGEST_DAYS):
        raise Refused(f"A share cannot last until {iso(until)}", todo=f"Choose a day within {LONGEST_DAYS} days")
    token = secrets.token_urlsafe(32)
    order = [f for f in FIELDS if f in fields]
    with transaction.atomic():
        body = {
            "organisation": organisation,
            "items": [i.pk for i in items],
            "fields": order,
            "until": iso(until),
            "by": actor.body(),
        }
        # In the header only where it is one item's.
        entry = enter(ctx, kind="share.made", item=items[0].pk if len(items) == 1 else None, body=body)
        row = Share.objects.create(
            organisation=organisation,
            fields=order,
            token_sha256=_hash(token),
            by_post=actor.post,
            made_at=ctx.now(),
            until=until,
            ledger_seq=entry.seq,
        )
        row.items.set(items)
    return row, token


def revoke(ctx: Context, actor: Actor, number: int) -> Share:
    """End a share now. Anybody who keeps the registers may. Raises Refused when there is none or it was revoked."""
    may_keep(actor).enforce()
    with transaction.atomic():
        row = Share.objects.select_for_update().filter(pk=number).first()
        if row is None:
            raise Refused(f"There is no share {number}", todo="See tocsin oversight shares")
        if row.revoked_at is not None:
            raise Refused(f"Share {number} was revoked at {iso(row.revoked_at)}")
        row.revoked_at, row.revoked_post = ctx.now(), actor.post
        row.save()
        body = {"share": row.ledger_seq, "organisation": row.organisation, "by": actor.body()}
        enter(ctx, kind="share.revoked", body=body)
        return row


def read(ctx: Context, token: str, form: str) -> dict[str, Any] | None:
    """Return what a token opens, and log the reading; None when it opens nothing or was read too often this hour.

    The token is hashed and looked up by its hash whatever it is, so that guessing learns nothing from the time taken.
    Without the row of the reading nothing is returned: a reading that cannot be logged does not happen.
    """
    now = ctx.now()
    row = Share.objects.filter(token_sha256=_hash(token)).first()
    if row is None or row.revoked_at is not None or row.until <= now:
        return None
    if row.reads.filter(at__gt=now - timedelta(hours=1)).count() >= READS_AN_HOUR:
        return None
    with transaction.atomic():
        ShareRead.objects.create(share=row, at=now, form=form)
        items = row.items.order_by("id").prefetch_related("steps")
        return {
            "organisation": row.organisation,
            "as_of": iso(now),
            "until": iso(row.until),
            "items": [{"item": i.pk, **{f: FIELDS[f](i) for f in row.fields if f in FIELDS}} for i in items],
        }


def listing(now: datetime) -> list[dict[str, Any]]:
    """Return every share with its state and how often and when it was read; no token is known."""
    rows = Share.objects.prefetch_related("items", "reads").order_by("-made_at", "-id")
    return [
        {
            "share": row.pk,
            "organisation": row.organisation,
            "items": sorted(i.pk for i in row.items.all()),
            "fields": row.fields,
            "by": row.by_post,
            "made_at": iso(row.made_at),
            "until": iso(row.until),
            "state": "revoked" if row.revoked_at else "ended" if row.until <= now else "open",
            "revoked_at": iso(row.revoked_at),
            "reads": [{"at": iso(r.at), "form": r.form} for r in row.reads.all()],
            "ledger_seq": row.ledger_seq,
        }
        for row in rows
    ]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
