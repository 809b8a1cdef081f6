"""A signed webhook: one POST a letter, with a signature the receiver checks and a key by which it knows a repetition.

The signature is HMAC-SHA256, in hex, over ``timestamp + "." + body`` with the secret in ``keys/webhook.secret``.
docs/how-to/set-up-channels.md has a receiver.
"""

from __future__ import annotations

import hashlib
import hmac
import json

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.response.docket.channels import http, secrets
from tocsin.response.docket.channels.protocol import Letter, Receipt, Undelivered

SECRET = "webhook.secret"  # noqa: S105 - the name of a file
OLDEST = 300
"""Seconds after which a receiver takes a signed request for a replayed one."""


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a body sent at a time (seconds since 1970, as text)."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def genuine(secret: str, timestamp: str, body: bytes, signature: str, now: float) -> bool:
    """Tell whether a request was signed with the secret, and lately."""
    fresh = timestamp.isdigit() and abs(now - int(timestamp)) <= OLDEST
    return fresh and hmac.compare_digest(sign(secret, timestamp, body), signature)


class Webhook:
    """A POST to an https address."""

    id = "webhook"
    open = False
    disturbs = True
    once = True

    def send(self, ctx: Context, letter: Letter) -> Receipt:
        """Post the letter as JSON."""
        trouble = self.fault(ctx, letter.address)
        if trouble:
            raise Undelivered(trouble, lasting=True)
        secret = secrets.read(ctx, SECRET)
        body = json.dumps(
            {
                "key": letter.key,
                "to": letter.post,
                "level": letter.level or None,
                "status": "Exercise" if letter.exercise else "Actual",
                "subject": letter.subject,
                "body": letter.body,
                "acknowledge": letter.link or None,
                "written_at": iso(letter.created_at),
            },
            ensure_ascii=False,
            sort_keys=True,
        ).encode()
        timestamp = str(int(ctx.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": letter.key,
            "Tocsin-Timestamp": timestamp,
            "Tocsin-Signature": sign(secret, timestamp, body),
        }
        http.send("POST", letter.address, body, headers, [secret])
        return Receipt(letter.key[:200])

    def fault(self, ctx: Context, address: str) -> str:
        """Look at the address and the secret."""
        try:
            secrets.read(ctx, SECRET)
        except Undelivered as missing:
            return str(missing)
        return http.fault(address)
