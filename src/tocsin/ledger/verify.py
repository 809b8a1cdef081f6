#!/usr/bin/env python3
# ruff: noqa: UP006, UP035, UP045, T201, PTH113, PTH123, DTZ001 - it must run on a bare Python 3.8
r"""Check an export of a Tocsin ledger, or the proof of one entry, without trusting whoever made it.

    python3 verify.py FILE --key KEY [--checkpoint OLD]...

Standard library only; it imports nothing of Tocsin and may be copied anywhere. KEY is a verifier key
(name+hash+base64) or a file whose last line is one; OLD is a checkpoint somebody outside has kept, and several may
follow one flag (--checkpoint kept/*.note) or each its own. Exit codes: 0 everything asked for holds, 1 it does not,
2 the command cannot be understood. Without OLD the most that can hold is that the file is consistent and signed:
that it is what stood there earlier is proved by nothing but a checkpoint held outside.

What is recomputed, in one pass over the file: that each line is canonical JSON (RFC 8785, no floats) and one of
the known records; that entries are numbered 0, 1, 2 ... without gap or repeat; that each body there is opens the
commitment in its leaf (see below); the Merkle tree of RFC 6962 over the leaves; at each checkpoint
(c2sp.org/tlog-checkpoint) its size, root and Ed25519 signature (RFC 8032, strict: canonical encodings, S < L, no
point of small order); and that every OLD is a root this very log once had. Bodies that are withheld or erased, and
single fields that are masked, are counted and are not a fault: their entries still stand in the tree, with their time
and kind. It is one long file on purpose: a stranger reads and copies one thing.

What a leaf commits to. Schema tocsin.leaf.1: SHA-256(salt || body). Schema tocsin.leaf.2: SHA-256("tocsin.body.2\n" ||
{path: commitment, ...}), where each field of the body (objects are gone into, lists are not) has a path, a JSON pointer
such as /by/post, and the commitment SHA-256(its salt || its value), its salt being BLAKE2b keyed with the
salt of the body over its path, 32 bytes. Of an entry
with masked fields the export gives the salts of those shown and the commitments of those hidden.
"""

import argparse
import base64
import datetime
import hashlib
import json
import os
import re
import sys
from typing import Any, BinaryIO, Dict, Iterator, List, NamedTuple, Optional, Tuple

FORMAT = "tocsin-ledger-2"
UNCOUNTED = "tocsin-ledger-1"  # before it: the first line did not say how many checkpoints follow
WHOLE, BY_FIELD = "tocsin.leaf.1", "tocsin.leaf.2"
LINE_BYTES_AT_MOST = 16 * 1024 * 1024
SIGNATURES_AT_MOST = 16
BODY_LABEL = b"tocsin.body.2\n"
HEX64 = re.compile(r"[0-9a-f]{64}\Z")
TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z\Z")
ENTRY_FIELDS = {"record", "leaf", "salt", "body"}
LEAF_FIELDS = {"commitment", "item", "kind", "schema", "seq", "time"}


class Fault(Exception):
    """Something in the file is not as it must be: one sentence without its full stop."""


class Misuse(Exception):
    """The command cannot be understood."""


class Key(NamedTuple):
    """A verifier key: its name, its four-byte identifier and its 32-byte public key."""

    name: str
    id: bytes
    public: bytes


class Note(NamedTuple):
    """A checkpoint with the text that was signed and its signatures (key name, identifier and signature)."""

    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: List[Tuple[str, bytes]]


class Report(NamedTuple):
    """What was found: sentences about faults, about what is and is not proved, and the verdict.

    ``holds`` tells whether everything asked for holds; ``outside`` how many checkpoints held outside were compared.
    """

    faults: List[str]
    findings: List[str]
    holds: bool
    outside: int


# --- Ed25519 verification (RFC 8032, section 5.1) ---------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)
Point = Tuple[int, int, int, int]  # extended coordinates X, Y, Z, T: x = X/Z, y = Y/Z, x*y = T/Z
IDENTITY = (0, 1, 1, 0)


