"""Links in messages by which a post acknowledges without signing in: signed, bound to one message, and expiring.

Whoever holds the link can stop one delivery clock, once: it decides nothing, moves no decision clock, and opens no
page with more on it than the number of the item. It is never put on a channel that others may read.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.signing import BadSignature, Signer

from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket.models import Message

SALT = "tocsin.acknowledge"


@dataclass(frozen=True)
class Asked:
    """What a genuine link asks: of which message."""

    message: Message


def token(message: Message) -> str:
    """Return the token of a message: always the same, so a letter sent twice is the same letter."""
    return Signer(salt=SALT, sep=".").sign(f"{message.pk}-{message.to_post}")


def address(ctx: Context, message: Message) -> str:
    """Return the link of a message that asks its post to acknowledge; empty when it does not ask."""
    if not (message.asks and ctx.settings.desk_url):
        return ""
    return f"{ctx.settings.desk_url.rstrip('/')}/ack/{token(message)}"


def read(ctx: Context, given: str) -> Asked:
    """Return what a link asks. Raises Refused when it is not ours, or its clock has run out."""
    try:
        number, _, post = Signer(salt=SALT, sep=".").unsign(given).partition("-")
    except BadSignature:
        raise Refused(
            "This link is not one of ours, or was cut off on the way", todo="Sign in and acknowledge there"
        ) from None
    message = Message.objects.select_related("item").filter(pk=number, to_post=post, asks=True).first()
    if message is None:
        raise Refused("The message of this link is not here", todo="Sign in and look at the docket")
    if message.answer_by is not None and message.answer_by <= ctx.now():
        raise Refused(
            "This link has expired: its clock has run out", todo="Sign in; the question has gone on up the ladder"
        )
    return Asked(message)
