"""Bad input: mutations of real files, and bombs, against every reader and the doors of the command line.

    python benchmarks/fuzz.py [MUTATIONS [FIRST_SEED]] [--data FOLDER]        default: 2500 from 0, ../shared/data

Limits: no crash without a sentence, no wrong row accepted in silence, 500 MB of memory, nothing written outside the
data folder. A failure is named by its seed and comes again. The mutated files are made by seed and kept nowhere; each
bomb meets every reader in a process of its own, and every door in one more.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
MEMORY_MB, SECONDS, BATCH = 500, 120, 250
BY = ("--by", "analyst")
FOR = ("--portfolio", "fuzz", *BY)
HERE = "FILE"
META = ("--metadata", "META")
DOORS = (
    ("load", "ucdp_ged", HERE),
    ("load", "gdelt", HERE),
    ("hub", "submit", HERE, *META),
    ("hub", "submit", HERE, *META, "--from", "views"),
    ("portfolio", "import", HERE, *FOR),
    ("activities", "import", HERE, *BY),
    ("map", "check", "MAPPING", HERE),
)
WRITTEN_DOORS = (
    ("hub", "submit", "TABLE", "--metadata", HERE),
    ("map", "add", HERE),
    ("map", "check", HERE, "TABLE"),
    ("package", "check", "1", HERE),
    ("portfolio", "model", "SDN", HERE, "--why", "to try it", *BY),
    ("directive", "check", HERE),
)
"""Doors for what a person writes in YAML. In a command ``FILE`` is the bomb, and the others are what goes with it."""
MAPPING = """id: tried
title: A table
publisher: Somebody
url: https://example.org/t
licence: CC BY 4.0
licence_url: https://creativecommons.org/licenses/by/4.0/
citation: Somebody, a table.
coverage: some countries
cadence_days: 30
grace_days: 30
places: name
period: "2024"
columns: {place: country}
figures: [{indicator: best, column: best, label: Best, unit: persons}]
skip: [id]
"""
READABLE = {("formulas", "a mapping")}
"""A small, valid table with the mapping's columns is read; but a place and a figure that are formulas are none."""


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def mutations(first: int, last: int, data: Path) -> dict[str, object]:
    from tests.evidence.fuzz.corpus import fuzz

    found = fuzz(data, range(first, last))
    told = {"outcomes": found.outcomes, "failures": found.failures, "same": found.same}
    return {**told, "peak": peak_mb()}


def make(maker: Callable[[], bytes], file: Path) -> None:
    """Make a bomb in a process of its own: what that takes is counted to nobody, for a peak is handed down."""
    child = os.fork()
    if not child:
        file.write_bytes(maker())
        os._exit(0)
    os.waitpid(child, 0)


def bomb(name: str) -> dict[str, object]:
    """Let every reader have one bomb."""
    from tests.evidence.fuzz.bombs import BOMBS
    from tests.evidence.fuzz.corpus import NOW

    from tocsin.evidence.hub import metadata
    from tocsin.evidence.hub.readers import READERS
    from tocsin.evidence.sources import FileRefused, Part, loadable, read
    from tocsin.evidence.sources.mapped import parse
    from tocsin.evidence.sources.mapped_read import read as read_mapped

    file = Path(tempfile.mkdtemp()) / "bomb"
    make(BOMBS[name], file)
    failures: list[str] = []
    part, (mapping, _), (meta, _) = Part("bomb.csv", file), parse(MAPPING.encode()), metadata.read(b"team: x")
    assert mapping is not None
    readers = {source_id: partial(read, source_id, [part], NOW) for source_id in loadable()}
    readers["a mapping"] = partial(read_mapped, mapping, [part], NOW)
    for name_, one in readers.items():
        try:
            reading = one()
            if (name, name_) not in READABLE or len(reading.bad) != 1 or any(t.height for t in reading.tables.values()):
                failures.append(f"{name_} read it")
        except FileRefused as refused:
            if len(refused.issue.message.split()) < 3:
                failures.append(f"{name_}: no sentence")
        except BaseException as error:  # noqa: BLE001 - that is what is looked for
            failures.append(f"{name_} crashed: {type(error).__name__} {str(error)[:80]}")
    for shape, reader in READERS.items():
        try:
            if not any(i.weight == "file" and len(i.message.split()) > 2 for i in reader(file, meta).issues):
                failures.append(f"hub {shape} read it")
        except BaseException as error:  # noqa: BLE001 - that is what is looked for
            failures.append(f"hub {shape} crashed: {type(error).__name__} {str(error)[:80]}")
    file.unlink()
    return {"failures": failures, "peak": peak_mb()}