def _add(a: Point, b: Point) -> Point:
    u, v = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = v - u, z - c, z + c, v + u
    return e * f % P, g * h % P, f * g % P, e * h % P


def _double(a: Point) -> Point:
    u, v, c = a[0] * a[0], a[1] * a[1], 2 * a[2] * a[2]
    h, g = u + v, u - v
    e, f = h - (a[0] + a[1]) ** 2, c + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def _decode(data: bytes) -> Optional[Point]:
    """Return the point of 32 bytes; None when there is none or it is not written in the one canonical way."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def _encode(a: Point) -> bytes:
    inverse = pow(a[2], P - 2, P)
    x, y = a[0] * inverse % P, a[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _small_order(a: Point) -> bool:
    a = _double(_double(_double(a)))
    return a[0] % P == 0 and (a[1] - a[2]) % P == 0


BASE = _decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a 64-byte signature of a message is that of a 32-byte public key.

    Stricter than RFC 8032 demands, so that one message has one signature: S must be below the group order, no
    point may be of small order, and the equation is checked without the cofactor, on the very bytes of R.
    """
    if len(public) != 32 or len(signature) != 64 or BASE is None:
        return False
    key, s = _decode(public), int.from_bytes(signature[32:], "little")
    if key is None or s >= L or _small_order(key):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    minus = (P - key[0], key[1], key[2], P - key[3])
    choice = [IDENTITY, BASE, minus, _add(BASE, minus)]
    result: Point = IDENTITY
    for bit in range(252, -1, -1):  # s*B - k*A, both at once
        result = _double(result)
        pick = (s >> bit & 1) | (k >> bit & 1) << 1
        if pick:
            result = _add(result, choice[pick])
    return _encode(result) == signature[:32] and not _small_order(result)


