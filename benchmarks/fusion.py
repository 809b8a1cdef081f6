"""How well reports are joined, on real events whose answer is known: UCDP against itself, the number hidden.

    python benchmarks/fusion.py FOLDER          (a folder with UCDP's own files, as their publisher has them)

Two questions, with the rule in force and nothing fitted to the answer. One: an event that stands in two files under one
number is one event; any two of different numbers are two. Each file is a publication of its own and the numbers are
dealt anew, so that joining sees none. Told: joins that are right and wrong, true pairs that are asked about, and what
base rate that stands against: how many of the pairs near enough to be compared are true. Rows that both files tell to
the letter are easy, and are counted apart. Two: the events of one file are certainly different, all of them. Dealt to
two publications by lot, so that none has its partner, every join is false and every question is in vain.
Prints figures; passes or fails nothing. One publisher's two files agree more than two publishers do.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tocsin.catalog.fusion import rules
from tocsin.evidence.events.blocks import candidates
from tocsin.evidence.events.compare import bar
from tocsin.evidence.events.fuse import Fused, fuse
from tocsin.evidence.events.report import Report, report
from tocsin.evidence.sources import FileRefused, read

SEED = 20101020
NOW = datetime(2026, 11, 27, tzinfo=UTC)
ENDINGS = (".csv", ".xlsx", ".parquet", ".zip")
ENOUGH = 3
"""Events in common from which on two files are laid beside one another."""
Truth = dict[str, str]
"""The publisher's number of each report, by ``ref``."""


def opened(path: Path) -> list[dict[str, Any]]:
    """Return the events of a file as its reader gives them; none when it is no file of events."""
    try:
        reading = read("ucdp_ged", path.read_bytes(), NOW, path.name)
    except FileRefused as refused:
        print(f"  {path.name}: not read ({refused.issue.message[:90]})")
        return []
    table = reading.tables.get("events")
    rows = [] if table is None else table.to_dicts()
    placed = sum(row["latitude"] is not None for row in rows)
    print(f"  {path.name}: {len(rows):,} events, {placed:,} with coordinates, release {reading.release}")
    return rows if placed else []


def hidden(rows: Iterable[dict[str, Any]], voice: str, chance: random.Random) -> tuple[list[Report], Truth]:
    """Return events as the reports of a publication with numbers of its own, and whose number each had."""
    dealt = list(rows)
    chance.shuffle(dealt)
    truth, reports = {}, []
    for number, row in enumerate(dealt):
        one = report({**row, "source_id": voice, "event_id": f"{number}"})
        reports.append(one)
        truth[one.ref] = str(row["event_id"])
    return reports, truth


def pairs_of(fused: Fused) -> list[tuple[str, str]]:
    """Return the pairs that were joined."""
    return [(a, b) for event in fused.events for i, a in enumerate(event) for b in event[i + 1 :]]


def share(part: int, whole: int) -> str:
    """Return a part of a whole with its percentage."""
    return f"{part:,} of {whole:,}" + (f" ({part / whole:.1%})" if whole else "")


