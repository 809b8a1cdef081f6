"""One tick over many open items, a tenth of them due: seconds, peak memory, and how both grow. Limits: 5 s, 300 MB.

    python benchmarks/tick.py [ITEMS …]         default: 1000 10000 100000

Each size has a home of its own (SQLite). The tick runs in a process of its own, so its peak memory is its own. A tick
moves the clocks, writes the messages, hands them to the page and the mailbox, and signs a checkpoint; the seconds are
told apart. The second tick must write nothing.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 11, 1, tzinfo=UTC)
NOW = START + timedelta(days=4)


def ready(home: Path) -> None:
    os.environ["TOCSIN_HOME"] = str(home)
    from tocsin.cli import output

    output.ready()


def seed(home: Path, count: int) -> None:
    """Fill a home with open items about as many sources: half alerts, half watches; one in ten has run out by NOW."""
    ready(home)
    from django.db import transaction

    from tocsin.catalog import directive
    from tocsin.core.clock import FixedClock
    from tocsin.core.context import Context
    from tocsin.core.settings import Settings
    from tocsin.response.docket import clocks
    from tocsin.response.docket.models import Item, Step
    from tocsin.response.register import record

    rules = directive.current()
    ctx = Context(settings=Settings(home=home), clock=FixedClock(START))
    items, steps = [], []
    for number in range(count):
        level = ("alert", "watch")[number % 2]
        # A rung is due 72 hours (48 for a watch) after opening; those opened later are not due at NOW.
        opened = START if number % 20 < 2 else NOW - timedelta(hours=1)
        rule = rules.level(level)
        items.append(
            Item(
                source_id=f"source_{number:06d}",
                question=f"Source {number} fell silent. What will we do?",
                level=level,
                tier=rule.entry,
                ceiling=rule.ceiling,
                owner_post=rules.tier(rule.entry).owner,
                opened_at=opened,
                decision_due=clocks.decision_due(rules, level, opened),
                evidence_vintage="as of 2026-11-01",
                directive_version=rules.version,
                next_due=clocks.delivery_due(rules, level, rule.entry, opened),
            )
        )
    with transaction.atomic():
        items = Item.objects.bulk_create(items, batch_size=1000)
        for item in items:
            steps.append(
                Step(
                    item=item,
                    tier=item.tier,
                    posts=rules.posts_of(item.tier),
                    why="opened",
                    entered_at=item.opened_at,
                    delivery_due=item.next_due,
                )
            )
        Step.objects.bulk_create(steps, batch_size=1000)
        record.enter_many(ctx, (record.Act("item.opened", {"question": i.question}, i.pk) for i in items))
    record.checkpoint(ctx)


def rows() -> dict[str, int]:
    from django.apps import apps

    return {
        m._meta.db_table: m.objects.count()
        for label in ("docket", "register")
        for m in apps.get_app_config(label).get_models()
    }


def tick(home: Path) -> None:
    """Tick twice and say what it took."""
    ready(home)
    from tocsin.core.clock import FixedClock
    from tocsin.core.context import Context
    from tocsin.core.settings import Settings
    from tocsin.response.docket import digest, outbox
    from tocsin.response.docket import tick as ticking
    from tocsin.response.register import record

    ctx = Context(settings=Settings(home=home), clock=FixedClock(NOW))
    if os.environ.get("PROFILE"):
        import cProfile

        profile = cProfile.Profile()
        profile.enable()
    parts: dict[str, float] = {}

    def timed(name: str, act):
        begun = time.perf_counter()
        result = act()
        parts[name] = round(time.perf_counter() - begun, 2)
        return result

    begun, cpu = time.perf_counter(), time.process_time()
    done = timed("clocks", lambda: ticking.settle_due(ctx))
    timed("digests", lambda: digest.write_due(ctx))
    sent = timed("messages", lambda: outbox.deliver(ctx))
    timed("checkpoint", lambda: record.checkpoint(ctx))
    total, used = time.perf_counter() - begun, time.process_time() - cpu
    if os.environ.get("PROFILE"):
        profile.disable()
        import pstats

        pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(45)
    before = rows()
    second = time.perf_counter()
    again = ticking.tick(ctx)
    second = time.perf_counter() - second
    print(
        json.dumps(
            {
                "lapses": len(done.lapses),
                "climbs": len(done.moved),
                "messages": sent.sent,
                "seconds": round(total, 2),
                "cpu_seconds": round(used, 2),
                "parts": parts,
                "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                "second_tick_seconds": round(second, 2),
                "second_tick_rows_written": sum(rows().values()) - sum(before.values()),
                "second_tick_lapses": len(again.lapses),
            }
        )
    )


def main(sizes: list[int]) -> None:
    before = None
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="tocsin-tick-") as folder:
            for what in ("seed", "tick"):
                run = subprocess.run(
                    [sys.executable, __file__, what, folder, str(size)],
                    check=True,
                    capture_output=what == "tick",
                    text=True,
                )
        found = json.loads(run.stdout)
        sys.stderr.write(run.stderr or "")
        growth = (
            ""
            if before is None
            else f"  ({found['seconds'] / before[1]:.1f} times the time for {size / before[0]:.0f} times the items)"
        )
        print(f"{size:>7,} items, {found['lapses']:,} due: {found['seconds']} s, {found['peak_mb']} MB{growth}")
        print(f"        {found}")
        before = (size, max(found["seconds"], 0.01))


if __name__ == "__main__":
    if sys.argv[1:2] == ["seed"]:
        seed(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] == ["tick"]:
        tick(Path(sys.argv[2]))
    else:
        main([int(n) for n in sys.argv[1:]] or [1000, 10_000, 100_000])
