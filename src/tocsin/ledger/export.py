r"""The text export: one record a line, each line canonical JSON, so that any line can be hashed as it stands.

    {"checkpoints":1,"entries":2,"format":"tocsin-ledger-2","origin":"tocsin.local/…","record":"log"}
    {"body":{…},"leaf":{…},"record":"entry","salt":"…"}
    {"body":null,"leaf":{…},"record":"entry","salt":null}         body withheld or erased
    {"body":{…},"leaf":{…},"masked":{path: commitment},"record":"entry","salt":{path: salt}}   some fields masked
    {"note":"tocsin.local/…\n2\n…","record":"checkpoint"}          stands after the entries it covers

``verify.py`` reads it too, in its own words. Here are the writer, a reader for what Tocsin itself does with an
export, and the proof of one entry in the same form.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from tocsin.core.errors import Damaged, Refused
from tocsin.core.files import write_whole
from tocsin.ledger import canonical
from tocsin.ledger.leaf import field_commitments, field_salt
from tocsin.ledger.redaction import without

FORMAT = "tocsin-ledger-2"


def log_line(origin: str, entries: int, checkpoints: int) -> bytes:
    """Return the first line: which log, and how many entries and checkpoints follow."""
    counts = {"entries": entries, "checkpoints": checkpoints}
    return _line({"record": "log", "format": FORMAT, "origin": origin, **counts})


def entry_line(leaf: str, salt: str | None, body: str | None, *, masked: Collection[str] = ()) -> bytes:
    """Return the line of an entry from its canonical leaf and, unless withheld, its salt (hex) and canonical body.

    ``masked`` are the paths of fields to leave out of the body: then their commitments are given, and in place of the
    salt of the body, which would open them, the salts of the fields shown.
    """
    record: dict[str, Any] = {"record": "entry", "leaf": json.loads(leaf), "salt": None, "body": None}
    if body is not None and salt is not None:
        record |= {"salt": salt, "body": json.loads(body)}
        if masked:
            key, whole = bytes.fromhex(salt), record["body"]
            commitments = field_commitments(key, whole)
            record["masked"] = {path: commitments[path] for path in masked}
            record["salt"] = {path: field_salt(key, path).hex() for path in commitments if path not in set(masked)}
            record["body"] = without(whole, masked)
    return _line(record)


def checkpoint_line(note: str) -> bytes:
    """Return the line of a checkpoint, which stands right after the last entry it covers."""
    return _line({"record": "checkpoint", "note": note})


def proof_line(leaf: str, salt: str | None, body: str | None, path: Iterable[bytes], note: str) -> bytes:
    """Return the proof, alone in its file, that one entry stands in the tree of a checkpoint."""
    entry = json.loads(entry_line(leaf, salt, body))
    return _line({**entry, "record": "proof", "path": [part.hex() for part in path], "note": note})


def read(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the records of an export. Raises Damaged, naming the line, for one that is not canonical JSON.

    It checks form alone; what the records prove is for ``verify.py`` to say.
    """
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
            same = isinstance(record, dict) and _line(record) == line
        except (ValueError, RecursionError, Refused):
            same = False
        if not same:
            raise Damaged(f"Line {number} of the export is not a record in canonical JSON")
        yield record


def write(path: Path, lines: Iterable[bytes], *, replace: bool = False) -> None:
    """Write lines to a file that appears whole or not at all.

    Raises Refused when something stands there and ``replace`` is not asked for.
    """
    taken = Refused("There is a file of this name already", where=str(path), todo="Add --force to replace it")
    if path.exists() and not replace:
        raise taken
    try:
        write_whole(path, lines, replace=replace)
    except FileExistsError:
        raise taken from None
    except OSError as error:
        raise Refused(f"The export cannot be written: {error.strerror}", where=str(path)) from None


def _line(record: dict[str, Any]) -> bytes:
    return canonical.encode(record) + b"\n"
