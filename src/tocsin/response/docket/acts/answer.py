"""Acknowledge by a link in a message, or by what a webhook answers: no session, one message, one effect."""

from __future__ import annotations

from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import delivery_drill, links
from tocsin.response.docket.acts.acknowledge import acknowledge
from tocsin.response.docket.models import Message
from tocsin.response.register.people import LINK, Actor


def answer(ctx: Context, token: str) -> Message:
    """Acknowledge what the message of a link asks for; return the message.

    The post that the message was sent to acknowledges, ``via: link``, with nobody's name and no signature: the
    delivery clock stops, the decision clock does not move, and nothing is decided. Doing it again, by this link or by
    another way, changes nothing. Raises Refused as ``links.read`` and ``acknowledge`` do.
    """
    message = links.read(ctx, token).message
    if message.item_id is None:
        if not delivery_drill.answer(ctx, message, via=LINK):
            raise Refused("This message asks for nothing any more", todo="You can close this page")
        return message
    acknowledge(ctx, message.item_id, Actor(post=message.to_post, person=None, via=LINK))
    return message
