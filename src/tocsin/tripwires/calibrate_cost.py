"""A threshold from what being wrong costs: the cost/loss rule for probabilities, the cheapest mark for counts.

For a calibrated probability p, a firing costs (1 − p) · X when it is a false alarm and silence costs p · Y when it is
a miss: to fire is cheaper from p = X / (X + Y) on (the cost/loss rule; Murphy 1977). A count or a rise is no
probability: there the cheapest mark on the years set apart for choosing is taken, false alarms and misses as counted.
"""

from __future__ import annotations

from collections.abc import Sequence


def cost_loss(false_alarm: float, miss: float) -> float:
    """Return the probability from which on firing is cheaper than silence. Both costs are above 0, in one unit."""
    return false_alarm / (false_alarm + miss)


def cheapest(
    grid: Sequence[float], errors: Sequence[tuple[int, int]], false_alarm: float, miss: float
) -> tuple[float, float]:
    """Return the threshold with the lowest cost and that cost; of equals the lowest, which misses least.

    ``errors`` gives (false alarms, misses) at each threshold of the rising grid.
    """
    costs = [f * false_alarm + m * miss for f, m in errors]
    best = min(range(len(grid)), key=lambda i: (costs[i], grid[i]))
    return grid[best], costs[best]
