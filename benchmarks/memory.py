"""Peak memory of a load by file of the publisher's real size, in one process each, beside the limit of 500 MB.

    python benchmarks/memory.py [FILE …]        one or more of the names below; all of them when none is named

The files are made from the publisher's own small ones (``--data FOLDER``, ../shared/data by default) or in its shape,
as large as the publisher's, with the figures of no real event; they lie in a temporary folder and are kept nowhere.
"""

from __future__ import annotations

import csv
import io
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src")]
MEMORY_MB = 500
EVENTS, COUNTRY_YEARS, COLUMNS = 390_000, 27_900, 1_900
WHY = ("--replacing", "made for measuring how much memory a load takes")
WORDY = ("source_article", "source_headline", "source_original", "where_description")
DATA = ROOT.parent / "shared" / "data"


def _ged(count: int) -> Iterator[str]:
    """Yield the lines of a yearly release: the candidate events of 2023, each again with numbers of its own.

    The words of what is long are in another order each time: text that repeats itself would pack to nothing.
    """
    shuffled = random.Random(1)
    with (DATA / "ucdp" / "GEDEvent_v23_0_10.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    at = {name: n for n, name in enumerate(head)}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    spans = [(2024 - turn) for turn in range(36)]
    for number in range(count):
        row = list(rows[number % len(rows)])
        year = spans[(number // len(rows)) % len(spans)]
        row[at["id"]], row[at["relid"]] = str(number + 1), f"{row[at['relid']]}-{number}"
        month = f"{1 + number % 12:02d}"
        for column in WORDY:
            words = row[at[column]].split(" ")
            shuffled.shuffle(words)
            row[at[column]] = " ".join(words)
        for column in ("date_start", "date_end"):
            row[at[column]] = f"{year}-{month}-{row[at['date_end']][8:10].replace('31', '28')[:2]}"
            day = min(int(row[at[column]][8:10]), 28)
            row[at[column]] = f"{year}-{month}-{day:02d} 00:00:00.000"
        row[at["year"]] = str(year)
        writer.writerow(row)
        if out.tell() > 1_000_000:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def ged(folder: Path) -> Path:
    """A yearly release of GED, as the zip it is downloaded as."""
    path = folder / "ged251-csv.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("GEDEvent_v25_1.csv", "w") as file:
        for block in _ged(EVENTS):
            file.write(block.encode())
    return path


def ged_csv(folder: Path) -> Path:
    """The same as plain CSV."""
    path = folder / "GEDEvent_v25_1.csv"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(_ged(EVENTS))
    return path


def vdem(folder: Path) -> Path:
    """V-Dem's own country-years: its declared tags among two thousand, as the zip it is downloaded as."""
    from tocsin.catalog.geography import places
    from tocsin.evidence.sources import spec

    known = spec("vdem").shapes["dataset"].columns
    others = [f"v2x_other_{n}" for n in range(COLUMNS - len(known))]
    years = [(p, y) for y in range(2024, 1788, -1) for p in places().independent(y) if p in places().by_id]
    path, seeded = folder / "V-Dem-CY-Core-v15_csv.zip", random.Random(1)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("a.csv", "w") as file,
    ):
        file.write((",".join([*known, *others]) + "\n").encode())
        cells = [f"{n / 1000:.3f}" for n in range(1000)]
        for number in range(COUNTRY_YEARS):
            place, year = years[number % len(years)]
            named = [place, place, "1", str(year), f"{year}-12-31", *("1" for _ in known[5:])]
            file.write((",".join(named + seeded.choices(cells, k=len(others))) + "\n").encode())
    return path


FILES: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "ucdp_ged.zip": ("ucdp_ged", ged),
    "ucdp_ged.csv": ("ucdp_ged", ged_csv),
    "vdem.zip": ("vdem", vdem),
}
READ = """
import resource, sys, time
import tocsin.__main__
from datetime import UTC, datetime
from pathlib import Path
from tocsin.evidence.sources import Part, read
start = time.perf_counter()
path = Path(sys.argv[2])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
reading = read(sys.argv[1], [Part(path.name, path)], datetime(2026, 11, 26, tzinfo=UTC))
rows = sum(t.height for t in reading.tables.values())
print(f"{reading.rows_in:,} rows in, {rows:,} out, {len(reading.bad):,} set aside", time.perf_counter() - start, before)
"""


def measured(command: list[str], home: Path) -> tuple[float, float, str, int]:
    """Run a command in a process of its own; return its peak in MB, its seconds, what it said, and its exit code."""
    start = time.perf_counter()
    env = {**os.environ, "TOCSIN_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
    said = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    return usage.ru_maxrss / 1024, time.perf_counter() - start, said, os.waitstatus_to_exitcode(status)


def main(names: list[str]) -> int:
    """Measure the reader alone, then the load into an empty home, of each file."""
    high = []
    for name in names:
        source_id, make = FILES[name]
        with tempfile.TemporaryDirectory() as base:
            path = make(Path(base))
            print(f"{name}: {path.stat().st_size / 1e6:,.0f} MB", flush=True)
            home = Path(base) / "home"
            load = [sys.executable, "-m", "tocsin", "--home", str(home), "load", source_id, str(path), *WHY]
            for what, command in (("reader", [sys.executable, "-c", READ, source_id, str(path)]), ("load", load)):
                peak, seconds, said, code = measured(command, home)
                last = said.strip().splitlines()[0 if what == "load" else -1][:160] if said.strip() else ""
                print(
                    f"  {what}: peak {peak:,.0f} MB (limit {MEMORY_MB}), {seconds:,.0f} s, exit {code}: {last}",
                    flush=True,
                )
                if peak > MEMORY_MB:
                    high.append(f"{name} {what}: {peak:,.0f} MB")
    print("all limits met" if not high else "\n".join(high))
    return bool(high)


if __name__ == "__main__":
    words = sys.argv[1:]
    if "--data" in words:
        DATA = Path(words[words.index("--data") + 1])
    sys.exit(main([w for w in words if w in FILES] or list(FILES)))
