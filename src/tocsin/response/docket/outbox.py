"""The outbox: a message is a row written in the transaction of the act it tells of, and delivered afterwards.

Delivery is at least once: a sending is marked only after its channel has it, so a crash in between sends it again.
The effect is exactly once where the channel can make it so: it names what it makes by the message's key, and a second
sending finds it there (``Channel.once``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q

from tocsin.core.context import Context
from tocsin.response.bulk import insert_all
from tocsin.response.docket.deliver import Delivered, deliver
from tocsin.response.docket.models import Item, Message, Sending

__all__ = ["Delivered", "compose", "deliver", "deliver_after", "post_all", "withdraw", "withdraw_message", "write"]


def compose(
    ctx: Context,
    item: Item | None,
    key: str,
    post: str,
    letter: tuple[str, str],
    *,
    answer_by: datetime | None = None,
    asks: bool = False,
    exercise: bool = False,
) -> Message:
    """Return a message, not yet written. ``key`` says what is told; with the post it names the message for good.

    ``answer_by`` ties it to a rung: once that is answered, ways not yet used are not used. ``asks`` says that its post
    is among those who may answer.
    """
    subject, body = letter
    return Message(
        key=f"{key}.{post}"[:160],
        item_id=item.pk if item is not None else None,
        to_post=post,
        subject=subject[:200],
        body=body,
        created_at=ctx.now(),
        level=item.level if item is not None else "",
        answer_by=answer_by,
        asks=asks,
        exercise=exercise,
    )


def post_all(messages: Sequence[Message]) -> None:
    """Put messages into the outbox, inside the transaction of their acts; a key that is there already is left alone."""
    insert_all(messages, or_leave=True)


def write(ctx: Context, item: Item | None, key: str, post: str, letter: tuple[str, str], **more: object) -> bool:
    """Put one message into the outbox, as ``compose`` makes it. Returns whether a row was written."""
    message = compose(ctx, item, key, post, letter, **more)  # type: ignore[arg-type]
    if Message.objects.filter(key=message.key).exists():
        return False
    message.save(force_insert=True)
    return True


def withdraw(ctx: Context, item: Item) -> int:
    """Take back what asks to answer an item, in the transaction that answers it; return how many ways were not used.

    What a channel has already cannot be taken back. What a worker holds at this moment is looked at once more before
    it leaves (``deliver``), and finds itself withdrawn.
    """
    asking = Message.objects.filter(item=item, withdrawn_at=None).exclude(answer_by=None)
    waiting = Sending.objects.filter(message__in=asking, state=Sending.State.WAITING)
    numbers = set(asking.filter(Q(spread_at=None) | Q(sendings__in=waiting)).values_list("pk", flat=True))
    unused = Sending.objects.filter(message__in=numbers, state=Sending.State.WAITING).update(
        state=Sending.State.WITHDRAWN, next_try_at=None
    )
    Message.objects.filter(pk__in=numbers).update(withdrawn_at=ctx.now())
    return unused


def withdraw_message(ctx: Context, message: Message) -> None:
    """Take back what is still waiting of one message."""
    if (
        Sending.objects.filter(message=message, state=Sending.State.WAITING).update(
            state=Sending.State.WITHDRAWN, next_try_at=None
        )
        or Message.objects.filter(pk=message.pk, spread_at=None).exists()
    ):
        Message.objects.filter(pk=message.pk, withdrawn_at=None).update(withdrawn_at=ctx.now())


def deliver_after(ctx: Context) -> None:
    """Hand over what needs nobody outside, once an act is committed; the rest is the worker's or the next tick's.

    Inside a larger transaction all is left to them.
    """
    if not connection.in_atomic_block:
        deliver(ctx, near=True)
