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

import numpy as np
import polars as pl

from tocsin.catalog.fusion import basis
from tocsin.catalog.geography import places
from tocsin.core.context import Context
from tocsin.core.settings import Settings
from tocsin.evidence.events import codes, keep, listing, rows, summary, words
from tocsin.evidence.events.blocks import BUCKET, buckets, days, stands_in, where
from tocsin.evidence.events.report import report
from tocsin.evidence.events.schema import EVENTS, KINDS
from tocsin.evidence.events.take import _stored, enter_source, seconds, take
from tocsin.evidence.events.words import REPORT_BITS

LIMIT_MS, LIMIT_A_SECOND = 100, 1000
SOURCES = ("synthetic_a", "synthetic_b", "synthetic_c")
FIRST, DAYS = date(2015, 1, 1).toordinal(), 4000
WORDS = [f"w{n}" for n in range(3000)]
CHANCE = random.Random(20101020)
"""What a store is filled from."""
ASKED = random.Random(20260101)
"""What it is asked, and what comes in: others than it was filled from, whether it was filled just now or before."""
STATES = sorted(places().by_id)[:60]
AT = "2026-01-01T00:00:00Z"
SEED = 100_000
APART = 5 * BUCKET
"""Days by which one copy lies after another."""
WEIGHTS = [1 / (n + 1) for n in range(len(STATES))]


def made(number: int, source: str, chance: random.Random = CHANCE, spread: float = 8.0) -> dict[str, Any]:
    """Return one synthetic report."""
    at = chance.choices(range(len(STATES)), WEIGHTS)[0]
    dead = int(chance.paretovariate(1.2)) - 1
    day = date.fromordinal(FIRST + chance.randrange(DAYS))
    return dict.fromkeys(EVENTS) | {
        "source_id": source,
        "event_id": str(number),
        "release": "synthetic",
        "place_id": STATES[at],
        "date_start": day,
        "date_end": day,
        "date_precision": "day",
        "latitude": round(-30 + at + spread * chance.random(), 4),
        "longitude": round(2.0 * at + spread * chance.random(), 4),
        "geo_precision": "point",
        "admin1": f"Province {chance.randrange(20)}",
        "where_text": f"Town {chance.randrange(2000)}",
        "kind": chance.choice(KINDS),
        "actor_a": f"Actor {chance.randrange(40)}",
        "actor_b": f"Actor {chance.randrange(40)}",
        "deaths_best": dead,
        "deaths_low": dead,
        "deaths_high": dead + 3,
        "title": " ".join(chance.choices(WORDS, k=4)),
    }


def connect(ctx: Context) -> sqlite3.Connection:
    """Open the store to be filled in bulk: no journal, for nobody else is there and what breaks off is made anew."""
    with keep.writing(ctx):
        pass
    db = sqlite3.connect(keep.path(ctx), isolation_level=None)
    for told in ("journal_mode = DELETE", "journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
        db.execute(f"PRAGMA {told}")
    return db


def fill(ctx: Context, size: int, seed: int) -> None:
    """Write ``seed`` reports that are each an event of their own, and copies of them up to ``size``.

    A copy is of other days and another identity. Each table is written in the order of its key.
    """
    db = connect(ctx)
    for source in SOURCES:
        enter_source(db, source)
    db.execute("INSERT INTO basis VALUES (?)", (basis(),))
    indexes = [
        (name, told)
        for name, told in db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    ]
    for name, _ in indexes:
        db.execute(f"DROP INDEX {name}")
    at = seconds(AT)
    told = [made(n, SOURCES[n % 3]) for n in range(1, seed + 1)]
    texts = _seed(db, told, at)
    copies = size // seed
    db.execute(
        "CREATE TEMP TABLE n AS WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n + 1 < ?) "
        "SELECT n FROM c",
        (copies,),
    )
    columns = ", ".join(rows.COLUMNS)
    moved = ", ".join(f"s.{c} + n * {APART}" if c in ("date_start", "date_end") else f"s.{c}" for c in rows.COLUMNS)
    db.execute(
        f"INSERT INTO report (id, ref, content, taking, event, joined, {columns}) SELECT s.id + n * {seed}, "
        f"randomblob(10), randomblob(16), 1, s.id + n * {seed}, {at}, {moved} FROM n CROSS JOIN temp.seed s"
    )
    db.execute(
        f"INSERT INTO listed SELECT place, day + n * {APART}, event + n * {seed}, kinds, deaths, sources, flags, since "
        "FROM n CROSS JOIN temp.lines ORDER BY 1, 2, 3"
    )
    db.execute(
        f"INSERT INTO block SELECT bucket + n * {APART // BUCKET}, key, report + n * {seed}, voice, "
        f"first + n * {APART}, last + n * {APART}, north, east, place FROM n CROSS JOIN temp.blocks ORDER BY 1, 2, 3"
    )
    days_ = np.array([one["date_start"].toordinal() for one in told], dtype=np.int64)
    every = np.concatenate(
        [((days_ + n * APART) << REPORT_BITS) + np.arange(1 + n * seed, 1 + (n + 1) * seed) for n in range(copies)]
    )
    every.sort()
    mask = (1 << REPORT_BITS) - 1
    db.execute("BEGIN")
    db.executemany(
        "INSERT INTO words (rowid, text) VALUES (?, ?)",
        ((int(key), texts[(int(key) & mask) % seed].format(int(key) & mask)) for key in every),
    )
    db.execute("COMMIT")
    for _, sql in indexes:
        db.execute(sql)
    db.execute("INSERT INTO taking VALUES (1, 'synthetic_a', 'synthetic', '', ?, ?, ?, 0, 0)", (AT, size, size))
    db.execute("PRAGMA journal_mode = WAL")
    db.close()


def _seed(db: sqlite3.Connection, told: list[dict[str, Any]], at: int) -> list[str]:
    """Write the seed into temporary tables as ``take`` leaves its reports; return the words of each, by number."""
    bits = dict(db.execute("SELECT source_id, bit FROM source").fetchall())
    db.executemany("INSERT OR IGNORE INTO voice (said) VALUES (?)", [(s,) for s in SOURCES])
    voice = dict(db.execute("SELECT said, id FROM voice").fetchall())
    db.execute(f"CREATE TEMP TABLE seed (id INTEGER PRIMARY KEY, {', '.join(rows.COLUMNS)})")
    db.execute("CREATE TEMP TABLE lines AS SELECT * FROM listed")
    db.execute("CREATE TEMP TABLE blocks AS SELECT * FROM block")
    texts = [""] * len(told)
    for n, one in enumerate(told, start=1):
        row = tuple(one[c] for c in rows.COLUMNS)
        db.execute(f"INSERT INTO seed VALUES ({', '.join('?' * (1 + len(row)))})", (n, *_stored(row)))
        kind, dead = codes.KIND_BITS[one["kind"]], summary.deaths(one)
        place, day = codes.place_code(one["place_id"]), one["date_start"].toordinal()
        line = (place, day, n, kind, dead, 1 << bits[one["source_id"]], 0, at)
        db.execute("INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?, ?)", line)
        it = report(one)
        said = (n, voice[it.voice], *days(it), *where(it))
        blocks_of = [(b, key, *said) for b in buckets(it) for key in stands_in(it)]
        db.executemany("INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", blocks_of)
        found = words.entry(day, n, {**one, "event_id": None}, [one["place_id"]])[1]
        texts[n % len(told)] = f"{found} {codes.placed_word(one['place_id'], 'x')}{{}}"
    return texts


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds that a piece of work takes: of the wall, and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)


