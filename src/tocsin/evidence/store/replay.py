"""Rebuild every table of the store from the bytes that came, in the order in which they came, and compare.

A replay judges each file as it was judged: at its moment, by the same rules, on what was in force then. What it makes
must be what is there, byte for byte; where it is not, the reader, the rules or the store has changed since.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from tocsin.core.clock import FixedClock, parse_time
from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Misuse, TocsinError
from tocsin.evidence.engines import partitions
from tocsin.evidence.sources import Part
from tocsin.evidence.store import by_month, taken_back
from tocsin.evidence.store.came import came_as, mend_of, part_of
from tocsin.evidence.store.files import read_json, sha256, write_bytes, write_json
from tocsin.evidence.store.load import take
from tocsin.evidence.store.mended import Mend

State = Literal["same", "differs", "absent", "left-over"]
"""same: byte for byte; differs: other bytes stand in the store; absent: only the replay has it; left-over: only the
store has it."""


@dataclass
class Replayed:
    """What a replay found, one line a load; ``lost`` are tries whose bytes are gone or are not what came."""

    loads: list[dict[str, str]] = field(default_factory=list)
    lost: list[dict[str, str]] = field(default_factory=list)
    put_back: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Whether every table in the store follows from the bytes that came."""
        return not self.lost and all(line["state"] == "same" for line in self.loads)


def replay(ctx: Context, to: Path | None = None, *, put_back: bool = False) -> Replayed:
    """Rebuild the store from its snapshots: into a new folder ``to``, or only to compare.

    ``put_back`` lays loads that are absent or not as written back into the store; what stood there is kept beside.
    Raises Misuse when ``to`` holds something already.
    """
    if to is not None and to.exists() and any(to.iterdir()):
        raise Misuse(f"{to} holds something already", todo="Name a new folder")
    store = ctx.settings.store
    if not store.is_dir():
        return Replayed()
    target = to or Path(tempfile.mkdtemp(prefix=".replay-", dir=store.parent))
    try:
        found = Replayed()
        for source_id in sorted(p.parent.name for p in store.glob("*/attempts")):
            _source(ctx, source_id, target, found)
            _compare(store / source_id, target / "store" / source_id, source_id, found)
            if put_back:
                _put_back(store / source_id, target / "store" / source_id, source_id, found)
        return found
    finally:
        if to is None:
            shutil.rmtree(target, ignore_errors=True)


def _source(ctx: Context, source_id: str, home: Path, found: Replayed) -> None:
    """Load every file of a source again, each at its moment."""
    folder = ctx.settings.store / source_id
    settings = ctx.settings.model_copy(update={"home": home})
    records = sorted((folder / "attempts").glob("*.json"))
    for number, path in enumerate(records, start=1):
        record = read_json(path)
        try:
            parts = [part_of(folder / "raw", part) for part in came_as(record)]
            mend = mend_of(folder / "raw", record)
            _notes(folder / "raw", home / "store" / source_id / "raw", [*parts, *([mend] if mend else [])])
        except Damaged as damaged:
            found.lost.append({"source": source_id, "file": str(record["file"]), "what": damaged.sentence()})
            continue
        moment = parse_time(str(record["at"]))
        _takings_back(folder, home / "store" / source_id, number - 1)
        _mappings(ctx.settings.home / "sources" / source_id, home / "sources" / source_id, str(record["at"]))
        at = Context(settings=settings, clock=FixedClock(moment))
        published = record.get("published")
        try:
            take(
                at,
                source_id,
                parts,
                str(record["by"]),
                origin=str(record.get("origin", "")),
                replacing=str(record.get("replacing", "")),
                published=date.fromisoformat(published) if published else None,
                mend=mend,
                came_at=str(record.get("came_at", "")),
            )
        except TocsinError as error:
            found.lost.append({"source": source_id, "file": str(record["file"]), "what": error.sentence()})
        ctx.progress(f"{source_id}: {number} of {len(records)} files read again")
    _takings_back(folder, home / "store" / source_id, len(records))


def _notes(raw: Path, target: Path, came: Sequence[Part | Mend]) -> None:
    """Copy what is written beside the bytes: the question's address, the answer's headers and version, its moment.

    A file that was loaded says no more of the answer it came as.
    """
    target.mkdir(parents=True, exist_ok=True)
    for one in came:
        name = f"{one.sha256}.json"
        if (raw / name).is_file() and not (target / name).exists():
            shutil.copyfile(raw / name, target / name)


def _takings_back(folder: Path, target: Path, tries: int) -> None:
    """Take back what had been taken back when so many tries had been made."""
    for name, record in taken_back.of(folder.parent, folder.name).items():
        there = target / taken_back.FOLDER / f"{name}.json"
        if int(record["after"]) <= tries and not there.exists():
            write_json(there, record)
            load = target / "loads" / name
            if (load / "load.json").exists():
                by_month.take_out({**read_json(load / "load.json"), "folder": str(load)})


