"""What a report tripwire must have shown before it may warn: its back-test on dated chains, of this very rule.

Other tripwires are tested on years of figures and promise a rate. Nobody has a record of every report of a year with
two readings of each, so a report tripwire promises none and is never sealed. It is armed all the same by what can be
shown, because a rule that waits for such a record keeps still until somebody has made one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from tocsin.catalog.tripwires import Tripwire, all_tripwires, shipped_backtest

MOST_NOISE = 10.0
"""Firings in 1,000 items of noise, at most, for a tripwire that rings above watch."""
MISSING = (
    "No rate a year: there is no record of every report of a year, each read twice, so nothing is promised and nothing "
    "sealed. It is armed all the same: what it waits for is seldom, and a rule that waited for such a record would "
    "keep still."
)


def held_back(tripwire: Tripwire, tested: Mapping[str, Any] | None) -> str:
    """Return in a clause why a report tripwire may not warn by a back-test; empty when it may.

    It must have fired in time on a known chain; one that rings above watch on no quiet chain, and in noise of no chain
    more often than ``MOST_NOISE``. One that asks a third reader about a dispute need not be first on any chain.
    """
    if tested is None:
        return "no back-test of this very rule on dated chains is kept beside it"
    if not tested["hits"] and not getattr(tripwire.params, "disputed", False):
        return "it fired in time on none of the known chains"
    if tripwire.level == "watch":
        return ""
    if tested["false_alarms"]:
        return f"it alarmed on the quiet chain {', '.join(tested['false_alarms'])}"
    most = max(tested["noise_firings_per_1000"].values())
    return f"it fires on {most:g} of 1,000 items of noise" if most > MOST_NOISE else ""


@cache
def armed_on_reports() -> tuple[Tripwire, ...]:
    """Return the report tripwires that may warn, in the order of their ids."""
    rules = [t for t in all_tripwires().values() if t.kind == "report"]
    return tuple(t for t in rules if not held_back(t, shipped_backtest(t)))
