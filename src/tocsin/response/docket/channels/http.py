"""HTTP as two channels need it: one request, a short patience, no redirect followed, no secret in an error."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from tocsin.response.docket.channels import secrets
from tocsin.response.docket.channels.protocol import Undelivered

SECONDS = 20
MOST = 65_536
LOOPBACK = ("127.0.0.1", "localhost", "::1")
# Asked again later: the server says so, or may be between two versions of itself.
PASSING = (408, 409, 423, 425, 429)


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the letter, and what signs it, to somebody else."""

    def redirect_request(self, *args: Any, **more: Any) -> None:
        """Follow nothing."""


def fault(url: str) -> str:
    """Return what is wrong with an address: it is https, or http to this machine, and carries no password."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return "the address is no https:// address"
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        return "the address is not encrypted: use https://"
    if parts.username or parts.password:
        return "the address carries a password; it belongs in a file"
    return ""


def send(method: str, url: str, body: bytes, headers: Mapping[str, str], hide: Iterable[str] = ()) -> bytes:
    """Send one request and return what came back. Raises Undelivered unless the answer is 2xx."""
    request = urllib.request.Request(url, data=body, method=method, headers=dict(headers))  # noqa: S310 - fault() looks
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=SECONDS) as answer:
            return answer.read(MOST)
    except urllib.error.HTTPError as error:
        lasting = 400 <= error.code < 500 and error.code not in PASSING
        raise Undelivered(f"it answered {error.code}", lasting=lasting) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise Undelivered(secrets.without(f"{type(error).__name__}: {reason}", [*hide, url])) from None
