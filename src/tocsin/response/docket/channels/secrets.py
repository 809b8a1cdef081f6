"""Secrets of channels: read from files in the keys folder, never from the database, and kept out of every error."""

from __future__ import annotations

from tocsin.core import secrets
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.secrets import without
from tocsin.response.docket.channels.protocol import Undelivered

__all__ = ["read", "without"]


def read(ctx: Context, name: str) -> str:
    """Return the secret in ``keys/NAME``. Raises Undelivered when it is missing, empty or open to others."""
    try:
        return secrets.read(ctx.settings.keys, name)
    except Refused as refused:
        raise Undelivered(refused.what, lasting=True) from None
