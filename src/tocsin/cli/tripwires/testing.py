"""``tocsin tripwires backtest`` and ``combined``: the past at any threshold, alone and together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.cli.tripwires.words import Budget, CostFalseAlarm, CostMiss, Ident, MissRate, backtest_text
from tocsin.core.errors import Refused


def backtest(  # noqa: PLR0917 - options of a command, named at the call
    tripwire_id: Ident,
    threshold: Annotated[float | None, typer.Option(help="What another threshold would have done")] = None,
    budget: Budget = None,
    miss_rate: MissRate = None,
    cost_false_alarm: CostFalseAlarm = None,
    cost_miss: CostMiss = None,
    cases: Annotated[bool, typer.Option("--cases", help="List every firing and every onset")] = False,
    write_shipped: Annotated[
        Path | None,
        typer.Option("--write-shipped", hidden=True, help="Keep the result in this folder of the catalogue"),
    ] = None,
) -> None:
    """Run a tripwire over the past: firings a year, hits, misses, false alarms, lead time, each with its interval.

    The threshold comes from the file's alert budget, or from one of: --threshold, --budget, --miss-rate, or
    --cost-false-alarm with --cost-miss.
    """
    from tocsin.catalog.tripwires import get
    from tocsin.core.files import write_whole
    from tocsin.evidence import backtests
    from tocsin.evidence.run_folder import json_bytes
    from tocsin.tripwires.choose import Wish

    tripwire, ctx = get(tripwire_id), context()
    wish = Wish(threshold, budget, miss_rate, cost_false_alarm, cost_miss)
    result = backtests.run(ctx, tripwire, wish)
    if write_shipped is not None:
        if wish != Wish():
            raise Refused("Only the threshold of the alert budget is shipped", todo="Leave the other choices out")
        write_shipped.mkdir(parents=True, exist_ok=True)
        write_whole(write_shipped / f"{tripwire.id}.json", json_bytes(result))
    # Asking makes no register; where there is one, it knows of action taken on what fired.
    if "fired" in result and (ctx.settings.database_url or ctx.settings.register_path.exists()):
        ready()
        from tocsin.response.oversight.answered import with_actions

        result["fired"] = with_actions(result["fired"], tripwire.id, tripwire.version)
    emit(result, lambda: backtest_text(result, cases))


def combined() -> None:
    """Run all armed tripwires over the past together: items a year after joining by place, with and without budget."""
    from tocsin.evidence import backtests

    result = backtests.combined(context())
    emit(result, lambda: _combined_text(result))


def _combined_text(r: dict[str, Any]) -> str:
    low, high = r["items_per_year_interval"]
    bound = r["with_budget"]
    lines = [
        f"All armed tripwires, {r['first']} to {r['last']} ({r['years']:g} years).",
        f"{r['firings']} firings, {r['sum_per_year']:g} a year added up. Joined by place within a year: "
        f"{r['items']} items, {r['items_per_year']:g} a year (95% interval {low:g} to {high:g}), "
        f"at most {r['most_in_a_year']} in one year.",
        f"With the alert budget: {bound['opened']} opened ({bound['opened_per_year']:g} a year), "
        f"{bound['joined']} joined, {bound['cut']} cut off.",
    ]
    lines += [
        f"  {t['tripwire_id']}: {t['firings']} firings, {t['opened']} opened an item, "
        f"{t['cut_by_budget']} cut by the budget"
        for t in r["by_tripwire"]
    ]
    return "\n".join([*lines, f"Without a back-test, and not counted: {', '.join(r['not_counted'])}."])
