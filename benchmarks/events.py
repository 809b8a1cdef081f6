"""How long a page of a place's events takes, and how fast reports come in, as the event store grows.

    python benchmarks/events.py [REPORTS]          (default 10,000,000; growth is told from 100,000 on)

Prints measured figures and the limits set for them beside; passes or fails nothing. All data are SYNTHETIC, made here
from one seed in a temporary folder, and never in a home. The first 100,000 are written by a loader of this file as
``take`` leaves reports that are near no other; the rest are copies of those with another identity, on other days. What
is measured then goes through ``take`` and ``listing.page`` themselves. Pages: 200 questions of each sort over the place
with the most events and nine others, in random order, in one warm process. Reports in: 10,000 reports of two sources,
half of them near one of the other, then the same again to the letter. Seconds of the wall depend on what else the
machine does; those of the processor stand beside them.
"""

from __future__ import annotations

import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from tocsin.catalog.geography import places
from tocsin.core.context import Context
from tocsin.core.settings import Settings
from tocsin.evidence.events import codes, keep, listing, rows, summary
from tocsin.evidence.events.blocks import buckets, days, north, stands_in
from tocsin.evidence.events.report import ref_of, report
from tocsin.evidence.events.schema import EVENTS, KINDS
from tocsin.evidence.events.take import INSERT, _content, _stored, _text, enter_source, take

LIMIT_MS, LIMIT_A_SECOND = 100, 1000
SOURCES = ("synthetic_a", "synthetic_b", "synthetic_c")
FIRST, DAYS = date(2015, 1, 1).toordinal(), 4000
WORDS = [f"w{n}" for n in range(3000)]
CHANCE = random.Random(20101020)
STATES = sorted(places().by_id)[:60]
WEIGHTS = [1 / (n + 1) for n in range(len(STATES))]


def made(number: int, source: str, spread: float = 8.0) -> dict[str, Any]:
    """Return one synthetic report."""
    at = CHANCE.choices(range(len(STATES)), WEIGHTS)[0]
    dead = int(CHANCE.paretovariate(1.2)) - 1
    day = date.fromordinal(FIRST + CHANCE.randrange(DAYS))
    return dict.fromkeys(EVENTS) | {
        "source_id": source,
        "event_id": str(number),
        "release": "synthetic",
        "place_id": STATES[at],
        "date_start": day,
        "date_end": day,
        "date_precision": "day",
        "latitude": round(-30 + at + spread * CHANCE.random(), 4),
        "longitude": round(2.0 * at + spread * CHANCE.random(), 4),
        "geo_precision": "point",
        "admin1": f"Province {CHANCE.randrange(20)}",
        "where_text": f"Town {CHANCE.randrange(2000)}",
        "kind": CHANCE.choice(KINDS),
        "actor_a": f"Actor {CHANCE.randrange(40)}",
        "actor_b": f"Actor {CHANCE.randrange(40)}",
        "deaths_best": dead,
        "deaths_low": dead,
        "deaths_high": dead + 3,
        "title": " ".join(CHANCE.choices(WORDS, k=4)),
    }


def fill(db: sqlite3.Connection, start: int, stop: int) -> None:
    """Write reports that are each an event of their own."""
    bits = dict(db.execute("SELECT source_id, bit FROM source").fetchall())
    db.executemany("INSERT OR IGNORE INTO voice (said) VALUES (?)", [(s,) for s in SOURCES])
    voice = dict(db.execute("SELECT said, id FROM voice").fetchall())
    for first in range(start, stop, 20_000):
        reports, words, lines, blocks = [], [], [], []
        for n in range(first, min(first + 20_000, stop)):
            told = made(n, SOURCES[n % 3])
            one = tuple(told[c] for c in rows.COLUMNS)
            ref = bytes.fromhex(ref_of(told["source_id"], None, told["event_id"]))
            reports.append((n, ref, _content(one), 1, None, None, n, *_stored(one)))
            words.append((n, _text(one, ())))
            kind, dead = codes.KIND_BITS[told["kind"]], summary.deaths(told)
            place, day = codes.place_code(told["place_id"]), told["date_start"].toordinal()
            lines.append((place, day, n, kind, dead, 1 << bits[told["source_id"]], 0))
            it = report(told)
            where = (n, voice[it.voice], *days(it), north(it))
            blocks += [(b, key, *where) for b in buckets(it) for key in stands_in(it)]
        db.executemany(INSERT, reports)
        db.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", words)
        db.executemany("INSERT INTO listed VALUES (?, ?, ?, ?, ?, ?, ?)", sorted(lines))
        db.executemany("INSERT INTO block VALUES (?, ?, ?, ?, ?, ?, ?)", sorted(blocks))


