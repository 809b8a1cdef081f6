"""What one report tripwire alone does on known chains and over noise: its back-test, said before it is relied on.

The pure function of ``tripwires`` is walked item by item; the docket has no part in it. Chains are few and were chosen
with hindsight, and the rules were set with them in view: the figures say what a rule does, not how well it will do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from tocsin.catalog.tripwires import Tripwire
from tocsin.response.docket.replay.chain import readings
from tocsin.response.docket.replay.disturb import Disturbance, disturbed
from tocsin.response.docket.replay.items import Dated, Timeline
from tocsin.response.docket.replay.reach import reach
from tocsin.tripwires import evaluate
from tocsin.tripwires.report import GradedReport

CAVEATS = [
    "Three chains that an onset followed and one that none did: too few for a rate of misses or of false alarms.",
    "Items were chosen with hindsight, and both coders may have recognised the cases.",
    "The rules were set with these chains in view.",
    "Noise is made of real items of the other chains, moved evenly over places and days; real noise comes in clusters.",
]


def first_firings(tripwire: Tripwire, items: Sequence[Dated]) -> dict[str, list[date]]:
    """Return the days on which a tripwire began to fire, by place; items are in the order of days."""
    known: dict[str, list[GradedReport]] = {}
    found: dict[str, list[date]] = {}
    for item in items:
        if not reach(item).reached:
            continue
        at = datetime.combine(item.day, time(12, tzinfo=UTC))
        known.setdefault(item.place_id, []).extend(readings(item, at))
        for firing in evaluate(tripwire, known[item.place_id], at):
            day = date.fromisoformat(firing.period)
            if day not in found.setdefault(item.place_id, []):
                found[item.place_id].append(day)
    return found


def backtest(
    tripwire: Tripwire, chains: Mapping[str, Timeline], rows: Sequence[Dated], *, noise: int, seeds: Iterable[int]
) -> dict[str, Any]:
    """Return the back-test of one report tripwire.

    A hit fired before the onset, or by the latest day its compiler could defend, whichever is later; a false alarm
    fired on a chain that no onset followed. ``noise_firings`` are the places of noise on which it fired, by chain,
    over all seeds.
    """
    fired = {c.id: _own(tripwire, c, rows) for c in chains.values()}
    positive = [c for c in chains.values() if not c.negative]
    hits = [c.id for c in positive if fired[c.id] and fired[c.id][0] <= max(d for d in (c.onset, c.latest_top) if d)]
    seeds = list(seeds)
    over = {c.id: sum(_over_noise(tripwire, c, rows, noise, seed) for seed in seeds) for c in chains.values()}
    per_1000 = {ident: round(1000 * n / (noise * len(seeds)), 2) for ident, n in over.items()}
    false = [c.id for c in chains.values() if c.negative and fired[c.id]]
    first = {ident: days[0] for ident, days in fired.items() if days}
    quiet = len(chains) - len(positive)
    words = (
        f"{len(hits)} of {len(positive)} chains in time, {len(false)} of {quiet} quiet ones alarmed, "
        f"{max(per_1000.values())} firings in 1,000 items of noise at most"
    )
    return {
        "tripwire_id": tripwire.id,
        "version": tripwire.version,
        "kind": "report",
        "rule_sha256": tripwire.digest(),
        "threshold": None,
        "alarms": sum(len(days) for days in fired.values()),
        "first_fired": first,
        "hits": hits,
        "misses": [c.id for c in positive if c.id not in hits],
        "false_alarms": false,
        "noise_items": noise,
        "noise_seeds": len(seeds),
        "noise_firings": over,
        "noise_firings_per_1000": per_1000,
        "words": words,
        "caveats": CAVEATS,
    }


def _own(tripwire: Tripwire, timeline: Timeline, rows: Sequence[Dated]) -> list[date]:
    return first_firings(tripwire, [r for r in rows if r.timeline == timeline.id]).get(timeline.place_id, [])


def _over_noise(tripwire: Tripwire, timeline: Timeline, rows: Sequence[Dated], number: int, seed: int) -> int:
    fed = [item for item in disturbed(rows, timeline, Disturbance(noise=number), seed) if item.noise]
    return len(first_firings(tripwire, fed))
