"""How the ledger's cost grows, beside a plain loop that hashes everything again for every checkpoint.

    python benchmarks/ledger.py [ENTRIES]
    python benchmarks/ledger.py --bulk 1000000
    python benchmarks/ledger.py --corrupt 100000

Prints measured figures, and the limits set for them beside; passes or fails nothing. Without a flag: the tree alone,
and the record on a real register (SQLite in a temporary folder, or TOCSIN_DATABASE_URL) with a checkpoint after every
tenth act. ``--bulk``: that many entries appended at once, a checkpoint, proofs, an export, its verification. Seconds of
the wall depend on what else the machine does; seconds of the processor stand beside them. ``--corrupt``: that many
random corruptions of an export of 1,000 entries, each handed to the verifier.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

BETWEEN = 10


def timed(work: Callable[[], object]) -> float:
    """Return the milliseconds that a piece of work takes."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def compare_trees(size: int) -> None:
    """A root after every leaf: grown, and hashed again from the first leaf."""
    from tocsin.ledger import tree

    leaves = [tree.leaf_hash(b"%d" % n) for n in range(size)]

    def grown() -> None:
        frontier = tree.Frontier()
        for leaf in leaves:
            frontier.append(leaf)
            frontier.root()

    def again() -> None:
        for n in range(1, size + 1):
            level = leaves[:n]
            while len(level) > 1:
                pairs = [tree.node_hash(*level[i : i + 2]) for i in range(0, len(level) - 1, 2)]
                level = pairs + level[len(pairs) * 2 :]

    fast, slow = timed(grown), timed(again)
    print(f"{size:>7} roots, one a leaf: grown {fast:8.1f} ms; plain loop {slow:10.1f} ms; {slow / fast:6.0f} times")


def measure_record(entries: int) -> None:
    """Enter, sign, examine, export and verify on a register that grows to ``entries``."""
    from tocsin.cli.output import context, ready

    ready()
    from django.db import transaction

    from tocsin.ledger import verify
    from tocsin.response.register import record

    ctx = context()
    marks = {entries // 10, entries // 2, entries}
    print("entries   enter ms   checkpoint ms   examine ms   export ms   verify.py ms")
    entering = signing = 0.0
    for n in range(1, entries + 1):

        def act(n: int = n) -> None:
            with transaction.atomic():
                record.enter(ctx, kind="bench.made", body={"n": n, "reasons": "as long as a short reason is"})

        entering += timed(act)
        if n % BETWEEN == 0:
            signing += timed(lambda: record.checkpoint(ctx))
        if n in marks:
            file = ctx.settings.home / f"export-{n}.txt"
            looked = timed(lambda: record.examine(ctx))
            wrote = timed(lambda file=file: record.export(ctx, file, as_found=True))
            key = verify.read_key(record.verifier_key(ctx))
            with file.open("rb") as handle:
                checked = timed(lambda handle=handle, key=key: verify.verify(handle, key, []))
            since = n - max((mark for mark in marks if mark < n), default=0)
            print(
                f"{n:>7} {entering / since:>10.2f} {signing * BETWEEN / since:>15.2f} "
                f"{looked:>12.0f} {wrote:>11.0f} {checked:>14.0f}"
            )
            entering = signing = 0.0


def acts(count: int) -> Iterator[Any]:
    """Entries of the size and shape of real ones."""
    from tocsin.response.register.record import Act

    by = {"person": "Ada Example", "post": "duty_officer", "via": "cli", "user": "ada"}
    for n in range(count):
        yield Act("item.acknowledged", {"n": n, "reasons": "as long as a short reason is", "by": by}, n % 977)


class Told:
    """Runs a piece of work and prints its seconds beside their limit."""

    def __init__(self, entries: int) -> None:
        self.share = entries / 1_000_000

    def __call__(self, what: str, work: Callable[[], object], limit: float | None = None) -> float:
        wall, busy = time.perf_counter(), time.process_time()
        work()
        wall, busy = time.perf_counter() - wall, time.process_time() - busy
        said = f"; limit at 1,000,000: {limit:.0f} s, so {limit * self.share:.1f} s here" if limit else ""
        print(f"{what:<44} {wall:9.2f} s ({busy:8.2f} s of the processor){said}", flush=True)
        return wall


def measure_bulk(entries: int) -> None:
    """Append at once, sign, prove, export and verify."""
    import random

    from tocsin.cli.output import context, ready

    ready()
    from django.db import connection, transaction

    from tocsin.ledger import verify
    from tocsin.response.register import record

    ctx, told = context(), Told(entries)
    print(f"{entries} entries on {connection.vendor}")

    def append() -> None:
        with transaction.atomic():
            record.enter_many(ctx, acts(entries))

    spent = told("appended", append) + told("checkpoint over all of them", lambda: record.checkpoint(ctx))
    print(f"{'appended and signed':<44} {spent:9.2f} s; limit at 1,000,000: 120 s, so {120 * told.share:.1f} s here")
    drawn = random.Random(1).sample(range(entries), 200)
    each = sorted(timed(lambda seq=seq: record.proof(ctx, seq)) for seq in drawn)
    print(f"inclusion proof, 200 drawn: median {each[100]:.2f} ms, slowest {each[-1]:.2f} ms; limit 10 ms")
    file = ctx.settings.home / "export.txt"
    told("export (as found)", lambda: record.export(ctx, file, as_found=True))
    told("the register examined", lambda: record.examine(ctx).enforce())
    command = [sys.executable, "-I", "-S", verify.__file__, str(file), "--key", record.verifier_key(ctx)]
    wall = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    wall = time.perf_counter() - wall
    print(f"{'verify.py, one process, bare Python':<44} {wall:9.2f} s; limit at 1,000,000: 60 s", flush=True)
    print(f"children's seconds of the processor: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime:.2f}")
    print(f"export: {file.stat().st_size / 1e6:.0f} MB. {done.stdout.splitlines()[-1]}")


def measure_corruptions(count: int) -> None:
    """Corrupt an export of 1,000 entries in every way of tests/ledger/corruptions.py, and count what is found."""
    # In place of this folder, whose ledger.py would be taken for the package of that name.
    sys.path[0] = str(Path(__file__).resolve().parents[1] / "tests")
    from ledger.corruptions import Attacked

    attacked = Attacked(1000)
    start, tried = time.perf_counter(), Counter()
    missed: Counter[str] = Counter()
    for seed in range(count):
        kind, found = attacked.attack(seed)
        tried[kind] += 1
        missed[kind] += not found
        if (seed + 1) % 10_000 == 0:
            print(f"{seed + 1} corruptions, {missed.total()} missed, {time.perf_counter() - start:.0f} s", flush=True)
    for kind in sorted(tried):
        print(f"{kind:<22} {tried[kind]:>7} tried, {tried[kind] - missed[kind]:>7} found")
    print(f"{tried.total()} random corruptions of a log of 1,000 entries, {tried.total() - missed.total()} found.")


if __name__ == "__main__":
    flags = dict(zip(sys.argv[1::2], map(int, sys.argv[2::2]), strict=False))
    if "--corrupt" in flags:
        measure_corruptions(flags["--corrupt"])
        sys.exit()
    if "--bulk" in flags:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["TOCSIN_HOME"] = str(Path(folder) / "home")
            measure_bulk(flags["--bulk"])
        sys.exit()
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    for leaves in (1000, 2000, 4000):
        compare_trees(leaves)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TOCSIN_HOME"] = str(Path(folder) / "home")
        measure_record(total)