def door(name: str, words: tuple[str, ...], base: Path) -> dict[str, object]:
    """Bring a bomb to one command and look at what it says, holds and leaves."""
    from tests.evidence.fuzz.bombs import BOMBS, WRITTEN

    folder = base / "in"
    folder.mkdir(parents=True, exist_ok=True)
    given = {
        HERE: folder / "bomb.csv",
        "META": folder / "m.yml",
        "MAPPING": folder / "t.yml",
        "TABLE": folder / "t.csv",
    }
    if not given[HERE].exists():
        make({**BOMBS, **WRITTEN}[name], given[HERE])
    given["META"].write_text("model_id: ../../evil\nteam: x\n")
    given["MAPPING"].write_text(MAPPING)
    given["TABLE"].write_text("id,country,best\n1,Chad,2\n")
    before = {p for p in base.rglob("*") if "home" not in p.parts}
    said_as = [str(given.get(word, word)) for word in words]
    command = [sys.executable, "-m", "tocsin", "--home", str(base / "home"), *said_as]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}  # this checkout, wherever the command runs
    pipe = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    process = subprocess.Popen(["timeout", str(SECONDS), *command], **pipe, text=True, cwd=base, env=env)
    said = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    code, failures = os.waitstatus_to_exitcode(status), []
    if code not in (1, 2) or "Traceback" in said or len(said.split()) < 3:
        failures.append(f"{' '.join(words)}: exit {code}, {said[-200:]!r}")
    outside = {p for p in base.rglob("*") if "home" not in p.parts} - before
    failures += [f"{' '.join(words)} wrote {p}" for p in outside]
    return {"failures": failures, "peak": usage.ru_maxrss / 1024}


def apart(*words: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, __file__, *words], capture_output=True, text=True, timeout=SECONDS * 10, check=False
    )
    if done.returncode:
        return {"failures": [f"{' '.join(words)} died: {done.stderr[-300:]}"], "peak": 0.0, "outcomes": {}, "same": []}
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told


def main(first: int, count: int, data: Path) -> int:
    """Run the mutations from a first seed on, then every bomb."""
    from tests.evidence.fuzz.bombs import BOMBS, WRITTEN

    start, failures, outcomes, same, peak = time.perf_counter(), [], Counter(), [], 0.0
    for seed in range(first, first + count, BATCH):
        told = apart("--mutations", str(seed), str(min(seed + BATCH, first + count)), str(data))
        outcomes.update(told["outcomes"])  # type: ignore[arg-type]
        failures += told["failures"]  # type: ignore[operator]
        same += told["same"]  # type: ignore[operator]
        peak = max(peak, float(told["peak"]))  # type: ignore[arg-type]
    print(f"{count:,} mutations: " + ", ".join(f"{n:,} {what}" for what, n in outcomes.most_common()))
    print(f"  {len(same)} cells read as before though they are written otherwise:", *same[:8], sep="\n    ")
    print(f"  peak {peak:.0f} MB (limit {MEMORY_MB})", flush=True)
    tops: dict[str, float] = {"mutations": peak}
    for name in BOMBS:
        before = len(failures)
        told = apart("--bomb", name)
        failures += [f"{name}: {f}" for f in told["failures"]]  # type: ignore[attr-defined]
        tops[name] = float(told["peak"])  # type: ignore[arg-type]
        with tempfile.TemporaryDirectory() as base:
            for words in DOORS:
                told = door(name, words, Path(base))
                failures += [f"{name}: {f}" for f in told["failures"]]  # type: ignore[attr-defined]
                tops[name] = max(tops[name], float(told["peak"]))  # type: ignore[arg-type]
        print(f"  {name}: peak {tops[name]:.0f} MB", *failures[before:], sep="\n    ", flush=True)
    for name in WRITTEN:
        before = len(failures)
        with tempfile.TemporaryDirectory() as base:
            tops[name] = 0.0
            for words in WRITTEN_DOORS:
                told = door(name, words, Path(base))
                failures += [f"{name}: {f}" for f in told["failures"]]  # type: ignore[attr-defined]
                tops[name] = max(tops[name], float(told["peak"]))  # type: ignore[arg-type]
        print(f"  {name}: peak {tops[name]:.0f} MB", *failures[before:], sep="\n    ", flush=True)
    failures += [f"{name}: {top:.0f} MB" for name, top in tops.items() if top > MEMORY_MB]
    print(
        f"{len(BOMBS)} bombs against every reader and {len(DOORS)} doors, {len(WRITTEN)} against {len(WRITTEN_DOORS)}"
    )
    print(f"{time.perf_counter() - start:.0f} s in all")
    print(*failures[:40], sep="\n")
    print("all limits met" if not failures else f"{len(failures)} FAILURES")
    return bool(failures)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--mutations", first, last, folder]:
            print(json.dumps(mutations(int(first), int(last), Path(folder))))
        case ["--bomb", name]:
            print(json.dumps(bomb(name)))
        case words:
            folder = Path(words[words.index("--data") + 1]) if "--data" in words else ROOT.parent / "shared" / "data"
            numbers = [int(word) for word in words if word.isdigit()]
            sys.exit(main(numbers[1] if len(numbers) > 1 else 0, numbers[0] if numbers else 2500, folder))
