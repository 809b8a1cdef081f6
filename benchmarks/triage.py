"""Triage: what it costs to rank many open questions, and how the cost grows.

    python benchmarks/triage.py [LINES]

Prints milliseconds for the rule alone and for the order read from a register (SQLite, in a temporary folder), at a
tenth of the lines and at all of them, and whether the first 50 are the same when the lines come in another order.
Passes or fails nothing.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def timed(work: Callable[[], object]) -> float:
    """Return the milliseconds that a piece of work takes."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def rule_alone(lines: int) -> float:
    """Rank made-up lines, tell whether the top holds when they are shuffled, and return the milliseconds."""
    from tocsin.catalog import directive
    from tocsin.response.docket.priorities import Facts, order

    chance = random.Random(lines)
    made = [
        Facts(
            "item", n, "SDN", chance.choice(["watch", "alert"]), chance.random() < 0.02, chance.randint(0, 2),
            NOW + timedelta(hours=chance.randint(-50, 300)), NOW - timedelta(hours=n % 97), chance.uniform(0, 20),
        )
        for n in range(1, lines + 1)
    ]  # fmt: skip
    rules = directive.current()
    taken = timed(lambda: order(rules, made, NOW))
    same = order(rules, made, NOW)[:50] == order(rules, chance.sample(made, lines), NOW)[:50]
    print(f"  rule alone   {lines:>7} lines  {taken:>8.0f} ms   first 50 the same when shuffled: {same}")
    return taken


def from_register(lines: int) -> float:
    """Fill a register with so many open items and return the milliseconds to read and rank them."""
    from django.core.management import call_command

    from tocsin.core.clock import FixedClock
    from tocsin.core.context import Context
    from tocsin.core.settings import Settings
    from tocsin.response.docket import ranked
    from tocsin.response.docket.models import Item

    call_command("migrate", verbosity=0, interactive=False)
    have = Item.objects.count()
    Item.objects.bulk_create(
        Item(
            place_id="", source_id=f"s{n}", question="?", level=("watch", "alert", "emergency")[n % 3], tier=1,
            ceiling=2, owner_post="analyst", opened_at=NOW, decision_due=NOW + timedelta(hours=n % 300),
            evidence_vintage="made up", directive_version="2",
        )
        for n in range(have, lines)
    )  # fmt: skip
    ctx = Context(settings=Settings(), clock=FixedClock(NOW))
    taken = timed(lambda: ranked.standing(ctx))
    print(f"  from register{lines:>7} items  {taken:>8.0f} ms")
    return taken


def main() -> None:
    """Measure at a tenth and at all lines."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    os.environ["TOCSIN_HOME"] = tempfile.mkdtemp(prefix="tocsin-triage-")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.desk.settings")
    import django

    django.setup()
    for work in (rule_alone, from_register):
        few, many = work(lines // 10), work(lines)
        print(f"  ten times the lines take {many / few:.1f} times as long")


if __name__ == "__main__":
    main()
