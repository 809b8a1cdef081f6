"""A leaf: the public header of an entry with a salted commitment to its body.

The leaf is what is hashed into the tree and what everybody may see. The body and its salt live beside the
tree; without the salt the commitment tells nothing, even about a body that could be guessed, so a body may be
withheld or erased and the tree still stands. No name of a reporter or bell-ringer belongs in a header: its
fields are closed, and ``kind`` is drawn from a narrow alphabet so that a name cannot be slipped into it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.core.clock import iso
from tocsin.core.errors import Refused
from tocsin.ledger import canonical

SCHEMA = "tocsin.leaf.1"
SALT_BYTES = 32
KIND = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


@dataclass(frozen=True)
class Leaf:
    """The header of one entry. ``time`` is UTC to the second; ``item`` is a docket item's number or None."""

    seq: int
    time: str
    kind: str
    item: int | None
    commitment: str
    schema: str = SCHEMA

    def encode(self) -> bytes:
        """Return the canonical JSON that is hashed into the tree."""
        return canonical.encode(
            {
                "commitment": self.commitment,
                "item": self.item,
                "kind": self.kind,
                "schema": self.schema,
                "seq": self.seq,
                "time": self.time,
            }
        )


@dataclass(frozen=True)
class Sealed:
    """A leaf with what its commitment opens to: salt (hex) and canonical body."""

    leaf: Leaf
    salt: str
    body: bytes


def new_salt() -> bytes:
    """Return 32 bytes from the operating system.

    Not drawn from the context's seed: a salt that can be worked out again hides nothing.
    """
    return secrets.token_bytes(SALT_BYTES)


def commit(salt: bytes, body: bytes) -> str:
    """Return SHA-256 over the 32 bytes of salt followed by the canonical body, in hex."""
    if len(salt) != SALT_BYTES:
        raise Refused(f"A salt is {SALT_BYTES} bytes; this one is {len(salt)}")
    return hashlib.sha256(salt + body).hexdigest()


def seal(*, seq: int, time: datetime, kind: str, item: int | None, body: dict[str, Any], salt: bytes) -> Sealed:
    """Return the leaf of a new entry with its salt and canonical body.

    Raises Refused when ``kind`` is not dotted lower-case words, or the body is not an object in canonical JSON.
    """
    if not KIND.fullmatch(kind) or len(kind) > 60:
        raise Refused(
            f"{kind!r} is not the kind of an entry",
            todo="Write lower-case words joined by dots, as decision.made",
        )
    if not isinstance(body, dict):
        raise Refused("The body of an entry must be an object")
    data = canonical.encode(body)
    moment = iso(time)
    assert moment is not None
    return Sealed(Leaf(seq, moment, kind, item, commit(salt, data)), salt.hex(), data)
