"""Silence: how soon it is noticed, how often reports that stop ring falsely, what a look at the feeds costs.

    python benchmarks/silence.py [TRIES]        default: 35040 tries of one feed, a year of quarters of an hour

1. Simulated time: every source's cadence and grace, a worker that looks once a minute. Limit: both + 60 s. Then
   a publisher that goes on answering, sends no ETag and says what it said, asked at each quarter of the allowance.
2. Reports on a place that goes on reporting, days drawn by chance and in clusters: share of gaps that ring, alarms a
   year. Limit where days come by chance: the 1 in 200 that the tripwire says. The same of five who write and go on,
   for the quiet of most of them; and how soon four of five who stop are missed while a sixth begins.
3. One look at all feeds, the longest record being of so many tries: seconds, beside one tick a minute. Limit: 1 s.
"""

from __future__ import annotations

import json
import logging
import random
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from tests.fakes.publishers import Publisher, ask, ready

from tocsin.catalog.tripwires import get
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.settings import Settings
from tocsin.evidence import pulse
from tocsin.evidence.sources import live_ids, spec
from tocsin.tripwires import evaluate
from tocsin.tripwires.feed import Sign, span
from tocsin.tripwires.reports_stop import Arrivals, params_of, quiet, without_new_voices

START = datetime(2026, 1, 1, 0, 0, 17, tzinfo=UTC)
TICK = timedelta(minutes=1)
LEAST_GAPS = 100_000


