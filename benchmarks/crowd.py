"""What a source costs that sends thousands of much the same: loading, the list, one event and the queue, as it grows.

    python benchmarks/crowd.py [MOST]          (default 8,000 reports; from 500 on, doubled each time)

SYNTHETIC reports of one day and one town, each of another voice of one source, beside twenty honest ones of another. In
a temporary folder; seconds of the processor. Prints figures and how they grow; passes or fails nothing.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from tocsin.core.context import Context
from tocsin.core.settings import Settings
from tocsin.evidence.events import listing, one
from tocsin.evidence.events.schema import EVENTS
from tocsin.evidence.events.take import take

CHANCE = random.Random(20101020)


def told(source: str, number: int, voice: str | None) -> dict[str, Any]:
    """Return a report that is near every other one."""
    return dict.fromkeys(EVENTS) | {
        "source_id": source,
        "event_id": str(number),
        "release": "synthetic",
        "place_id": "SDN",
        "date_start": date(2024, 5, 3),
        "date_precision": "day",
        "latitude": round(13.6 + CHANCE.random() / 100, 5),
        "longitude": round(25.3 + CHANCE.random() / 100, 5),
        "geo_precision": "point",
        "where_text": "Made-up town",
        "kind": "one_sided",
        "deaths_best": CHANCE.randrange(10, 14),
        "title": f"Word{CHANCE.randrange(9)} and word{CHANCE.randrange(9)}",
        "said_by": voice,
    }


def timed(ctx: Context, rows: list[dict[str, Any]]) -> float:
    """Take reports of one source in; return the seconds of the processor."""
    began = time.process_time()
    table = pl.DataFrame(rows, schema_overrides=EVENTS)
    take(ctx, table, source_id=rows[0]["source_id"], release="synthetic", sha256="0" * 64)
    return time.process_time() - began


def main(most: int) -> None:
    """Load more and more of one source, with voices and without, and look."""
    for voices in (True, False):
        print("each of another voice" if voices else "all of one voice")
        many = 500
        while many <= most:
            with tempfile.TemporaryDirectory(prefix="tocsin-bench-crowd-") as folder:
                ctx = Context(settings=Settings(home=Path(folder)))
                timed(ctx, [told("synthetic_b", n, None) for n in range(20)])
                took = timed(ctx, [told("synthetic_a", n, f"voice {n}" if voices else None) for n in range(many)])
                spent: list[float] = []
                shown = None
                ref, waiting = "", 0
                for look in ("list", "event", "queue"):
                    began = time.process_time()
                    if look == "list":
                        events = listing.page(ctx, listing.Asked("SDN")).events
                        ref = max(events, key=lambda e: len(e.said)).ref
                    elif look == "event":
                        shown = one.event(ctx, ref)
                    else:
                        waiting = one.queue(ctx, size=1)[2]
                    spent.append(1000 * (time.process_time() - began))
                print(
                    f"  {many:6,} reports: taken in {took:6.2f} s, {1000 * took / many:5.2f} ms each; "
                    f"list {spent[0]:3.0f}, event of {shown.reports if shown else 0:,} reports {spent[1]:5.0f}, "
                    f"queue {spent[2]:5.0f} ms; {waiting:,} pairs wait",
                    flush=True,
                )
            many *= 2


if __name__ == "__main__":
    main(int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else 8_000)
