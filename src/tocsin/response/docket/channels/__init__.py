"""The ways out of the house: the page, the mailbox folder, e-mail, webhook, Matrix, and a provider's SMS and voice."""

from tocsin.response.docket.channels.protocol import Channel, Letter, Receipt, Undelivered
from tocsin.response.docket.channels.shelf import channels

__all__ = ["Channel", "Letter", "Receipt", "Undelivered", "channels"]
