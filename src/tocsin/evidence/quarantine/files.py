"""The files of a source of which rows are quarantined: the records of their tries say so, and name their bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from glob import escape
from pathlib import Path
from typing import Any

from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Misuse, Refused
from tocsin.evidence.sources import Part, source_ids
from tocsin.evidence.store import good, home, snapshot
from tocsin.evidence.store.came import came_as, part_of
from tocsin.evidence.store.files import read_json

MOST = 100
"""Files listed at once: a feed of quarters of an hour brings 35,000 a year."""
NONE = b'\n "quarantined": 0,'
"""What stands in the record of a try that set no row aside (``files.write_json``): most are, and need no parsing."""


@dataclass(frozen=True)
class File:
    """A file that came, by the record of its newest try. ``name`` is that record's own name, ``file`` the publisher's.

    ``rows`` is how many of its rows were set aside as it came. Refused files are here too: mended, one may be fit.
    """

    source_id: str
    name: str
    file: str
    sha256: str
    came_at: str
    outcome: str
    rows: int
    record: dict[str, Any] = field(repr=False)

    def parts(self, store: Path) -> list[Part]:
        """Return the publisher's bytes. Raises Damaged when they are gone, or are not what came."""
        return [part_of(store / self.source_id / "raw", part) for part in came_as(self.record)]

    def as_dict(self) -> dict[str, object]:
        """Return it as commands and pages show it."""
        return {n: getattr(self, n) for n in ("source_id", "name", "file", "sha256", "came_at", "outcome", "rows")}


def files(ctx: Context, source_id: str, before: str = "") -> list[File]:
    """Return the files of a source with quarantined rows, the newest first; of bytes that came twice, the last try.

    ``MOST`` at most: ``before`` is the name of the last one, to go on from there. Raises Misuse for a source that there
    is not, Damaged when a record cannot be read.
    """
    if source_id not in home.known(ctx):
        raise Misuse(f"{source_id[:40]!r} is not a source", todo=f"Choose one of {', '.join(home.known(ctx))}")
    folder = ctx.settings.store / source_id / "attempts"
    paths = sorted(folder.glob("*.json"), reverse=True) if folder.is_dir() else []
    return _newest(source_id, [p for p in paths if not before or p.stem < before], MOST)


def _newest(source_id: str, paths: Iterable[Path], most: int) -> list[File]:
    """Return the files of which the tries set rows aside, one for the same bytes, in the order of the tries."""
    found: dict[str, File] = {}
    for path in paths:
        if len(found) == most:
            break
        if NONE in path.read_bytes():
            continue
        record = read_json(path)
        # What was mended, or laid again, is the same file.
        if record.get("came_at") or record["sha256"] in found or not record.get("quarantined"):
            continue
        found[record["sha256"]] = _file(source_id, path, record)
    return list(found.values())


def bundled(ctx: Context, source_id: str) -> list[dict[str, Any]]:
    """Return what is known of the rows set aside in the bundled figures, while those are in force (``store.snapshot``).

    They cannot be opened: the publisher's file does not come with the program. Once it is loaded, they can.
    """
    loaded = source_id not in source_ids() or good.loads(ctx.settings.store, source_id)
    return [] if loaded else snapshot.set_aside(source_id)


def of_hash(ctx: Context, source_id: str, sha256: str) -> File:
    """Return a file by its whole hash, however many came since. Raises Damaged when the record of it is gone."""
    folder = ctx.settings.store / source_id / "attempts"
    for path in sorted(folder.glob(f"*-{sha256[:10]}.json"), reverse=True):
        record = read_json(path)
        if record["sha256"] == sha256 and not record.get("came_at"):
            return _file(source_id, path, record)
    raise Damaged("The record of a file that was mended is gone", where=str(folder), todo="Restore it from a backup")


def _file(source_id: str, path: Path, record: dict[str, Any]) -> File:
    return File(
        source_id,
        path.stem,
        str(record["file"]),
        str(record["sha256"]),
        str(record["at"]),
        str(record["outcome"]),
        int(record["quarantined"] or 0),
        record,
    )


def file_of(ctx: Context, source_id: str, name: str = "") -> File:
    """Return a file by what its name, or its hash, begins with; the newest when no name is given.

    Raises Refused when no row of the source is quarantined, Misuse when no file, or more than one, fits.
    """
    every = files(ctx, source_id)
    if not every:
        raise Refused(
            f"No row of {source_id} that came here is quarantined",
            todo=f"Rows set aside in the bundled figures open once its file is loaded: tocsin load {source_id} FILE",
        )
    if not name:
        return every[0]
    folder, asked = ctx.settings.store / source_id / "attempts", escape(name[:100])
    # A try is named by its moment and by how the hash of its file begins.
    named = {*folder.glob(f"{asked}*.json"), *folder.glob(f"*-{escape(name[:10])}*.json")}
    fits = _newest(source_id, sorted(named, reverse=True), 1000)
    fits = [f for f in fits if f.name.startswith(name) or f.sha256.startswith(name)]
    if len(fits) != 1:
        what = "fits more than one file" if fits else "is no file with quarantined rows"
        raise Misuse(f"{name[:80]!r} {what}", todo=f"List them: tocsin feeds quarantine list {source_id}")
    return fits[0]
