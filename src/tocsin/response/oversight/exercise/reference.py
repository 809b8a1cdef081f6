"""When the rules alone, on both coders' codes, would have told each tier: what players are compared with."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.catalog import directive, tripwires
from tocsin.response.docket.replay.backtest import first_firings
from tocsin.response.docket.replay.items import Dated


def told_on(own: Sequence[Dated]) -> dict[int, int]:
    """Return for each tier the day, counted from the first item, on which a report tripwire would have told it."""
    rules, first = directive.current(), {}
    for tripwire in tripwires.all_tripwires().values():
        if tripwire.kind != "report":
            continue
        days = [day for found in first_firings(tripwire, own).values() for day in found]
        if not days:
            continue
        level = rules.level(tripwire.level)
        for tier in {level.entry, *level.told}:
            day = (min(days) - own[0].day).days
            first[tier] = min(day, first.get(tier, day))
    return dict(sorted(first.items()))
