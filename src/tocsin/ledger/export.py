r"""The text export: one record a line, each line canonical JSON, so that any line can be hashed as it stands.

    {"entries":2,"format":"tocsin-ledger-1","origin":"tocsin.local/…","record":"log"}
    {"body":{…},"leaf":{…},"record":"entry","salt":"…"}
    {"body":null,"leaf":{…},"record":"entry","salt":null}         body withheld or erased
    {"note":"tocsin.local/…\n2\n…","record":"checkpoint"}          stands after the entries it covers

``verify.py`` reads it too, in its own words. Here are the writer, a reader for what Tocsin itself does with an
export, and the proof of one entry in the same form.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tocsin.core.errors import Damaged, Refused
from tocsin.core.files import write_whole
from tocsin.ledger import canonical

FORMAT = "tocsin-ledger-1"


def log_line(origin: str, entries: int) -> bytes:
    """Return the first line: which log, and how many entries follow."""
    return _line({"record": "log", "format": FORMAT, "origin": origin, "entries": entries})


def entry_line(leaf: str, salt: str | None, body: str | None) -> bytes:
    """Return the line of an entry from its canonical leaf and, unless withheld, its salt (hex) and canonical body."""
    opened = body is not None and salt is not None
    return _line(
        {
            "record": "entry",
            "leaf": json.loads(leaf),
            "salt": salt if opened else None,
            "body": json.loads(body) if opened and body is not None else None,
        }
    )


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
