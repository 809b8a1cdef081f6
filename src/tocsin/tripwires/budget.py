"""The alert budget: attention is finite, so each tripwire may open only so many items in a year, worldwide.

Each tripwire has its own share, so that a long list of forecasts cannot use up what events may need later in the year.
What the budget cuts off is listed, never dropped in silence. A place that is on the docket already costs nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tocsin.tripwires.series import Firing

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Spent:
    """An item opened earlier: by which tripwire, on which place, when."""

    tripwire_id: str
    place_id: str
    on: date


def order(firing: Firing) -> tuple[object, ...]:
    """Rank firings: under way first, then how far over the threshold, then by name so that ties never move."""
    return (firing.state != "under way", -firing.over, firing.tripwire_id, firing.place_id or firing.source_id or "")


def share(
    firings: Iterable[Firing], budgets: Mapping[str, float | None], spent: Iterable[Spent], today: date
) -> tuple[list[Firing], list[Firing], list[Spent]]:
    """Return the firings that pass, those cut off, and the items newly spent.

    ``budgets`` gives items a year by tripwire, in the order in which tripwires choose; None or absent: no limit.
    """
    recent = [s for s in spent if today - YEAR < s.on <= today]
    used = Counter(s.tripwire_id for s in recent)
    on_docket: set[str | None] = {s.place_id for s in recent}
    ranks = {tripwire_id: i for i, tripwire_id in enumerate(budgets)}
    passed, cut, new = [], [], []
    for firing in sorted(firings, key=lambda f: (ranks.get(f.tripwire_id, -1), *order(f))):
        limit = None if firing.kind in ("silence", "bell", "report") else budgets.get(firing.tripwire_id)
        if limit is None or firing.place_id in on_docket:
            passed.append(firing)
        elif used[firing.tripwire_id] < limit:
            used[firing.tripwire_id] += 1
            on_docket.add(firing.place_id)
            new.append(Spent(firing.tripwire_id, firing.place_id or "", today))
            passed.append(firing)
        else:
            cut.append(firing)
    # A place cut by one tripwire and opened by a later one is on the docket: its warning joins.
    joined = [f for f in cut if f.place_id in on_docket]
    return passed + joined, [f for f in cut if f not in joined], new
