"""The outbox: a message is a row written in the transaction of the act it tells of, and delivered afterwards.

Delivery is at least once: a message is marked only after its channel has it, so a crash in between sends it again.
The effect is exactly once: a channel names what it makes by the message's key, and a second sending finds it there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.db import connection

from tocsin.core.context import Context
from tocsin.core.files import write_whole
from tocsin.response.docket.models import Item, Message
from tocsin.response.register.drill import is_drill


@dataclass(frozen=True)
class Delivered:
    """How many messages left, and how many wait for the next try with their last error kept."""

    sent: int
    waiting: int


def write(ctx: Context, item: Item | None, key: str, post: str, letter: tuple[str, str]) -> bool:
    """Put a message into the outbox, inside the transaction of its act; a key that is there already is left alone.

    ``key`` says what is told; with the post it names the message for good. Returns whether a row was written.
    """
    subject, body = letter
    _, made = Message.objects.get_or_create(
        key=f"{key}.{post}"[:160],
        defaults={"item": item, "to_post": post, "subject": subject[:200], "body": body, "created_at": ctx.now()},
    )
    return made


def deliver(ctx: Context) -> Delivered:
    """Hand every waiting message to its channel. A failing one is kept and tried again; none stops the rest."""
    sent = 0
    drill = is_drill(ctx.settings)
    for message in list(Message.objects.filter(delivered_at=None).order_by("id")):
        if drill:  # on the letter alone: the row is the one that was written
            message.subject = f"DRILL: {message.subject}"
            message.body = f"DRILL. Nothing in this message has happened; do nothing.\n\n{message.body}"
        try:
            CHANNELS[message.channel](ctx, message)
        except (OSError, KeyError) as error:
            Message.objects.filter(pk=message.pk).update(
                attempts=message.attempts + 1, last_error=f"{type(error).__name__}: {error}"
            )
            continue
        # Counted only by whoever marks it first: two deliverers at once report it once.
        sent += Message.objects.filter(pk=message.pk, delivered_at=None).update(
            delivered_at=ctx.now(), attempts=message.attempts + 1, last_error=""
        )
    return Delivered(sent=sent, waiting=Message.objects.filter(delivered_at=None).count())


def deliver_after(ctx: Context) -> None:
    """Deliver once an act is committed; inside a larger transaction leave it to the next tick."""
    if not connection.in_atomic_block:
        deliver(ctx)


def mailbox(ctx: Context, message: Message) -> None:
    """Write the message as one file in the folder of its post: whole or not at all, the same file however often.

    Raises OSError when the folder cannot be written.
    """
    folder = ctx.settings.mailbox / re.sub(r"[^a-z0-9_]", "_", message.to_post)
    name = f"{message.pk:06d}-{re.sub(r'[^A-Za-z0-9._-]', '_', message.key)}.eml"
    target = folder / name
    if target.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    letter = EmailMessage(policy=SMTP)
    letter["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9._-]', '_', message.key)}@tocsin.invalid>"
    letter["Date"] = format_datetime(message.created_at)
    letter["From"] = "Tocsin <docket@tocsin.invalid>"
    letter["To"] = f"{message.to_post}@tocsin.invalid"
    letter["Subject"] = message.subject
    letter.set_content(message.body)
    write_whole(target, letter.as_bytes())


CHANNELS: dict[str, Callable[[Context, Message], None]] = {"mailbox": mailbox}