def copy(db: sqlite3.Connection, first: int, many: int, number: int) -> None:
    """Write the first reports again, as others: another identity, and days moved by eight times ``number``."""
    moved = ("id + ?", "randomblob(10)", "randomblob(16)", "taking", "may", "note", "event + ?")
    columns = ", ".join(f"{c} + ?" if c in ("date_start", "date_end") else c for c in rows.COLUMNS)
    into = f"INSERT INTO report (id, ref, content, taking, may, note, event, {', '.join(rows.COLUMNS)})"
    db.execute(
        f"{into} SELECT {', '.join(moved)}, {columns} FROM report WHERE id < ?",
        (first - 1, first - 1, 8 * number, 8 * number, many + 1),
    )
    text = (
        " || ' ' || ".join(["title", "where_text", "admin1", "actor_a", "actor_b", "event_id", "'¶'"]) + " || place_id"
    )
    db.execute(
        f"INSERT INTO words (rowid, text) SELECT id, lower({text}) FROM report WHERE id >= ? AND id < ?",
        (first, first + many),
    )
    db.execute(
        "INSERT INTO listed SELECT place, day + ?, event + ?, kinds, deaths, sources, flags FROM listed "
        "WHERE event <= ?",
        (8 * number, first - 1, many),
    )
    db.execute(
        "INSERT INTO block SELECT bucket + ?, key, report + ?, voice, first + ?, last + ?, north FROM block "
        "WHERE report <= ?",
        (number, first - 1, 8 * number, 8 * number, many),
    )


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds that a piece of work takes: of the wall, and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)


def measure_pages(ctx: Context, repeat: int = 200) -> None:
    """Time each sort of question that the page of a place can ask."""
    asked = [*STATES[:1] * 3, *STATES[1:10]]

    def deep() -> str:
        return f"{FIRST + CHANCE.randrange(DAYS)}.{CHANCE.randrange(10**6)}"

    sorts: dict[str, Callable[[], dict[str, Any]]] = {
        "newest": dict,
        "any page": lambda: {"before": deep()},
        "one source": lambda: {"source": CHANCE.choice(SOURCES), "before": deep()},
        "kind and 25 dead": lambda: {"kind": CHANCE.choice(KINDS), "deaths": 25, "before": deep()},
        "5,000 dead (rare)": lambda: {"deaths": 5000},
        "two words (rare)": lambda: {"words": " ".join(CHANCE.sample(WORDS, 2))},
        "one word": lambda: {"words": CHANCE.choice(WORDS)},
        "a word of all": lambda: {"words": "town"},
    }
    for name, more in sorts.items():
        times = [
            timed(lambda more=more: listing.page(ctx, listing.Asked(CHANCE.choice(asked), **more())))
            for _ in range(repeat)
        ]
        told = []
        for side in zip(*times, strict=True):
            ranked = sorted(side)
            told += [ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.95)]]
        print(
            f"    {name:<18} p50 {told[0]:6.1f} p95 {told[1]:6.1f} ms; of the processor p50 {told[2]:6.1f} "
            f"p95 {told[3]:6.1f} ms; limit {LIMIT_MS} ms",
            flush=True,
        )


def measure_in(ctx: Context, start: int) -> int:
    """Time reports that come in: new ones, and the same again; return how many are new."""
    first = [made(10**9 + start + n, SOURCES[0]) for n in range(5000)]
    second = [one | {"event_id": f"x{start + n}", "source_id": SOURCES[1]} for n, one in enumerate(first)]
    for what in ("new", "the same"):
        wall, cpu = time.perf_counter(), time.process_time()
        for source, told in ((SOURCES[0], first), (SOURCES[1], second)):
            table = pl.DataFrame(told, schema_overrides=EVENTS)
            done = take(ctx, table, source_id=source, release="synthetic", sha256="0" * 64)
            assert (done.new if what == "new" else done.same) == len(told)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(
            f"    reports in, {what:<9} {10_000 / wall:7,.0f} a second; of the processor {10_000 / cpu:7,.0f}; "
            f"limit {LIMIT_A_SECOND:,}",
            flush=True,
        )
    with keep.reading(ctx) as db:
        assert db is not None
        joined = db.execute("SELECT count(*) FROM report WHERE event <> id").fetchone()[0]
        print(f"    joined so far: {joined:,} of the reports that came in are in an event with another", flush=True)
    return 2 * len(first)


def main(size: int) -> None:
    """Grow a store and measure it at each power of ten."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-events-", dir=os.environ.get("TMPDIR")) as folder:
        ctx = Context(settings=Settings(home=Path(folder)))
        with keep.writing(ctx) as db:
            for source in SOURCES:
                enter_source(db, source)
            from tocsin.catalog.fusion import basis

            db.execute("INSERT INTO basis VALUES (?)", (basis(),))
        held, seed = 0, min(size, 100_000)
        for step in [n for n in (100_000, 1_000_000, 10_000_000) if n <= size] or [size]:
            began, number = time.perf_counter(), 0
            while held < step:
                with keep.writing(ctx) as db:
                    if held:
                        number = held // seed
                        copy(db, held + 1, seed, 5 * number)
                    else:
                        fill(db, 1, seed + 1)
                held += seed
            print(f"{step:,} synthetic reports; filled in {time.perf_counter() - began:.0f} s; ", end="")
            print(f"{keep.path(ctx).stat().st_size / 1e9:.2f} GB", flush=True)
            measure_pages(ctx)
            entered = measure_in(ctx, held)
            held += entered


if __name__ == "__main__":
    main(int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else 10_000_000)
