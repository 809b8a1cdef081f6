"""Matching with reasons over many catalogue entries, and how its cost grows: ``python benchmarks/matching.py``.

Entries are the catalogue's own rows with factors, phases, lead times and grades drawn again, so that they differ as
real rows do. One process; threads of numpy held to one. Limit printed: 200 ms at 10,000 entries. It fails nothing.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import random
import statistics
import time
from dataclasses import replace
from datetime import date

from tocsin.catalog.library import Library, library
from tocsin.catalog.rows import GRADES, PHASES
from tocsin.options import Question, answer

SIZES = (118, 1_000, 3_000, 10_000)
LIMIT_MS = 200
TIMES = 7
SEED = 7


def many(size: int) -> Library:
    """Return the catalogue with so many options."""
    whole, draw = library(), random.Random(SEED)
    rows, codes = list(whole.options.values()), list(whole.framework.factors)
    graded = [g for g in GRADES if not g.startswith("T")]
    options = {}
    for n in range(size):
        row = draw.choice(rows)
        fast = draw.randint(0, 200)
        change = {
            "id": f"X{n:06d}",
            "risk_factors": tuple(draw.sample(codes, draw.randint(1, 4))),
            "phase": tuple(p for p in PHASES if draw.random() < 0.5) or ("imminent",),
            "lead_days_min": fast,
            "lead_days_max": fast + draw.randint(0, 300),
            "evidence_grade": draw.choice(graded),
            "evidence_tool": "",
        }
        options[change["id"]] = row.model_copy(update=change)
    return replace(whole, options=options)


def main() -> None:
    """Print the time of an answer by size: median and 95th percentile, the entries listed and lost."""
    asked = Question(
        "KEN", ("RF1", "RF8", "RF11"), "imminent", 180, date(2026, 11, 26), actors=("states", "leaders", "un")
    )
    print(f"{'entries':>8} {'listed':>7} {'lost':>6} {'p50 ms':>8} {'p95 ms':>8} {'us an entry':>12}")
    for size in SIZES:
        held, spent = many(size), []
        for _ in range(TIMES + 1):
            began = time.process_time()
            told = answer(asked, held)
            spent.append(1000 * (time.process_time() - began))
        warm = sorted(spent[1:])
        p50, p95 = statistics.median(warm), warm[int(0.95 * (len(warm) - 1))]
        print(
            f"{size:>8,} {len(told.options) - 1:>7,} {len(told.lost):>6,} {p50:>8.1f} {p95:>8.1f} "
            f"{1000 * p50 / size:>12.1f}"
        )
    print(f"Limit: {LIMIT_MS} ms at 10,000 entries, processor time of one core")


if __name__ == "__main__":
    main()
