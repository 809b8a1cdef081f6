"""The page: the message stands at the desk, in the inbox of whoever holds the post. It needs nothing outside the house.

The row of the message is what the page shows, so handing it over writes nothing more and cannot be done twice.
"""

from __future__ import annotations

from tocsin.core.context import Context
from tocsin.response.docket.channels.protocol import Letter, Receipt


class Page:
    """Shown at ``/messages``."""

    id = "page"
    open = False
    disturbs = False
    once = True

    def send(self, ctx: Context, letter: Letter) -> Receipt:
        """Name the message at the desk."""
        return Receipt(f"/messages/{letter.number}")

    def fault(self, ctx: Context, address: str) -> str:
        """Nothing keeps the page from its readers but the desk itself."""
        return ""
