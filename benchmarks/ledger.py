"""How the ledger's cost grows, beside a plain loop that hashes everything again for every checkpoint.

    python benchmarks/ledger.py [ENTRIES]

Prints milliseconds and ratios; passes or fails nothing. Two parts: the tree alone, and the record on a real
register (SQLite, in a temporary folder) with a checkpoint after every tenth act.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

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


if __name__ == "__main__":
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    for leaves in (1000, 2000, 4000):
        compare_trees(leaves)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TOCSIN_HOME"] = str(Path(folder) / "home")
        measure_record(total)
