"""One-time ways in, as Jupyter prints them. Only the SHA-256 of a token is kept; each opens once, for 15 minutes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.register.drill import clock_of
from tocsin.response.register.models import LoginTicket, Person

LIFE = timedelta(minutes=15)


def issue(ctx: Context, person: Person) -> str:
    """Make a ticket for a person and return its token, which is written down nowhere else."""
    token = secrets.token_urlsafe(24)
    # A drill's desk may stand ahead of the terminal: the link must still open there.
    expires_at = clock_of(ctx.settings, ctx.clock).now() + LIFE
    LoginTicket.objects.create(token_sha256=_digest(token), person=person, expires_at=expires_at)
    return token


def redeem(token: str, now: datetime) -> Person:
    """Use a ticket up and return its person.

    Raises Refused when the ticket is unknown, used or too old; the answer is the same for all three.
    """
    with transaction.atomic():
        ticket = LoginTicket.objects.select_for_update().filter(token_sha256=_digest(token)).first()
        if ticket is None or ticket.used_at is not None or ticket.expires_at <= now:
            raise Refused(
                "This link does not open: it was used, is older than 15 minutes, or was never made",
                todo="Make a new one with: tocsin login-link",
            )
        ticket.used_at = now
        ticket.save(update_fields=["used_at"])
    return ticket.person


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
