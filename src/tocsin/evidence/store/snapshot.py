"""The bundled open snapshot: compact tables of figures, a folder a licence, made by the readers users will use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import polars as pl

from tocsin.core.errors import Misuse, Refused
from tocsin.evidence.sources import FileRefused, Reading, SourceSpec, read, source_ids, spec
from tocsin.evidence.store.files import parquet_bytes, read_json, read_parquet, sha256, write_bytes, write_json
from tocsin.evidence.store.geography import world
from tocsin.evidence.store.merge import merged
from tocsin.evidence.store.sources_page import sources_page

INDEX = "snapshot.json"
LIMIT_BYTES = 6_000_000
FACTS = "facts"
"""The group of lists that are cited and not licensed."""
GAP = ("2021-07", "2024-12")
"""Months for which no open release of all three types is at hand: absent from the bundled figures, never zero."""

SHAPES = ("geo/countries-110m.json", "geo/countries-50m.json")


@dataclass(frozen=True)
class Built:
    """What was written."""

    folder: Path
    files: dict[str, int]
    bytes: int


def bundled() -> Path:
    """Return the folder of the snapshot that came with the program."""
    return Path(str(files("tocsin") / "data" / "snapshot"))


def build(source: Path, target: Path, now: datetime) -> Built:
    """Build the snapshot from publishers' files; the same files give the same bytes.

    Raises Misuse when a file is absent and Refused when one is not fit to bundle.
    """
    wanted = [f for source_id in source_ids() for f in spec(source_id).snapshot_files] + list(SHAPES)
    missing = [f for f in wanted if not (source / f).is_file()]
    if missing:
        raise Misuse(
            f"{len(missing)} files are absent, first {missing[0]}",
            where=str(source),
            todo="Give the folder that holds ucdp/, vdem/, …",
        )
    parts: dict[str, bytes] = {}
    index: dict[str, object] = {}
    for source_id in source_ids():
        declared = spec(source_id)
        readings = [_read(source_id, source / name, now) for name in declared.snapshot_files]
        entry: dict[str, object] = {
            "release": declared.release,
            "bundled_on": str(declared.bundled_on or now.date()),
            "tables": {},
            "inputs": [sha256((source / n).read_bytes()) for n in declared.snapshot_files],
        }
        for table in declared.laid:
            frame = _compact(merged([r.tables[table] for r in readings if table in r.tables], table), source_id)
            path = f"{declared.licence_group}/{source_id}__{table}.parquet"
            parts[path] = parquet_bytes(frame, smallest=True)
            entry["tables"][table] = {"path": path, "rows": frame.height, "sha256": sha256(parts[path])}  # type: ignore[index]
        entry["quarantined"] = sum(len(r.bad) for r in readings)
        if entry["quarantined"]:
            entry["set_aside"] = [
                line
                for n, r in zip(declared.snapshot_files, readings, strict=True)
                for line in _aside(source / n, r, declared)
            ]
        index[source_id] = entry
    parts["geography/world.json"] = world((source / SHAPES[0]).read_bytes(), (source / SHAPES[1]).read_bytes())
    total = sum(map(len, parts.values()))
    if total > LIMIT_BYTES:
        raise Refused(f"the snapshot would have {total:,} bytes; {LIMIT_BYTES:,} are allowed")
    for path, data in parts.items():
        write_bytes(target / path, data)
    write_bytes(target / "SOURCES.md", sources_page(index).encode())
    write_json(target / INDEX, index)
    return Built(target, {p: len(d) for p, d in sorted(parts.items())}, total)


def _read(source_id: str, path: Path, now: datetime) -> Reading:
    """Read one file for the snapshot; a refused file stops the build."""
    try:
        reading = read(source_id, path.read_bytes(), now, path.name)
    except FileRefused as refused:
        raise Refused(refused.issue.message, where=str(path)) from None
    if len(reading.bad) > 0.05 * reading.rows_in:
        raise Refused(f"{len(reading.bad):,} of {reading.rows_in:,} rows break a rule", where=str(path))
    return reading


def _aside(path: Path, reading: Reading, declared: SourceSpec) -> list[dict[str, object]]:
    """Return what is known of the rows of one file that are not in the figures: which rule each broke, and where.

    The file itself is not shipped, so that no more of them can be. A value goes with a list of facts in no case: where
    a figure may be passed on, the words around it may not be.
    """
    told = [i for i in reading.issues if i.weight == "row" and i.row in reading.bad]
    about = {"file": path.name, "sha256": sha256(path.read_bytes())}
    return [
        {
            **about,
            "row": i.row,
            "column": i.column,
            "rule": i.rule,
            "message": i.message,
            "value": None if declared.licence_group == FACTS else i.value,
        }
        for i in sorted(told, key=lambda i: (i.row or 0, i.rule, i.column or ""))
    ]


def _compact(frame: pl.DataFrame, source_id: str) -> pl.DataFrame:
    """Keep years from the declared first, months with events and none inside the gap; values to seven figures."""
    if "month" in frame.columns:
        return frame.filter(~pl.col("month").is_between(pl.lit(GAP[0]), pl.lit(GAP[1])), pl.col("events") > 0)
    if "indicator" in frame.columns:
        first = spec(source_id).snapshot_first_year
        return frame.filter(pl.col("year") >= first).with_columns(pl.col("value").round_sig_figs(7))
    return frame


def index() -> dict[str, dict[str, object]]:
    """Return the snapshot's index: release, tables and hashes by source."""
    return read_json(bundled() / INDEX)


def set_aside(source_id: str) -> list[dict[str, object]]:
    """Return what is known of the rows that were set aside when the figures of a source were bundled, none for most.

    Each has ``file``, ``sha256``, ``row``, ``column``, ``rule``, ``message`` and ``value`` (null where it may not go
    with the program).
    """
    return list(index().get(source_id, {}).get("set_aside", []))  # type: ignore[call-overload]


def table(source_id: str, name: str) -> pl.DataFrame:
    """Return one bundled table. Raises Damaged when it is not what was built."""
    entry = index()[source_id]["tables"][name]  # type: ignore[index]
    return read_parquet(bundled() / entry["path"], entry["sha256"])