# --- The Merkle tree (RFC 6962, section 2.1) --------------------------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that is only added to: the roots of its complete subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks = []  # type: List[bytes]

    def add(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        self.peaks.append(leaf)
        self.size += 1
        count = self.size
        while count % 2 == 0:
            right = self.peaks.pop()
            self.peaks.append(node_hash(self.peaks.pop(), right))
            count //= 2

    def root(self) -> bytes:
        """Return the root as the tree stands."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        root = self.peaks[-1]
        for peak in self.peaks[-2::-1]:
            root = node_hash(peak, root)
        return root


def root_of_path(leaf: bytes, index: int, size: int, path: List[bytes]) -> Optional[bytes]:
    """Return the root that an audit path leads to (RFC 9162, section 2.1.3.2); None when it does not fit."""
    first, last = index, size - 1
    for part in path:
        if last == 0:
            return None
        if first & 1 or first == last:
            leaf = node_hash(part, leaf)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            leaf = node_hash(leaf, part)
        first, last = first >> 1, last >> 1
    return leaf if last == 0 else None


# --- Signed notes and keys (c2sp.org/signed-note, c2sp.org/tlog-checkpoint) -------------------------------------


def _base64(text: str) -> Optional[bytes]:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None


def read_note(note: str) -> Note:
    """Read a checkpoint. Raises Fault when it is not one."""
    text, blank, tail = note.rpartition("\n\n")
    lines, body = tail.split("\n"), text.split("\n")
    if not blank or lines.pop() != "" or not 1 <= len(lines) <= SIGNATURES_AT_MOST or len(body) != 3:
        raise Fault("the checkpoint is not a signed note of three lines, an empty line and signatures")
    root = _base64(body[2])
    if not body[0] or not re.match(r"(0|[1-9][0-9]{0,15})\Z", body[1]) or root is None or len(root) != 32:
        raise Fault("the checkpoint does not give origin, size and root, one a line")
    signatures = []
    for line in lines:
        words = line.split(" ")
        data = _base64(words[2]) if len(words) == 3 else None
        if words[0] != "\u2014" or data is None or len(data) < 5 or not words[1]:
            raise Fault("a signature line of the checkpoint is malformed")
        signatures.append((words[1], data))
    return Note(body[0], int(body[1]), root, (text + "\n").encode(), signatures)


def check_signature(note: Note, key: Key) -> None:
    """Raise Fault unless the note is signed by the key, rightly, and is of the key's log."""
    if note.origin != key.name:
        raise Fault(f"the checkpoint of {note.size} entries is of another log: {note.origin!a}")
    ours = [data[4:] for name, data in note.signatures if name == key.name and data[:4] == key.id]
    if not ours:
        raise Fault(f"the checkpoint of {note.size} entries is not signed by the key given")
    if not all(ed25519_verify(key.public, note.text, signature) for signature in ours):
        raise Fault(f"the signature on the checkpoint of {note.size} entries is wrong")


def read_key(text: str) -> Key:
    """Read a verifier key, or the file whose last line is one. Raises Misuse when it is not one."""
    if os.path.isfile(text):
        text = ([line for line in _read_text(text).splitlines() if line.strip()] or [""])[-1]
    name, _, rest = text.strip().partition("+")
    digest, _, encoded = rest.partition("+")
    data = _base64(encoded)
    if not name or re.search(r"\s", name) or data is None or len(data) != 33 or data[:1] != b"\x01":
        raise Misuse("--key is neither a verifier key (name+hash+base64) nor a file whose last line is one")
    key_id = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    if key_id.hex() != digest:
        raise Misuse("the verifier key contradicts its own hash: it was copied wrongly")
    return Key(name, key_id, data[1:])


def _read_text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read(1 << 20)
    except (OSError, UnicodeDecodeError) as error:
        raise Misuse(f"{path!a} cannot be read: {error}") from None


# --- Canonical JSON (RFC 8785 without floats) -------------------------------------------------------------------

_scalar = json.JSONEncoder(ensure_ascii=False).encode


def canonical(value: Any) -> bytes:
    """Return the canonical bytes of a JSON value without floats. Raises Fault when it has none."""
    try:
        return _canonical(value).encode()
    except UnicodeEncodeError:
        raise Fault("it holds half of a surrogate pair, which is not text") from None


def _canonical(value: Any) -> str:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join([_scalar(key) + ":" + _canonical(value[key]) for key in keys]) + "}"
    if isinstance(value, list):
        return "[" + ",".join([_canonical(part) for part in value]) + "]"
    if isinstance(value, int) and abs(value) > 2**53 - 1:
        raise Fault("it holds a whole number beyond 2**53 - 1")
    return _scalar(value)


_plain = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")).encode
_BEYOND = re.compile(b"[\xf0-\xff]")  # begins a character past U+FFFF, where UTF-16 sorts keys another way


def _pairs(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise Fault("an object in it has the same key twice")
    return value


def _no_number(text: str) -> Any:
    raise Fault(f"it holds the number {text[:40]}, and only whole numbers are allowed")


def _whole_number(text: str) -> int:
    value = int(text) if len(text) < 20 else 2**53
    if abs(value) > 2**53 - 1:
        raise Fault("it holds a whole number beyond 2**53 - 1")
    return value


_numbers = {"parse_float": _no_number, "parse_constant": _no_number, "parse_int": _whole_number}
_quick = json.JSONDecoder(**_numbers).decode
_careful = json.JSONDecoder(object_pairs_hook=_pairs, **_numbers).decode


def parse_line(raw: bytes) -> Dict[str, Any]:
    """Read one line of an export. Raises Fault unless it is one object in canonical JSON and a newline.

    What was read is written again in canonical form and must give the same bytes: then nothing was twice in it.
    """
    if not raw.endswith(b"\n"):
        raise Fault("the line is too long or cut off: it does not end in a newline")
    try:
        text = raw[:-1].decode()
        value = _quick(text)
        if _BEYOND.search(raw) or _plain(value) != text:
            value = _careful(text)  # slower, and says which rule is broken
            if canonical(value) != raw[:-1]:
                raise Fault("the line is JSON, but not in its canonical form (RFC 8785)")
    except (ValueError, RecursionError):
        raise Fault("the line is not JSON in UTF-8") from None
    if not isinstance(value, dict):
        raise Fault("the line is not an object")
    return value


def rewrite(value: Any) -> bytes:
    """Return the canonical bytes of a part of a line that was read."""
    if type(value) in (str, int):
        return _plain(value).encode() if type(value) is str else str(value).encode()
    data = _plain(value).encode()
    return canonical(value) if _BEYOND.search(data) else data


def check_leaf(leaf: Any) -> Dict[str, Any]:
    """Return a leaf whose fields are all there and of their form. Raises Fault."""
    if not isinstance(leaf, dict) or set(leaf) != LEAF_FIELDS:
        raise Fault("the leaf has not exactly the fields " + ", ".join(sorted(LEAF_FIELDS)))
    if leaf["schema"] not in (WHOLE, BY_FIELD):
        raise Fault(f"this verifier knows leaves of the schemas {WHOLE} and {BY_FIELD} only")
    whole = type(leaf["seq"]) is int and leaf["seq"] >= 0 and type(leaf["item"]) in (int, type(None))
    if not whole or not all(isinstance(leaf[name], str) for name in ("commitment", "kind", "time")):
        raise Fault("a field of the leaf is of the wrong kind")
    moment = TIME.match(leaf["time"])
    if not HEX64.match(leaf["commitment"]) or not moment or not leaf["kind"]:
        raise Fault("the commitment, kind or time of the leaf is malformed")
    try:
        datetime.datetime(*map(int, moment.groups()))  # type: ignore[arg-type]
    except ValueError:
        raise Fault("the time of the leaf is no moment") from None
    return leaf


def fields(body: Dict[str, Any], prefix: str = "") -> Iterator[Tuple[str, Any]]:
    """Yield each field of a body with its path: objects are gone into, lists and empty objects are not."""
    for key, value in body.items():
        path = prefix + "/" + key.replace("~", "~0").replace("/", "~1")
        if isinstance(value, dict) and value:
            yield from fields(value, path)
        else:
            yield path, value


def open_body(record: Dict[str, Any], leaf: Dict[str, Any]) -> Optional[bool]:
    """Tell whether the body opens the leaf's commitment; None when it is withheld."""
    salt, body, masked = record["salt"], record["body"], record.get("masked")
    if salt is None and body is None and masked is None:
        return None
    by_field = leaf["schema"] == BY_FIELD
    if masked is not None and not (by_field and _hashes(masked) and masked and _hashes(salt)):
        raise Fault("masked fields and the salts of those shown must be hashes by path, under a leaf of tocsin.leaf.2")
    if (masked is None and not (isinstance(salt, str) and HEX64.match(salt))) or not isinstance(body, dict):
        raise Fault("salt and body must be 32 bytes in hex and an object, or both null")
    if not by_field:
        return hashlib.sha256(bytes.fromhex(salt) + rewrite(body)).hexdigest() == leaf["commitment"]
    shown = dict(fields(body))
    if masked is None:
        key = bytes.fromhex(salt)
        salts = {path: hashlib.blake2b(path.encode(), key=key, digest_size=32).digest() for path in shown}
    else:
        salts = {path: bytes.fromhex(part) for path, part in salt.items()}
        if set(salts) != set(shown) or set(masked) & set(shown):
            raise Fault("the fields shown, their salts and the fields masked do not go together")
    listed = {path: hashlib.sha256(salts[path] + rewrite(value)).hexdigest() for path, value in shown.items()}
    return hashlib.sha256(BODY_LABEL + rewrite({**listed, **(masked or {})})).hexdigest() == leaf["commitment"]


def _hashes(value: Any) -> bool:
    """Tell whether a value is an object of hashes in hex."""
    return isinstance(value, dict) and all(isinstance(part, str) and HEX64.match(part) for part in value.values())


# --- The file ---------------------------------------------------------------------------------------------------


class Export:
    """One pass over an export: ``read`` each line, then ``finish``. Faults are collected with their line."""

    def __init__(self, key: Optional[Key], olds: List[Tuple[str, Note]]) -> None:
        self.key, self.olds = key, olds
        self.due = {}  # type: Dict[int, List[Tuple[str, Note]]]
        self.tree, self.faults, self.line = Tree(), [], 0  # type: Tree, List[str], int
        self.origin, self.entries, self.notes = "", None, None  # type: str, Optional[int], Optional[int]
        self.seen = 0
        self.signed = -1
        self.opened = self.withheld = self.partly = self.fields = self.backwards = 0
        self.first = self.last = ""
        self.hidden = []  # type: List[Tuple[int, str]]
        for name, old in olds:
            self.due.setdefault(old.size, []).append((name, old))
            self.ask_signature(f"Checkpoint {name}", old)

    def fault(self, sentence: str) -> None:
        """Keep a fault that does not stop the reading."""
        self.faults.append(f"Line {self.line}: {sentence}.")

    def ask_signature(self, where: str, note: Note) -> None:
        """Keep a fault when a key was given and the note is not rightly signed by it."""
        try:
            if self.key:
                check_signature(note, self.key)
        except Fault as fault:
            self.faults.append(f"{where}: {fault}.")

    def read(self, raw: bytes) -> None:
        """Take the next line. Raises Fault when nothing after it can be judged."""
        self.line += 1
        record = parse_line(raw)
        kind = record.get("record")
        if (self.entries is None) != (kind == "log"):
            raise Fault("the first record, and only the first, must describe the log")
        if kind == "log" and set(record) - {"checkpoints"} == {"record", "format", "origin", "entries"}:
            self._log(record)
        elif kind == "entry" and set(record) - {"masked"} == ENTRY_FIELDS:
            self._entry(record)
        elif kind == "checkpoint" and set(record) == {"record", "note"} and isinstance(record["note"], str):
            self._checkpoint(read_note(record["note"]))
        else:
            raise Fault("this is not a record of an export")

    def _log(self, record: Dict[str, Any]) -> None:
        if record["format"] not in (FORMAT, UNCOUNTED):
            raise Fault(f"this verifier reads exports of the formats {UNCOUNTED} and {FORMAT} only")
        self.origin, self.entries, self.notes = record["origin"], record["entries"], record.get("checkpoints")
        counted = type(self.notes) is int if record["format"] == FORMAT else "checkpoints" not in record
        if type(self.origin) is not str or type(self.entries) is not int or self.entries < 0 or not counted:
            raise Fault("the description of the log is malformed")
        if self.key and self.origin != self.key.name:
            raise Fault(f"the export is of the log {self.origin!a} and the key of {self.key.name!a}")
        self._compare_olds()

    def _entry(self, record: Dict[str, Any]) -> None:
        leaf, due = check_leaf(record["leaf"]), self.tree.size
        seq = leaf["seq"]
        if seq > due:
            raise Fault(f"entry {due} is missing: entry {seq} stands in its place")
        if seq < due:
            raise Fault(f"entry {seq} stands here again or out of order: entry {due} was due")
        opened = open_body(record, leaf)
        if opened is False:
            self.fault(f"the body of entry {seq} is not the one its leaf commits to")
        if opened is None or "masked" in record:
            self._hidden(seq, leaf["time"], record.get("masked"))
        self.opened += opened is True and "masked" not in record
        self.backwards += leaf["time"] < self.last
        self.first, self.last = self.first or leaf["time"], max(self.last, leaf["time"])
        self.tree.add(leaf_hash(rewrite(leaf)))
        self._compare_olds()

    def _hidden(self, seq: int, time: str, masked: Optional[Dict[str, str]]) -> None:
        """Count an entry of which something is not shown; keep the first of them and the last."""
        self.withheld += masked is None
        self.partly += masked is not None
        self.fields += len(masked or ())
        self.hidden[1:] = [(seq, time)]
        self.hidden = self.hidden[:2]

    def _checkpoint(self, note: Note) -> None:
        if note.size != self.tree.size or note.size <= self.signed:
            raise Fault(f"a checkpoint of {note.size} entries stands after {self.tree.size} entries")
        if note.origin != self.origin:
            raise Fault(f"the checkpoint is of another log: {note.origin!a}")
        if note.root != self.tree.root():
            since = max(self.signed, 0)
            raise Fault(f"entries {since} to {note.size - 1} are not what was signed: the root is another")
        self.ask_signature(f"Line {self.line}", note)
        self.signed = note.size
        self.seen += 1

    def _compare_olds(self) -> None:
        for name, old in self.due.get(self.tree.size, []):
            if old.root != self.tree.root():
                self.fault(f"the first {old.size} entries are not those of checkpoint {name}, held outside")

    def finish(self) -> None:
        """Judge the file as a whole."""
        size = self.tree.size
        if self.entries is None:
            raise Fault("the file is empty")
        if size != self.entries:
            self.fault(f"the file ends after {size} entries and should hold {self.entries}")
        if self.notes is not None and self.seen != self.notes:
            self.fault(f"the file holds {self.seen} checkpoints and should hold {self.notes}")
        if self.signed < size:
            self.fault(f"entries from {max(self.signed, 0)} on stand under no checkpoint")
        for name, old in self.olds:
            if old.size > size:
                self.fault(f"checkpoint {name}, held outside, covers {old.size} entries and the file {size}")


def verify(file: BinaryIO, key: Optional[Key], olds: List[Tuple[str, Note]]) -> Report:
    """Check an export, or the proof of one entry, read from a file opened in binary mode."""
    export = Export(key, olds)
    findings = []  # type: List[str]
    raw = file.readline(LINE_BYTES_AT_MOST)
    try:
        if raw.endswith(b'"record":"proof","salt":null}\n') or b'"record":"proof","salt":"' in raw[-200:]:
            export.line = 1
            findings = _verify_proof(parse_line(raw), file.read(1), export)
        else:
            while raw:
                export.read(raw)
                raw = file.readline(LINE_BYTES_AT_MOST)
            export.finish()
            findings = _findings(export)
    except Fault as fault:
        export.fault(str(fault))
    clean = not export.faults
    return Report(export.faults, findings if clean else [], clean and key is not None, len(olds))


def _verify_proof(record: Dict[str, Any], more: bytes, export: Export) -> List[str]:
    """Check that one entry stands in the tree of a checkpoint; return what that shows."""
    fields = ENTRY_FIELDS | {"path", "note"}
    if set(record) - {"masked"} != fields or record["record"] != "proof" or not isinstance(record["note"], str) or more:
        raise Fault("this is not the proof of one entry, alone in its file")
    leaf, note, path = check_leaf(record["leaf"]), read_note(record["note"]), record["path"]
    if not isinstance(path, list) or not all(isinstance(part, str) and HEX64.match(part) for part in path):
        raise Fault("the path is not a list of hashes")
    seq, opened, parts = leaf["seq"], open_body(record, leaf), [bytes.fromhex(part) for part in path]
    if opened is False:
        export.fault(f"the body of entry {seq} is not the one its leaf commits to")
    if seq >= note.size or root_of_path(leaf_hash(canonical(leaf)), seq, note.size, parts) != note.root:
        export.fault(f"the path does not lead from entry {seq} to the root of the checkpoint")
    export.ask_signature("Line 1", note)
    for name, old in export.olds:
        if (old.size, old.root) != (note.size, note.root):
            export.fault(f"checkpoint {name} is not the one of this proof: compare it with a full export")
    body = "its body is withheld" if opened is None else "its body is the one committed to"
    if record.get("masked"):
        body = f"its body is the one committed to, {len(record['masked'])} of its fields masked"
    return [f"Entry {seq} ({leaf['kind']!a}, {leaf['time']}) stands in the log of {note.size} entries; {body}."]


def _findings(export: Export) -> List[str]:
    """Say what the pass has shown and what it cannot show."""
    size, sizes = export.tree.size, sorted(old.size for _, old in export.olds)
    said = [f"{size} entries of {export.origin!a}, root {export.tree.root().hex()}."]
    said.append(f"{export.opened} bodies open their commitments; {export.withheld} are withheld or erased.")
    if export.partly:
        said.append(f"{export.partly} more open in part: {export.fields} of their fields are masked.")
    if export.hidden:
        first, last = export.hidden[0], export.hidden[-1]
        said.append(f"What is hidden stands in entries {first[0]} to {last[0]}, dated {first[1]} to {last[1]}.")
        said.append("Each hidden entry is proved to exist, under its number, kind and time; none was left out.")
    if size:
        said.append(f"Entries are dated {export.first} to {export.last} by the log's own word.")
    if export.backwards:
        said.append(f"{export.backwards} entries bear an earlier time than one before them: a clock was moved.")
    if not sizes:
        said.append("No checkpoint held outside was given: who holds database and key can have rewritten it all.")
        return said
    said.append(f"The first {sizes[0]} entries stood so when the oldest checkpoint given was taken,")
    said.append(f"the first {sizes[-1]} when the newest was; {size - sizes[-1]} later ones rest on the key alone.")
    return said


def main(arguments: Optional[List[str]] = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description="Check an export of a Tocsin ledger without trusting its maker.")
    parser.add_argument("file", metavar="FILE", help="the export, or the proof of one entry")
    parser.add_argument("--key", metavar="KEY", help="verifier key, or a file whose last line is one")
    held = "checkpoints held outside; the flag may be repeated"
    # A list of lists, and not action="extend": both spellings work on any Python 3.
    parser.add_argument("--checkpoint", metavar="OLD", action="append", nargs="+", default=[], help=held)
    options = parser.parse_args(arguments)
    try:
        key = read_key(options.key) if options.key is not None else None
        olds = [(ascii(path), read_old(path)) for paths in options.checkpoint for path in paths]
        with open(options.file, "rb") as file:
            report = verify(file, key, olds)
    except Misuse as error:
        print(f"verify.py: {error}.", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"verify.py: {options.file!a} cannot be read: {error.strerror}.", file=sys.stderr)
        return 2
    print("\n".join(sentences(report, key)))
    return 0 if report.holds else 1


def sentences(report: Report, key: Optional[Key]) -> List[str]:
    """Return a report as lines for a person; the last one is the verdict."""
    said = [f"FAULT. {fault}" for fault in report.faults] + report.findings
    if report.holds and key is not None and report.outside:
        said.append("Nothing is proved before the oldest checkpoint held outside.")
        said.append(f"PROVED: signed by {key.name!a}, and it agrees with every checkpoint given.")
    elif report.holds and key is not None:
        said.append(f"CONSISTENT AND SIGNED by {key.name!a}. Nothing is proved before a checkpoint held outside.")
    elif report.faults:
        said.append(f"NOT PROVED: {len(report.faults)} fault{'s' * (len(report.faults) > 1)} found.")
    else:
        said.append("NOT PROVED: internally consistent, author unknown. Give --key to check who signed it.")
    return said


def read_old(path: str) -> Note:
    """Read the file of a checkpoint held outside. Raises Misuse when it is not one."""
    try:
        return read_note(_read_text(path))
    except Fault as fault:
        raise Misuse(f"{path!a} is not a checkpoint: {fault}") from None


if __name__ == "__main__":
    sys.exit(main())
