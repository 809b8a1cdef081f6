"""How long the fold of a ledger takes, and how that grows: scorecard and report over more and more questions.

Run: .venv/bin/python benchmarks/oversight.py [QUESTIONS …]. It prints; it never passes or fails.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.desk.settings")
django.setup()

from tocsin.core.clock import iso  # noqa: E402 - Django first
from tocsin.response.oversight.entries import Entry, Record  # noqa: E402
from tocsin.response.oversight.scorecard import Fold, card, scorecard  # noqa: E402
from tocsin.response.oversight.statutory import report  # noqa: E402

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
PLACES = ("SDN", "MMR", "ETH", "FRA", "TUR", "RUS", "KEN", "MLI")


def record(questions: int) -> Record:
    """Return a record of that many questions, five entries each, spread over a year; every third is never answered."""
    entries: list[Entry] = []

    def add(item: int, hours: float, act: str, **body: object) -> None:
        at = FIRST + timedelta(minutes=item * 525_600 / questions, hours=hours)
        entries.append(Entry(len(entries), at, act, item, body))

    for item in range(1, questions + 1):
        by = {"by": {"post": "desk_officer"}}
        add(item, 0, "item.opened", level="alert", kind="event", place_id=PLACES[item % 8], tier=3)
        if item % 3 == 0:
            for tier in (3, 4, 5):
                due = iso(FIRST + timedelta(hours=72 * (tier - 2)))
                add(item, 72 * (tier - 2), "clock.lapsed", clock="delivery", tier=tier, posts=["deputies"], due=due)
            continue
        add(item, item % 50, "item.acknowledged", tier=3, **by)
        words = f"Reader {item % 97} and reader {item % 89} saw columns {'north ' * (item % 13)}of the town"
        add(item, 50 + item % 90, "item.decided", kind="act", reasons=words, commitments=[{"what": "x"}], tier=3, **by)
        add(item, 200, "commitment.done", late=False, **by)
        add(item, 300, "item.closed", **by)
    return Record(sorted(entries, key=lambda e: e.time), "a benchmark", "")


def main() -> None:
    """Print seconds for each size."""
    print("questions   entries   scorecard s   report s   µs an entry   100 more s   card s")
    for size in [int(n) for n in sys.argv[1:]] or [1_000, 10_000, 50_000]:
        log = record(size)
        now = FIRST + timedelta(days=400)
        start = time.perf_counter()
        scorecard(log, now)
        whole = time.perf_counter() - start
        start = time.perf_counter()
        report(log, "neutral", FIRST.date(), now.date(), now)
        told = time.perf_counter() - start
        more, shown = kept_up(log, now)
        print(
            f"{size:>9,} {len(log.entries):>9,} {whole:>13.2f} {told:>10.2f} {1e6 * whole / len(log.entries):>13.1f}"
            f"{more:>13.4f} {shown:>8.2f}"
        )


def kept_up(log: Record, now: datetime) -> tuple[float, float]:
    """Return the seconds that 100 further entries cost a fold that was kept, and those of the card made from it."""
    fold = Fold()
    for entry in log.entries[:-100]:
        fold.take(entry)
    start = time.perf_counter()
    for entry in log.entries[-100:]:
        fold.take(entry)
    more = time.perf_counter() - start
    start = time.perf_counter()
    card(fold, now, source="a benchmark", open_to_all=True)
    return more, time.perf_counter() - start


if __name__ == "__main__":
    main()
