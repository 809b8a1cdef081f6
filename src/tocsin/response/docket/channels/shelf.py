"""Which channels there are: ours, and those an operator brings as modules of their own."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module

from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.response.docket.channels.email import Email
from tocsin.response.docket.channels.mailbox import Mailbox
from tocsin.response.docket.channels.matrix import Matrix
from tocsin.response.docket.channels.page import Page
from tocsin.response.docket.channels.protocol import Channel
from tocsin.response.docket.channels.provider import Provider
from tocsin.response.docket.channels.webhook import Webhook

OURS: tuple[Channel, ...] = (Page(), Mailbox(), Email(), Webhook(), Matrix(), Provider("sms"), Provider("voice"))


def channels(ctx: Context) -> dict[str, Channel]:
    """Return every channel by its id.

    ``TOCSIN_CHANNELS`` names modules, separated by commas, each with a list ``CHANNELS``; one that bears the id of one
    of ours takes its place. Raises Misuse when a module cannot be had.
    """
    return _channels(ctx.settings.channels)


@lru_cache(maxsize=8)
def _channels(modules: str) -> dict[str, Channel]:
    found = {channel.id: channel for channel in OURS}
    for name in filter(None, (part.strip() for part in modules.split(","))):
        try:
            own = import_module(name).CHANNELS
        except (ImportError, AttributeError) as error:
            raise Misuse(
                f"The channels of {name!r} cannot be had: {error}", todo="Mend TOCSIN_CHANNELS; nothing was sent"
            ) from None
        found.update({channel.id: channel for channel in own})
    return found
