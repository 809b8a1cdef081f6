"""The signing key of a log, in one file that only its owner may read.

The file holds one line in the form of Go's note package, ``PRIVATE+KEY+name+hash+base64``: the name of the log
is made once, with the key, and the two are never parted.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tocsin.core.errors import Damaged, Refused
from tocsin.core.files import write_whole
from tocsin.ledger.note import ED25519, Signer, key_id

PREFIX = "PRIVATE+KEY+"


def new_name() -> str:
    """Return a name for a new log: ``tocsin.local/`` and sixteen random hexadecimal digits."""
    return f"tocsin.local/{secrets.token_hex(8)}"


def make(path: Path, name: str | None = None) -> Signer:
    """Make a key and write it where no file may stand yet, readable by its owner alone.

    The file appears whole or not at all. Raises Refused when there is one already: a key is never overwritten.
    """
    signer = Signer(name or new_name(), Ed25519PrivateKey.generate())
    data = base64.b64encode(ED25519 + signer.private_key.private_bytes_raw()).decode()
    line = f"{PREFIX}{signer.name}+{key_id(signer.name, signer.verifier.public_key).hex()}+{data}\n"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        write_whole(path, line.encode(), mode=0o600, replace=False)
    except FileExistsError:
        raise Refused("There is a signing key already; a key is never overwritten", where=str(path)) from None
    return signer


def load(path: Path) -> Signer:
    """Read a key.

    Raises Refused when anybody but its owner may read or write the file, Damaged when it is missing or is not
    a key.
    """
    try:
        with path.open() as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode) or mode & 0o077:
                raise Refused(
                    "The signing key may be read by others than its owner",
                    where=str(path),
                    todo=f"Run: chmod 600 {path}",
                )
            line = file.read(1000).strip()
    except FileNotFoundError:
        raise Damaged("The signing key is missing", where=str(path), todo="Restore it from a copy") from None
    except UnicodeDecodeError:
        line = ""
    name, digest, data = ([*line.removeprefix(PREFIX).split("+", 2), "", ""])[:3]
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if not line.startswith(PREFIX) or len(raw) != 33 or raw[:1] != ED25519:
        raise Damaged("This file is not a signing key", where=str(path), todo="Restore it from a copy")
    signer = Signer(name, Ed25519PrivateKey.from_private_bytes(raw[1:]))
    if digest != key_id(name, signer.verifier.public_key).hex():
        raise Damaged("The signing key contradicts its own hash", where=str(path), todo="Restore it from a copy")
    return signer