def beside(name: str, first: list[dict[str, Any]], second: list[dict[str, Any]]) -> list[int]:
    """Lay two files beside one another and tell how their common events are joined; return the counts."""
    chance = random.Random(SEED)
    (one, a), (two, b) = hidden(first, "one", chance), hidden(second, "two", chance)
    number, reports = a | b, [*one, *two]
    common = set(a.values()) & set(b.values())
    apart = {row["event_id"]: _told(row) for row in first if row["event_id"] in common}
    easy = {row["event_id"] for row in second if row["event_id"] in common and apart[row["event_id"]] == _told(row)}
    began = time.process_time()
    fused = fuse(reports)
    took = time.process_time() - began
    joins = pairs_of(fused)
    right_ones = [number[x] for x, y in joins if number[x] == number[y]]
    asked_ones = [number[x] for x, y in fused.unsure if number[x] == number[y]]
    right, asked, hard = len(right_ones), len(asked_ones), len(common - easy)
    right_hard, asked_hard = len(set(right_ones) - easy), len(set(asked_ones) - easy)
    compared = [(x, y) for x, y in candidates(reports, rules()) if not bar(x, y, rules())]
    base = sum(number[x.ref] == number[y.ref] for x, y in compared)
    print(
        f"  {name}: {len(one):,} and {len(two):,} reports, {len(common):,} true pairs, {len(easy):,} told to the letter"
    )
    print(f"    base rate: of the pairs near enough to be compared, {share(base, len(compared))} are true")
    print(f"    joined unasked {len(joins):,}: right {share(right, len(joins))}, wrong {len(joins) - right:,}")
    print(
        f"    true pairs: joined {share(right, len(common))}, asked {share(asked, len(common))}, "
        f"neither {len(common) - right - asked:,}"
    )
    print(f"    asked in all {len(fused.unsure):,}; {len(reports) / took:,.0f} reports a second of the processor")
    return [len(common), len(joins), right, asked, len(fused.unsure), base, len(compared), hard, right_hard, asked_hard]


def _told(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[c] for c in sorted(row) if c not in ("release", "source_id"))


def different(name: str, rows: list[dict[str, Any]]) -> list[int]:
    """Deal one file's events to two publications: count the false joins and the questions; return the counts."""
    chance = random.Random(SEED)
    sides = [chance.random() < 0.5 for _ in rows]
    one, _ = hidden([r for r, left in zip(rows, sides, strict=True) if left], "one", chance)
    two, _ = hidden([r for r, left in zip(rows, sides, strict=True) if not left], "two", chance)
    fused = fuse([*one, *two])
    joins = len(pairs_of(fused))
    compared = sum(not bar(x, y, rules()) for x, y in candidates([*one, *two], rules()))
    print(f"  {name}: {len(rows):,} reports of {len(rows):,} events; {compared:,} pairs near enough to be compared")
    print(
        f"    false joins {joins:,}: {1000 * joins / len(rows):.1f} in 1,000 reports, {share(joins, compared)} of the "
        f"pairs; asked in vain {len(fused.unsure):,}"
    )
    return [len(rows), joins, compared, len(fused.unsure)]


def main(folder: Path) -> None:
    """Read every file and ask both questions."""
    print(f"rule {rules().version}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\nFiles")
    every = {p.name: opened(p) for p in sorted(folder.iterdir()) if p.suffix in ENDINGS}
    files = {name: rows for name, rows in every.items() if rows}
    ids = {name: {row["event_id"] for row in rows} for name, rows in files.items()}
    print("One event in two files")
    names = sorted(files, key=lambda name: (len(files[name]), name))
    told = [
        beside(f"{a} beside {b}", files[a], files[b])
        for i, a in enumerate(names)
        for b in names[i + 1 :]
        if len(ids[a] & ids[b]) >= ENOUGH
    ]
    if told:
        common, joins, right, asked, questions, base, compared, hard, right_hard, asked_hard = (
            sum(column) for column in zip(*told, strict=True)
        )
        print(
            f"  together: joins right {share(right, joins)}; true pairs joined {share(right, common)}, "
            f"joined or asked {share(right + asked, common)}; base rate {share(base, compared)}; asked {questions:,}"
        )
        print(
            f"  of those not told to the letter: joined {share(right_hard, hard)}, joined or asked "
            f"{share(right_hard + asked_hard, hard)}; wrong joins {joins - right:,}"
        )
    print("Certainly different events, dealt to two publications")
    rows_, joins, compared, questions = (sum(c) for c in zip(*(different(n, files[n]) for n in names), strict=True))
    print(
        f"  together: {joins:,} false joins in {rows_:,} reports, {share(joins, compared)} of the pairs compared; "
        f"asked in vain {questions:,}"
    )


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