def noticed(source_id: str) -> tuple[timedelta, timedelta]:
    """Return cadence plus grace of a source, and how long after its last sign a worker's look first rings."""
    declared, rule = spec(source_id), get("silence_feed")
    allowed = timedelta(days=declared.cadence_days + declared.grace_days)
    begun = START - timedelta(seconds=17)
    sign = Sign(source_id, declared.title, timedelta(days=declared.cadence_days), timedelta(days=declared.grace_days),
                begun, last_new=begun)  # fmt: skip
    low, high = 0, 2 * (allowed // TICK) + 2  # silence only grows: the first look that rings is found by halving
    while low < high:
        middle = (low + high) // 2
        if evaluate(rule, [sign], START + middle * TICK):
            high = middle
        else:
            low = middle + 1
    return allowed, START + low * TICK - begun


def says_the_same(source_id: str) -> tuple[str, int, timedelta]:
    """Return what three askings of a frozen publisher without versions brought, vintages made, and when it rang.

    The time is counted from the last news to the first of the worker's looks that rings, less cadence and grace.
    """
    declared = spec(source_id)
    allowed = timedelta(days=declared.cadence_days + declared.grace_days)
    with tempfile.TemporaryDirectory() as folder, Publisher(source_id, etags=False) as publisher:
        clock = FixedClock(datetime(2026, 11, 24, 12, tzinfo=UTC))  # all that the samples have is out
        ctx = Context(settings=Settings(home=Path(folder)), clock=clock)
        ready(ctx, publisher)
        ask(ctx, publisher)
        begun, stood, told = clock.now(), len(list(ctx.settings.store.glob("*/loads/*"))), []
        for _ in range(3):
            clock.move(seconds=allowed.total_seconds() / 4)
            (ctx.settings.store / "iati" / "next.json").unlink(missing_ok=True)  # the same countries again
            told.append(ask(ctx, publisher).outcome)
        made = len(list(ctx.settings.store.glob("*/loads/*"))) - stood
        looked = begun + (clock.now() - begun) // TICK * TICK + timedelta(seconds=17)
        low, high = 0, 2 * (allowed // TICK) + 2
        [sign] = pulse.signs(ctx, looked)
        while low < high:
            middle = (low + high) // 2
            if evaluate(get("silence_feed"), [sign], looked + middle * TICK):
                high = middle
            else:
                low = middle + 1
        return ", ".join(told), made, looked + low * TICK - begun - allowed


def alarms(pace: float, *, clustered: bool, seed: int = 20101020) -> tuple[float, float]:
    """Return the share of gaps that ring, and alarms a year, of a place that never stops reporting."""
    rng, params = random.Random(seed), params_of(get("silence_reports"))
    today = date(2026, 1, 1)
    mark = max(
        quiet(params, Arrivals("KEN", today - timedelta(days=179), today, round(pace * 180), 2)), params.quiet_days
    )
    gaps = rung = gap = days = 0
    busy = True
    while gaps < LEAST_GAPS:
        days += 1
        gap += 1
        if clustered and rng.random() < 1 / 30:  # months in which thrice as much comes as in those between
            busy = not busy
        chance = pace * (1.5 if busy else 0.5) if clustered else pace
        if rng.random() < chance:
            gaps, rung, gap = gaps + 1, rung + (gap > mark), 0
    return rung / gaps, rung * 365 / days


def voices(pace: float, days: int = 20_000, seed: int = 20101020) -> tuple[float, float, int | None]:
    """Return alarms a gap and a year of five who go on, each by chance, and in how many days four who stop are missed.

    When they stop a sixth begins, every third day; the fifth goes on.
    """
    rng, params, span = random.Random(seed), params_of(get("silence_reports")), 180
    begun = date(2000, 1, 1)
    wrote: list[list[int]] = [[] for _ in range(5)]
    gaps, rung = 0, set()

    def lost(today: int) -> date | None:
        """Return the last day of those who are missed; one quiet rings once, whatever the day it is asked on."""
        recent = [frozenset(begun + timedelta(days=d) for d in v if d > today - span) for v in wrote]
        one = Arrivals("KEN", begun, begun, 99, 5, tuple(v for v in recent if v))
        found = without_new_voices(params, one)
        return found[1].newest if found and begun + timedelta(days=today) >= found[0] else None

    for today in range(days):
        for voice in wrote:
            if rng.random() < pace:
                voice.append(today)
        wrote = [[d for d in v if d > today - span] for v in wrote]
        if today >= span:
            gaps += sum(bool(v) and v[-1] == today for v in wrote)
            rung.add(lost(today))
    false = len(rung - {None})
    wrote.append([])
    for since in range(1, span):
        if rng.random() < pace:
            wrote[0].append(days + since)
        if since % 3 == 0:
            wrote[5].append(days + since)
        if lost(days + since) is not None:
            return false / gaps, false * 365 / days, since
    return false / gaps, false * 365 / days, None


def look(tries: int) -> float:
    """Return the seconds of one look, one feed having so many tries on record."""
    with tempfile.TemporaryDirectory() as folder:
        ctx = Context(settings=Settings(home=Path(folder)), clock=FixedClock(START))
        for source_id in live_ids():
            many = tries if source_id == live_ids()[0] else 1
            store = ctx.settings.store / source_id / "fetches"
            store.mkdir(parents=True)
            for i in range(many):
                at = f"{START - timedelta(minutes=15 * (many - i)):%Y-%m-%dT%H:%M:%SZ}"
                body = {"outcome": "unchanged", "at": at, "ended": at, "said": "", "rule": ""}
                (store / f"{at.replace(':', '')}-{i:06d}.json").write_text(json.dumps(body), encoding="utf-8")
        pulse.take(ctx)
        begun = time.perf_counter()
        pulse.take(ctx)
        return time.perf_counter() - begun


def main() -> int:
    """Print all three; 1 when a limit is broken."""
    logging.disable(logging.CRITICAL)
    tries = int(sys.argv[1]) if len(sys.argv) > 1 else 35_040
    broken = False
    print("1. Noticed after the last sign (limit: cadence + grace + 60 s)")
    for source_id in live_ids():
        allowed, after = noticed(source_id)
        broken |= after > allowed + TICK
        print(
            f"   {source_id:18} allowed {span(allowed):12} noticed after it {(after - allowed).total_seconds():4.0f} s"
        )
    print("   The same of a publisher that answers, sends no ETag, and says what it said")
    for source_id in live_ids():
        told, made, late = says_the_same(source_id)
        broken |= made > 0 or late > TICK or "new" in told
        print(f"   {source_id:18} {told:32} {made} vintages made, noticed {late.total_seconds():4.0f} s after it")
    print(f"2. Reports that go on (limit by chance: {params_of(get('silence_reports')).chance:g} of gaps)")
    for pace, said in ((1 / 14, "a day in 14"), (1 / 7, "a day in 7"), (0.5, "every second day")):
        for clustered in (False, True):
            share, a_year = alarms(pace, clustered=clustered)
            broken |= not clustered and share > params_of(get("silence_reports")).chance * 1.1
            how = "in clusters" if clustered else "by chance"
            print(f"   {said:17} {how:12} {share:.4f} of gaps, {a_year:.2f} false alarms a year")
    for pace, said in ((1 / 30, "a day in 30 each"), (1 / 14, "a day in 14 each"), (1 / 7, "a day in 7 each")):
        share, a_year, after = voices(pace)
        broken |= share > params_of(get("silence_reports")).chance or after is None
        print(
            f"   five, {said:17} {share:.4f} of gaps, {a_year:.2f} false alarms a year; "
            f"four of five who stop are missed after {after} days, while a sixth writes"
        )
    seconds = look(tries)
    broken |= seconds > 1
    print(
        f"3. One look at {len(live_ids())} feeds, {tries:,} tries of one: {seconds:.3f} s (limit 1 s; a tick a minute)"
    )
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
