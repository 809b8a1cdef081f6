"""A threshold from an alert budget: the lowest mark on the grid that stays within it.

Only firings are counted here; whether they came true plays no part, so the choice cannot be fitted to outcomes. It is
made on the years the file names (``choose_last``) and scored on those that follow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence


def within_budget(grid: Sequence[float], rate: Callable[[float], float], budget: float) -> tuple[float, float] | None:
    """Return the lowest threshold of a rising grid from which every higher one also keeps within the budget.

    With it the firings a year there; None when even the highest fires more often. ``rate`` gives firings a year.
    """
    chosen = None
    for value in reversed(grid):
        fired = rate(value)
        if fired > budget:
            break
        chosen = (value, fired)
    return chosen
