"""Back-tests and drills on the tables in force: what a tripwire must pass before it is armed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tocsin.catalog.tripwires import Tripwire, all_tripwires, shipped_backtest
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.months import month_index
from tocsin.evidence import armed, drills
from tocsin.evidence.past import Past, past
from tocsin.evidence.warn import choosing_order
from tocsin.tripwires import backtest, collapse, lulls
from tocsin.tripwires.choose import Wish
from tocsin.tripwires.combined import Past as PastFiring
from tocsin.tripwires.combined import together


def run(ctx: Context, tripwire: Tripwire, wish: Wish = backtest.BUDGET) -> dict[str, Any]:
    """Return the back-test of a forecast, event or collapse tripwire, or the drill of a silence, feed or promise one.

    That of a report tripwire is the one shipped with it: replays of dated chains make it, no figures do.

    ``wish`` says how the threshold is chosen; without one the file's alert budget sets it. Raises Refused when there is
    nothing to test it on, nothing to test (the bell), or no threshold that grants the wish.
    """
    if tripwire.kind == "report":
        shipped = shipped_backtest(tripwire)
        if shipped is None:
            raise Refused(
                f"{tripwire.id} has no back-test of this very rule, so it is not armed",
                todo="Run benchmarks/replays.py --write on dated chains: no table of figures can test it",
            )
        if wish != backtest.BUDGET:
            raise Refused(f"{tripwire.id} has no threshold: its clauses are the rule", todo="Leave the choice out")
        return shipped
    if tripwire.kind == "office":
        raise Refused(
            f"{tripwire.id} is always armed: the past of this home's offices is no record to test it on",
            todo="Ask an office to answer: tocsin people ping OFFICE",
        )
    if tripwire.kind == "reports_stop":
        raise Refused(
            f"{tripwire.id} is always armed: no record of the reports of other homes exists to test it on",
            todo="Its rate of false alarms under random arrivals: benchmarks/silence.py",
        )
    if tripwire.kind == "bell":
        raise Refused(
            "The bell is always armed: it has no threshold to test", todo="Ring it: tocsin bell PLACE --because TEXT"
        )
    known = past(ctx)
    if tripwire.kind in armed.DRILLED:
        if wish != backtest.BUDGET:
            own = "each promise is its own" if tripwire.kind == "promise" else "cadence and grace are each source's own"
            raise Refused(f"{tripwire.id} has no threshold: {own}")
        return drills.run(ctx, tripwire, list(known.sources))
    return of_past(known, tripwire, wish)


def of_past(known: Past, tripwire: Tripwire, wish: Wish) -> dict[str, Any]:
    """Return the back-test of a forecast, event or collapse tripwire on what is known of the past."""
    if tripwire.kind == "collapse":
        result = lulls.backtest(tripwire, known.months(collapse.params_of(tripwire).column), known.facts, wish)
    elif tripwire.kind == "forecast":
        result = backtest.forecasts(tripwire, known.rolling(), known.facts, wish)
    else:
        column = tripwire.params.column  # type: ignore[union-attr]
        result = backtest.events(tripwire, known.months(column), known.facts, wish)
    return result | {"data": known.ground(tripwire)}


def combined(ctx: Context) -> dict[str, Any]:
    """Return what all armed tripwires together would have put on the docket, on the whole years all of them cover.

    A firing reaches the docket when its period is over: at the end of the base year or of the month.
    """
    tripwires = all_tripwires()
    states = {t: armed.state(ctx, tripwires[t]) for t in choosing_order(tripwires)}
    tested = {t: s["backtest"] for t, s in states.items() if s and (s["backtest"] or {}).get("fired") is not None}
    if not tested:
        raise Refused("No tripwire with a back-test is armed", todo="Run: tocsin tripwires arm ID")
    first = max(_period(b["scored_on"]["first"], start=True) for b in tested.values())
    last = min(_period(b["scored_on"]["last"]) for b in tested.values())
    begin = date(first.year + (first > date(first.year, 1, 1)), 1, 1)
    end = date(last.year - (last < date(last.year, 12, 31)), 12, 31)
    if end < begin:
        raise Refused("The armed tripwires were tested on no year in common")
    firings = [
        PastFiring(t, f["place_id"], _period(f["fired"]), f["value"], b["threshold"], tripwires[t].level)
        for t, b in tested.items()
        for f in b["fired"]
    ]
    budgets = {t: tripwires[t].alert_budget.items_per_year for t in tested}
    return together(firings, budgets, begin, end) | {
        "thresholds": {t: b["threshold"] for t, b in tested.items()},
        "not_counted": sorted(t for t in tripwires if t not in tested),
    }


def _period(text: str, *, start: bool = False) -> date:
    """Return the last day of a base year or month (the first one with ``start``)."""
    if len(text) == 4:
        return date(int(text), 1, 1) if start else date(int(text), 12, 31)
    month = month_index(text) + (0 if start else 1)
    return date(month // 12, month % 12 + 1, 1) - timedelta(days=0 if start else 1)