def _mappings(source: Path, target: Path, moment: str) -> None:
    """Copy the mappings of a source of this home that were there by a moment."""
    until = moment.replace("-", "").replace(":", "")
    for path in sorted(source.glob("*.yml")) if source.is_dir() else []:
        if path.name.partition("-")[0] <= until and not (target / path.name).exists():
            target.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / path.name)


def _loads(folder: Path) -> dict[str, Path]:
    """Return the loads of a source by name."""
    found = (folder / "loads").iterdir() if (folder / "loads").is_dir() else ()
    return {p.name: p for p in sorted(found) if p.is_dir() and not p.name.startswith(".")}


def _bytes(folder: Path) -> dict[str, bytes]:
    """Return every file of a load."""
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file()}


def _compare(there: Path, again: Path, source_id: str, found: Replayed) -> None:
    """Compare what is in the store with what the replay made."""
    old, new = _loads(there), _loads(again)
    for name in sorted({*old, *new}):
        state: State = "left-over" if name not in new else "absent" if name not in old else "same"
        if state == "same" and (changed := list(_changed(old[name], new[name]))):
            found.loads.append({"source": source_id, "load": name, "state": "differs", "files": ", ".join(changed)})
        else:
            found.loads.append({"source": source_id, "load": name, "state": state, "files": ""})
    _compare_months(there / by_month.MONTHS, again / by_month.MONTHS, source_id, found)


def _compare_months(there: Path, again: Path, source_id: str, found: Replayed) -> None:
    """Compare the parts of every month that is kept by month: which of them count, and their bytes."""
    old, new = partitions.index(there), partitions.index(again)
    for month in sorted({*old, *new}):
        state: State = "left-over" if month not in new else "absent" if month not in old else "same"
        wrong = [e["file"] for e in old.get(month, {}).values() if not _whole(there / e["file"], e["sha256"])]
        if state == "same" and (wrong or old[month] != new[month]):
            state = "differs"
        line = {"source": source_id, "load": f"{by_month.MONTHS}/{month}", "state": state}
        found.loads.append({**line, "files": ", ".join(wrong)})


def _whole(file: Path, digest: str) -> bool:
    """Whether a part is there as it was written."""
    return file.is_file() and sha256(file.read_bytes()) == digest


def _changed(old: Path, new: Path) -> Iterator[str]:
    """Yield the names of files that are not the same in both."""
    was, now = _bytes(old), _bytes(new)
    yield from (name for name in sorted({*was, *now}) if was.get(name) != now.get(name))


def _put_back(there: Path, again: Path, source_id: str, found: Replayed) -> None:
    """Lay absent and damaged loads back. A load that is as written, but judged otherwise today, is left alone."""
    old, new = _loads(there), _loads(again)
    for name, made in new.items():
        held = old.get(name)
        if held is not None and (_as_written(held) or not list(_changed(held, made))):
            continue
        (there / "loads").mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=".building-", dir=there / "loads"))
        shutil.copytree(made, building, dirs_exist_ok=True)
        if held is not None:
            held.rename(held.with_name(f".damaged-{name}"))
        building.rename(there / "loads" / name)
        found.put_back.append(f"{source_id}/{name}")
    _put_back_months(there / by_month.MONTHS, again / by_month.MONTHS, source_id, found)


def _put_back_months(there: Path, again: Path, source_id: str, found: Replayed) -> None:
    """Lay parts of months back that are gone or damaged, and the list of parts when it is gone."""
    old, new = partitions.index(there), partitions.index(again)
    for month, parts in new.items():
        held = old.get(month, {}) if old else parts
        for entry in parts.values():
            if entry in held.values() and not _whole(there / entry["file"], entry["sha256"]):
                write_bytes(there / entry["file"], (again / entry["file"]).read_bytes())
                found.put_back.append(f"{source_id}/{by_month.MONTHS}/{entry['file']}")
    if new and not old:
        write_bytes(there / partitions.INDEX, (again / partitions.INDEX).read_bytes())
        found.put_back.append(f"{source_id}/{by_month.MONTHS}/{partitions.INDEX}")


def _as_written(folder: Path) -> bool:
    """Whether every table of a load has the hash that its record says."""
    try:
        record = read_json(folder / "load.json")
        entries = [*record["tables"].values(), *record.get("said", {}).values()]
        return all(sha256((folder / e["path"]).read_bytes()) == e["sha256"] for e in entries)
    except (Damaged, OSError, KeyError, TypeError):
        return False