def measure_pages(ctx: Context, repeat: int = 200) -> None:
    """Time each sort of question that the page of a place can ask."""
    asked = [*STATES[:1] * 3, *STATES[1:10]]

    def deep() -> str:
        return f"{FIRST + ASKED.randrange(DAYS)}.{ASKED.randrange(10**6)}"

    sorts: dict[str, Callable[[], dict[str, Any]]] = {
        "newest": dict,
        "any page": lambda: {"before": deep()},
        "one source": lambda: {"source": ASKED.choice(SOURCES), "before": deep()},
        "kind and 25 dead": lambda: {"kind": ASKED.choice(KINDS), "deaths": 25, "before": deep()},
        "5,000 dead (rare)": lambda: {"deaths": 5000},
        "two words (rare)": lambda: {"words": " ".join(ASKED.sample(WORDS, 2))},
        "one word": lambda: {"words": ASKED.choice(WORDS)},
        "a word of all": lambda: {"words": "town"},
    }
    for name, more in sorts.items():
        times = [
            timed(lambda more=more: listing.page(ctx, listing.Asked(ASKED.choice(asked), **more())))
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
    first = [made(10**9 + start + n, SOURCES[0], ASKED) for n in range(5000)]
    second = [one | {"event_id": f"x{start + n}", "source_id": SOURCES[1]} for n, one in enumerate(first)]
    for what in ("new", "the same"):
        wall, cpu, queued = time.perf_counter(), time.process_time(), _queued()
        for source, told in ((SOURCES[0], first), (SOURCES[1], second)):
            table = pl.DataFrame(told, schema_overrides=EVENTS)
            done = take(ctx, table, source_id=source, release="synthetic", sha256="0" * 64)
            assert (done.new if what == "new" else done.same) == len(told)
        wall, cpu, queued = time.perf_counter() - wall, time.process_time() - cpu, _queued() - queued
        print(
            f"    reports in, {what:<9} {10_000 / wall:7,.0f} a second; of the processor {10_000 / cpu:7,.0f}; "
            f"of {wall:.1f} s {cpu:.1f} worked, {queued:.1f} in line for a processor, "
            f"{wall - cpu - queued:.1f} for the disk and all else; limit {LIMIT_A_SECOND:,}; {load()}",
            flush=True,
        )
    with keep.reading(ctx) as db:
        assert db is not None
        joined = db.execute("SELECT count(*) FROM report WHERE event <> id").fetchone()[0]
        print(f"    joined so far: {joined:,} of the reports that came in are in an event with another", flush=True)
    return 2 * len(first)


def _queued() -> float:
    """Return the seconds that this thread stood in line for a processor, as Linux counts them; elsewhere nought."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except OSError:
        return 0.0


def load() -> str:
    """Return how busy the machine was in the last minute."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def main(sizes: list[int], folder: Path) -> None:
    """Fill a store of each size and measure it; one that stands in the folder already is not filled again."""
    for size in sizes:
        ctx = Context(settings=Settings(home=folder / f"{size}"))
        began = time.perf_counter()
        if not keep.path(ctx).exists():
            fill(ctx, size, min(size, SEED))
        with keep.reading(ctx) as db:
            assert db is not None
            held = db.execute("SELECT max(id) FROM report").fetchone()[0]
        print(f"{held:,} synthetic reports; filled in {time.perf_counter() - began:.0f} s; ", end="")
        print(f"{keep.path(ctx).stat().st_size / 1e9:.2f} GB; {load()}", flush=True)
        measure_pages(ctx)
        measure_in(ctx, held)


if __name__ == "__main__":
    most = int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else 10_000_000
    steps = [n for n in (100_000, 1_000_000, 10_000_000) if n < most] + [most]
    if len(sys.argv) > 2:
        main(steps, Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory(prefix="tocsin-bench-events-", dir=os.environ.get("TMPDIR")) as temporary:
            main(steps, Path(temporary))
