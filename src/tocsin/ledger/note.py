"""Signed notes (c2sp.org/signed-note) holding checkpoints (c2sp.org/tlog-checkpoint), signed with Ed25519.

A checkpoint is three lines of text (origin, number of leaves, root in base64), an empty line and a signature
line. Any tool that reads Go's ``sumdb`` notes reads these.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tocsin.core.errors import Damaged, Misuse

ED25519 = b"\x01"
"""The signature type byte that signed-note assigns to Ed25519."""
NAME = re.compile(r"[^\s+\x00-\x1f]+")
SIGNATURES_AT_MOST = 16


def key_id(name: str, public_key: bytes) -> bytes:
    """Return the four bytes that tell keys of one name apart."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:4]


@dataclass(frozen=True)
class Verifier:
    """Who a note must be signed by: a key name and its 32-byte public key."""

    name: str
    public_key: bytes

    def __str__(self) -> str:
        """Return the verifier key as text: ``name+hash+base64``."""
        data = base64.b64encode(ED25519 + self.public_key).decode()
        return f"{self.name}+{key_id(self.name, self.public_key).hex()}+{data}"

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Read a verifier key. Raises Misuse when it is not one."""
        name, _, rest = text.strip().partition("+")
        digest, _, data = rest.partition("+")
        raw = _decode(data)
        if not NAME.fullmatch(name) or raw is None or len(raw) != 33 or raw[:1] != ED25519:
            raise Misuse("This is not a verifier key", todo="It has the form name+hash+base64; see tocsin ledger key")
        verifier = cls(name, raw[1:])
        if digest != key_id(name, raw[1:]).hex():
            raise Misuse("The verifier key contradicts its own hash: it was copied wrongly")
        return verifier


@dataclass(frozen=True)
class Signer:
    """A key name and the Ed25519 private key that signs under it."""

    name: str
    private_key: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.private_key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """Return the signed note over a text, which must end in a newline."""
        if not text.endswith("\n"):
            raise ValueError("the text of a note ends in a newline")
        signature = key_id(self.name, self.verifier.public_key) + self.private_key.sign(text.encode())
        return f"{text}\n— {self.name} {base64.b64encode(signature).decode()}\n"


@dataclass(frozen=True)
class Checkpoint:
    """What a log commits to: its origin, its number of leaves and its root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def sign_checkpoint(signer: Signer, size: int, root: bytes) -> str:
    """Return the signed note of a tree; the key name is the origin, as tlog-checkpoint advises."""
    return signer.sign(Checkpoint(signer.name, size, root).text())


def open_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """Return the checkpoint of a note after checking its signature.

    Signatures of other keys are passed over, as signed-note demands. Raises Damaged when the note is malformed,
    is not signed by this key, or the signature is wrong.
    """
    checkpoint, text, signatures = _parse(note)
    wanted = key_id(verifier.name, verifier.public_key)
    found = False
    for name, signature in signatures:
        if name != verifier.name or signature[:4] != wanted:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(verifier.public_key).verify(signature[4:], text.encode())
        except InvalidSignature:
            raise Damaged(f"The signature of {name} on the checkpoint of size {checkpoint.size} is wrong") from None
        found = True
    if not found:
        raise Damaged(f"The checkpoint of size {checkpoint.size} is not signed by {verifier.name}")
    if checkpoint.origin != verifier.name:
        raise Damaged(f"The checkpoint is of the log {checkpoint.origin}, not of {verifier.name}")
    return checkpoint


def _parse(note: str) -> tuple[Checkpoint, str, list[tuple[str, bytes]]]:
    text, blank, tail = note.rpartition("\n\n")
    lines = tail.split("\n")
    if not blank or lines.pop() or not lines or len(lines) > SIGNATURES_AT_MOST:
        raise Damaged("This is not a signed note: text, an empty line, then signature lines")
    signatures = []
    for line in lines:
        dash, name, data, *more = [*line.split(" "), "", ""]
        raw = _decode(data)
        if dash != "—" or not NAME.fullmatch(name) or raw is None or len(raw) < 5 or any(more):
            raise Damaged("A signature line of the note is malformed")
        signatures.append((name, raw))
    body = text.split("\n")
    root = _decode(body[2]) if len(body) == 3 else None
    if root is None or len(root) != 32 or not body[0] or not re.fullmatch(r"0|[1-9][0-9]{0,15}", body[1]):
        raise Damaged("The note is not a checkpoint: origin, size and root, one a line")
    return Checkpoint(body[0], int(body[1]), root), text + "\n", signatures


def _decode(data: str) -> bytes | None:
    """Return what standard base64 encodes; None unless it is written in the one canonical way."""
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == data else None
