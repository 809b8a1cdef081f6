"""The past of a tripwire at any threshold, as its page shows it. Worked out once for a store and a choice.

The one place in which the desk asks the evidence wing for more than a run: moving a threshold moves the past, and the
past is not in a run. Who reads the page can ask for the thresholds of the grid and a few choices, and for nothing
else: the work is bounded, whoever asks.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from tocsin.catalog.tripwires import Tripwire, get
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.evidence import backtests
from tocsin.evidence.past import Past, past
from tocsin.tripwires.choose import Wish

Row = dict[str, Any]
WAYS: dict[str, dict[str, Wish]] = {
    "budget": {f"{n}": Wish(budget=n) for n in (1, 2, 4, 8, 12)},
    "miss-rate": {f"{p}": Wish(miss_rate=p) for p in (0.1, 0.2, 0.3, 0.4, 0.5)},
    "costs": {f"1:{n}": Wish(cost_false_alarm=1, cost_miss=n) for n in (5, 10, 20, 50)},
}
"""The three ways to choose that a page offers, by value; the command line takes any."""


def near(tripwire: Tripwire, threshold: float) -> float:
    """Return the threshold of the tripwire's grid that is nearest."""
    grid = tripwire.params.grid.values()  # type: ignore[union-attr]
    asked = min(max(threshold, grid[0]), grid[-1])
    return min(grid, key=lambda t: abs(t - asked))


def tested(ctx: Context, tripwire: Tripwire, wish: Wish) -> Row:
    """Return the back-test of a forecast or event tripwire. Raises Refused when the wish cannot be had."""
    found = _tested(past(ctx), tripwire.id, wish)
    if isinstance(found, Refused):
        raise found
    return found


@lru_cache(maxsize=96)
def _tested(known: Past, tripwire_id: str, wish: Wish) -> Row | Refused:
    try:
        return backtests.of_past(known, get(tripwire_id), wish)
    except Refused as reason:  # a refusal took as long to find, and is kept as well
        return reason
