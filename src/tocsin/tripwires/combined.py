"""All armed tripwires together: how many items a year they would have opened, which is not the sum of their firings.

A firing about a place whose item was opened within the year before joins it and costs nobody a new question. The rule
is the alert budget's own (``budget.share``), replayed over the past with the budget and without it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from tocsin.tripwires import intervals
from tocsin.tripwires.budget import Spent, share
from tocsin.tripwires.series import Firing


@dataclass(frozen=True, slots=True)
class Past:
    """A past firing: what fired on what, when it would have reached the docket, how far over its threshold."""

    tripwire_id: str
    place_id: str
    on: date
    value: float
    threshold: float
    level: str = "alert"

    def firing(self) -> Firing:
        """Return it as the alert budget ranks firings."""
        told = (self.value, self.threshold, None, "", "", ())
        return Firing(self.tripwire_id, 1, "forecast", self.level, self.place_id, None, str(self.on), *told)


def together(firings: Iterable[Past], budgets: Mapping[str, float | None], first: date, last: date) -> dict[str, Any]:
    """Return firings, items after joining by place, and what the budget would have let through and cut.

    Counted on the days ``first`` … ``last``. ``budgets`` gives items a year by tripwire in the order in which they
    choose. The year before the first day is replayed too where there are firings in it: what stood then is joined.
    """
    past = sorted(firings, key=lambda f: (f.on, f.tripwire_id, f.place_id))
    years = ((last - first).days + 1) / 365.25
    counted = [f for f in past if first <= f.on <= last]
    free = _replay(past, dict.fromkeys(budgets))
    items = [f for f, fate in free if fate == "opened" and first <= f.on <= last]
    bound = [(f, fate) for f, fate in _replay(past, budgets) if first <= f.on <= last]
    fates = Counter(fate for _, fate in bound)
    low, high = intervals.rate(len(items), years)
    return {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "years": round(years, 1),
        "firings": len(counted),
        "sum_per_year": round(len(counted) / years, 2),
        "items": len(items),
        "items_per_year": round(len(items) / years, 2),
        "items_per_year_interval": [round(low, 2), round(high, 2)],
        "most_in_a_year": max(Counter(f.on.year for f in items).values(), default=0),
        "with_budget": {
            "opened": fates["opened"],
            "joined": fates["joined"],
            "cut": fates["cut"],
            "opened_per_year": round(fates["opened"] / years, 2),
        },
        "by_tripwire": [
            {
                "tripwire_id": t,
                "firings": sum(f.tripwire_id == t for f in counted),
                "opened": sum(f.tripwire_id == t for f in items),
                "cut_by_budget": sum(f.tripwire_id == t and fate == "cut" for f, fate in bound),
            }
            for t in budgets
        ],
    }


def _replay(past: list[Past], budgets: Mapping[str, float | None]) -> list[tuple[Past, str]]:
    """Return each firing with its fate, day by day: opened an item, joined one, or was cut off by the budget."""
    spent: list[Spent] = []
    fates: list[tuple[Past, str]] = []
    # Without a limit nothing is spent, so an endless one stands in: it opens and joins, and never cuts.
    limits = {t: float("inf") if n is None else n for t, n in budgets.items()}
    for day, group in groupby(past, key=lambda f: f.on):
        of_day = {(f.tripwire_id, f.place_id): f for f in group}
        _, cut, new = share((f.firing() for f in of_day.values()), limits, spent, day)
        spent += new
        opened = {(s.tripwire_id, s.place_id) for s in new}
        gone = {(f.tripwire_id, f.place_id) for f in cut}
        for key, f in of_day.items():
            fates.append((f, "opened" if key in opened else "cut" if key in gone else "joined"))
    return fates
