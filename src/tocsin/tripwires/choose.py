"""Three ways to choose a threshold, and the fourth, to name one: by budget, by miss rate, by costs, given.

Each is made on the years the tripwire's file sets apart for choosing, and says on what it rests. What cannot be had
is refused with its reason, not rounded to what can.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from tocsin.catalog.tripwires.schema import Tripwire
from tocsin.core.errors import Misuse, Refused
from tocsin.core.numbers import percent
from tocsin.tripwires import calibrate, calibrate_cost, calibrate_miss
from tocsin.tripwires.sweep import Sweep

Way = Literal["given", "alert budget", "miss rate", "costs"]
EXCHANGEABLE = "Assumed: the next onset is to this record as any one of its onsets was to the others (exchangeable)."
CALIBRATED = "Assumed: the forecast is calibrated, so that 5% comes true five times in a hundred; see the track record."


@dataclass(frozen=True)
class Wish:
    """What was asked for: one of a threshold, firings a year, a miss rate, two costs; nothing is the file's budget."""

    threshold: float | None = None
    budget: float | None = None
    miss_rate: float | None = None
    cost_false_alarm: float | None = None
    cost_miss: float | None = None

    def __post_init__(self) -> None:
        costs = (self.cost_false_alarm, self.cost_miss)
        if (costs[0] is None) != (costs[1] is None):
            raise Misuse(
                "One cost alone sets no threshold", todo="Give both, in one unit: a false alarm's and a miss's"
            )
        asked = [v for v in (self.threshold, self.budget, self.miss_rate, costs[0]) if v is not None]
        if len(asked) > 1:
            raise Misuse(
                "A threshold is chosen in one way at a time", todo="Give a threshold, a budget, a miss rate, or costs"
            )
        if any(v is not None and v <= 0 for v in (self.threshold, self.budget, *costs)):
            raise Misuse("Thresholds, budgets and costs are above 0")
        if self.miss_rate is not None and not 0 < self.miss_rate < 1:
            raise Misuse("A miss rate lies between 0 and 1", todo="Write 1 in 5 as 0.2")

    @property
    def way(self) -> Way:
        """Which way was asked for."""
        if self.threshold is not None:
            return "given"
        if self.miss_rate is not None:
            return "miss rate"
        return "alert budget" if self.cost_miss is None else "costs"


@dataclass(frozen=True)
class Chosen:
    """A threshold, the way it was chosen, one sentence that says so, and the figures behind it."""

    threshold: float
    way: Way
    words: str
    figures: dict[str, Any] = field(default_factory=dict)

    def said(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {"way": self.way, "words": self.words, **self.figures}


def choose(tripwire: Tripwire, sweep: Sweep, wish: Wish) -> Chosen:
    """Return the threshold a wish leads to. Raises Refused when it cannot be had from this record."""
    most = getattr(tripwire.params, "most_per_year", None) or tripwire.alert_budget.items_per_year
    if most is None:
        raise Refused(f"{tripwire.id} has no alert budget and no threshold")
    grid = tripwire.params.grid.values()  # type: ignore[union-attr]
    if wish.threshold is not None:
        return Chosen(wish.threshold, "given", "The threshold was given.")
    if wish.miss_rate is not None:
        return _by_miss_rate(tripwire, sweep, grid, wish.miss_rate)
    if wish.cost_false_alarm is not None and wish.cost_miss is not None:
        return _by_costs(tripwire, sweep, grid, wish.cost_false_alarm, wish.cost_miss)
    budget = wish.budget or most
    found = calibrate.within_budget(grid, sweep.rate, budget)
    if found is None:
        raise Refused(f"No threshold on the grid of {tripwire.id} keeps within {budget:g} items a year")
    words = (
        f"The lowest mark of the grid that keeps within {budget:g} firings a year on the years set apart for choosing."
    )
    return Chosen(found[0], "alert budget", words, {"items_per_year": budget})


def _by_miss_rate(tripwire: Tripwire, sweep: Sweep, grid: list[float], rate: float) -> Chosen:
    found = calibrate_miss.controlled(grid, [sweep.missed(t) for t in grid], rate)
    if found.threshold is None:
        least = (
            f"the lowest they can promise is {percent(found.least)}"
            if found.cases
            else "there is nothing to learn from"
        )
        raise Refused(
            f"A miss rate of {percent(rate)} cannot be promised for {tripwire.id} with {found.cases} onsets; {least}",
            todo="Ask for a higher one, or choose by budget or costs",
        )
    words = (
        f"The highest mark of the grid at which {percent(rate)} of onsets or fewer are expected to be missed: "
        f"{found.lost} of {found.cases} were where it was chosen, which with so few bounds the rate at "
        f"{percent(found.bound)} (conformal risk control). {EXCHANGEABLE}"
    )
    figures = {"miss_rate": rate, "onsets": found.cases, "missed": found.lost, "bound": found.bound}
    return Chosen(found.threshold, "miss rate", words, figures)


def _by_costs(tripwire: Tripwire, sweep: Sweep, grid: list[float], false_alarm: float, miss: float) -> Chosen:
    figures: dict[str, Any] = {"cost_false_alarm": false_alarm, "cost_miss": miss}
    cheapest, cost = calibrate_cost.cheapest(grid, [sweep.errors(t) for t in grid], false_alarm, miss)
    figures |= {"cheapest_on_record": cheapest, "cost_on_record": cost}
    if getattr(tripwire.params, "measure", None) == "level":
        mark = round(calibrate_cost.cost_loss(false_alarm, miss), 6)
        wrong = sweep.errors(mark)
        words = (
            f"Firing is cheaper than silence from a risk of {false_alarm:g} / ({false_alarm:g} + {miss:g}) = "
            f"{percent(mark)} on (cost/loss). {CALIBRATED} On the years set apart for choosing it cost "
            f"{wrong[0] * false_alarm + wrong[1] * miss:g}; the cheapest mark there, {cheapest:g}, cost {cost:g}."
        )
        return Chosen(mark, "costs", words, figures)
    words = (
        f"The mark of the grid at which false alarms at {false_alarm:g} and misses at {miss:g} cost least on the years "
        f"set apart for choosing: {cost:g} in all. It was fitted to what happened there, and may cost more later."
    )
    return Chosen(cheapest, "costs", words, figures)
