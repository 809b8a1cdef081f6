"""Events to place-months, 4 to 400 million of them: the one expression against DuckDB's own SQL written by hand.

    python benchmarks/scale.py [MILLIONS …]        default: 4 40 400; needs 10 bytes of disk an event

Limits: time at most 1.15 times the hand-written SQL, 1,000 MB of memory, the same hash on every engine, and a cost a
row that is flat (largest size against smallest: at most 1.25). Two threads. The events are made up
(``tocsin.evidence.engines.synthetic``), a file for every four million, in a folder of /tmp that is removed at the end.

Every measurement is a process of its own, so its peak memory is its own, and the clock starts after the imports. Ours
and the SQL take turns and the best of ROUNDS stands: the machine may be busy, and both must meet the same busyness.
Ours is timed from the list of files to the canonical table, label check and sorting included; the SQL from the list of
files to its rows. Spark (local[2], session start apart) and Polars run the largest size once.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TIME, MEMORY_MB, FLAT = 1.15, 1000, 1.25
ROUNDS, THREADS, SEED = 3, 2, 20101020
SQL = """
WITH sums AS (
  SELECT place_id, month, count(*) AS events, count(*) FILTER (quad_class = 4) AS material_events,
         count(goldstein_tenths) AS goldstein_known, sum(goldstein_tenths)::BIGINT AS goldstein_tenths
  FROM read_parquet(?) WHERE place_id IS NOT NULL GROUP BY place_id, month),
shares AS (
  SELECT *, material_events / events AS material_share,
         CASE WHEN goldstein_known > 0 THEN goldstein_tenths / (goldstein_known * 10) END AS goldstein_mean FROM sums)
SELECT *, CASE WHEN lag(month) OVER w = month - 1 THEN lag(events) OVER w END AS events_before,
       CASE WHEN lag(month) OVER w = month - 1 THEN lag(material_share) OVER w END AS material_share_before,
       CASE WHEN lag(month) OVER w = month - 1 THEN lag(goldstein_mean) OVER w END AS goldstein_mean_before
FROM shares WINDOW w AS (PARTITION BY place_id ORDER BY month)
"""


def by_hand(files: list[Path]) -> tuple[float, object]:
    """The rival: SQL as somebody who knows DuckDB would write it, with the same two settings."""
    import duckdb

    from tocsin.evidence.engines.duck import MEMORY_LIMIT

    start = time.perf_counter()
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "threads": THREADS}) as connection:
        connection.execute("SET preserve_insertion_order = false")
        answer = connection.execute(SQL, [[str(f) for f in files]])
        columns = [d[0] for d in answer.description or []]
        rows = answer.fetchall()
    return time.perf_counter() - start, (columns, rows)


def measure(engine: str, files: list[Path]) -> dict[str, object]:
    """Run one engine in this process and tell seconds, peak memory and the hash of the result."""
    from tocsin.evidence.engines import canonical, counting, expression, result_hash
    from tocsin.evidence.engines.schema import PLACE_MONTHS
    from tocsin.evidence.made_up import is_synthetic

    if engine == "sql":
        seconds, rows = by_hand(files)
        frame = canonical.table(*rows, PLACE_MONTHS)  # type: ignore[misc]
    else:
        if engine == "spark":
            from pyspark.sql import SparkSession

            builder = SparkSession.builder.master(f"local[{THREADS}]").config("spark.ui.enabled", "false")
            builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
            builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
        counting.loaded(engine)
        start = time.perf_counter()
        # Every label is read, as it is of real files; there one of these would be refused.
        assert all(is_synthetic(file) for file in files)
        rows = counting.run(files, expression.whole, engine, threads=THREADS, made_up=True)
        frame = canonical.table(*rows, PLACE_MONTHS)
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak_mb": peak, "hash": result_hash(frame), "rows": frame.height}


def apart(engine: str, files: list[Path]) -> dict[str, object]:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, "--measure", engine, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{engine} failed:\n{done.stderr[-2000:]}")
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told


def best(tries: list[dict[str, object]]) -> tuple[float, float]:
    """Return the least seconds and the highest peak of several tries."""
    return min(float(t["seconds"]) for t in tries), max(float(t["peak_mb"]) for t in tries)  # type: ignore[arg-type]


def main(sizes: list[int]) -> int:
    from tocsin.evidence.engines.synthetic import A_MONTH, generate

    folder = Path(tempfile.mkdtemp(prefix="tocsin-scale-", dir="/tmp"))
    good = True
    try:
        start = time.perf_counter()
        files = list(generate(folder, max(sizes) * 1_000_000, SEED))
        size = sum(f.stat().st_size for f in files)
        took = time.perf_counter() - start
        print(f"{max(sizes)} M made-up events in {len(files)} files, {size / 1e9:.2f} GB, written in {took:.0f} s")
        print(f"{'events':>8} {'ours s':>8} {'SQL s':>8} {'ratio':>6} {'ns/row':>7} {'peak MB':>8}  hash")
        cost: dict[int, float] = {}
        hashes: set[object] = set()
        for millions in sizes:
            part = files[: max(1, millions * 1_000_000 // A_MONTH)]
            turns = [(apart("duckdb", part), apart("sql", part)) for _ in range(ROUNDS)]
            (ours, peak), (rival, _) = best([t[0] for t in turns]), best([t[1] for t in turns])
            hashes = {t["hash"] for pair in turns for t in pair}
            cost[millions] = ours / millions * 1000
            good &= len(hashes) == 1 and peak <= MEMORY_MB
            said = (
                f"{millions:>6} M {ours:>8.2f} {rival:>8.2f} {ours / rival:>6.2f} {cost[millions]:>7.1f} {peak:>8.0f}"
            )
            print(f"{said}  {' '.join(str(h)[:12] for h in hashes)}")
            ratio = ours / rival
        flat = cost[sizes[-1]] / cost[sizes[0]]
        good &= ratio <= TIME and flat <= FLAT
        print(f"time against hand-written SQL at {sizes[-1]} M: {ratio:.2f} (limit {TIME})")
        print(f"cost a row, {sizes[-1]} M against {sizes[0]} M: {flat:.2f} (limit {FLAT}); peak limit {MEMORY_MB} MB")
        for engine in ("polars", "spark"):
            told = apart(engine, files)
            same = {told["hash"]} == hashes
            good &= same
            seconds = float(told["seconds"])  # type: ignore[arg-type]
            print(
                f"{engine}: {seconds:.1f} s, {seconds / ours:.1f} times ours, {'the same' if same else 'ANOTHER'} hash"
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("all limits met" if good else "A LIMIT WAS MISSED")
    return 0 if good else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(sys.argv[2], [Path(p) for p in sys.argv[3:]])))
        sys.exit(0)
    sys.exit(main([int(n) for n in sys.argv[1:]] or [4, 40, 400]))
