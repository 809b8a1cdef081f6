"""A leaf: the public header of an entry with a salted commitment to its body.

The leaf is what is hashed into the tree and what everybody may see. The body and its salt live beside the
tree; without the salt the commitment tells nothing, even about a body that could be guessed, so a body may be
withheld or erased and the tree still stands. No name of a reporter or bell-ringer belongs in a header: its
fields are closed, and ``kind`` is drawn from a narrow alphabet so that a name cannot be slipped into it.

Since ``tocsin.leaf.2`` each field of a body has a commitment of its own, under a salt of its own drawn from the salt
of the body, and the leaf commits to the list of them: one field may be hidden while the others still open.
Leaves of the first schema, which commit to a body as a whole, stay as they are and verify for ever.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.core.clock import iso
from tocsin.core.errors import Refused
from tocsin.ledger import canonical

SCHEMA = "tocsin.leaf.2"
WHOLE = "tocsin.leaf.1"
"""The schema before it, whose bodies open as a whole or not at all."""
SALT_BYTES = 32
BODY_LABEL = b"tocsin.body.2\n"
"""Stands before the list of commitments, so that it can be taken for nothing else that is hashed."""
PLAIN = re.compile(r"[0-9A-Za-z._:/-]*")
"""Text that JSON writes as it stands."""
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
        plain = f"{self.commitment}{self.kind}{self.schema}{self.time}"
        if type(self.seq) is int and type(self.item) in (int, type(None)) and PLAIN.fullmatch(plain):
            item = "null" if self.item is None else self.item
            return (
                f'{{"commitment":"{self.commitment}","item":{item},"kind":"{self.kind}",'
                f'"schema":"{self.schema}","seq":{self.seq},"time":"{self.time}"}}'
            ).encode()
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


def fields(body: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each field of a body with its path, a JSON pointer (RFC 6901): ``/by/post``.

    Objects are gone into; a list, and an object that is empty, is one field.
    """
    for key, value in body.items():
        path = f"{prefix}/{key.replace('~', '~0').replace('/', '~1')}"
        if isinstance(value, dict) and value:
            yield from fields(value, path)
        else:
            yield path, value


def field_salt(salt: bytes, path: str) -> bytes:
    """Return the salt of one field: BLAKE2b of its path, keyed with the salt of the body (RFC 7693, 32 bytes).

    Who is given it can open that field; it tells nothing of the body's salt or of another field's.
    """
    return hashlib.blake2b(path.encode(), key=salt, digest_size=SALT_BYTES).digest()


def field_commitments(salt: bytes, body: dict[str, Any]) -> dict[str, str]:
    """Return the commitment to each field, in hex, by path: SHA-256 over its salt and its canonical value.

    The body must be one that ``canonical.encode`` takes.
    """
    return {
        path: hashlib.sha256(field_salt(salt, path) + canonical.write(value)).hexdigest()
        for path, value in fields(body)
    }


def commit(salt: bytes, body: bytes, schema: str = SCHEMA) -> str:
    """Return the commitment of a leaf to a canonical body, in hex.

    In the first schema SHA-256 over the 32 bytes of salt and the body; in the second over BODY_LABEL and the canonical
    object of the commitments to its fields. Raises Refused when the salt is not 32 bytes, the body is not
    canonical or the schema is unknown.
    """
    if len(salt) != SALT_BYTES:
        raise Refused(f"A salt is {SALT_BYTES} bytes; this one is {len(salt)}")
    if schema == WHOLE:
        return hashlib.sha256(salt + body).hexdigest()
    if schema != SCHEMA:
        raise Refused(f"No commitment is known for leaves of the schema {schema!r}")
    value = json.loads(body)
    if not isinstance(value, dict) or canonical.encode(value) != body:
        raise Refused("The body of an entry is not an object in canonical JSON")
    return _commit_fields(salt, value)


def _commit_fields(salt: bytes, body: dict[str, Any]) -> str:
    return hashlib.sha256(BODY_LABEL + _written(field_commitments(salt, body))).hexdigest()


def _written(commitments: dict[str, str]) -> bytes:
    """Return the canonical object of commitments: their paths are plain as a rule, and hexadecimal always is."""
    if not PLAIN.fullmatch("".join(commitments)):
        return canonical.write(commitments)
    pairs = ",".join([f'"{path}":"{commitments[path]}"' for path in sorted(commitments)])
    return f"{{{pairs}}}".encode()


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
    return Sealed(Leaf(seq, moment, kind, item, _commit_fields(salt, body)), salt.hex(), data)
