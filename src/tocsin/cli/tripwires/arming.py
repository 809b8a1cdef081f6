"""``tocsin tripwires arm`` and ``judge``: seal a promise, and hold what happened since against it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.cli.tripwires.words import Budget, CostFalseAlarm, CostMiss, Ident, MissRate, backtest_text
from tocsin.core.errors import Refused
from tocsin.core.numbers import percent


def arm(  # noqa: PLR0917 - options of a command, named at the call
    tripwire_id: Ident,
    by: Annotated[str, typer.Option(help="The post you act under")] = "analyst",
    threshold: Annotated[float | None, typer.Option(help="Arm with this threshold")] = None,
    budget: Budget = None,
    miss_rate: MissRate = None,
    cost_false_alarm: CostFalseAlarm = None,
    cost_miss: CostMiss = None,
) -> None:
    """Back-test a tripwire, or drill it, seal what it promises in the ledger, and let it warn.

    It is judged from the next day on by what it promised (tocsin tripwires judge). The threshold comes from the file's
    alert budget, or is chosen as by tocsin tripwires backtest.
    """
    ready()
    from tocsin.catalog.tripwires import get
    from tocsin.desk.arming import seal_and_arm
    from tocsin.evidence import armed, backtests
    from tocsin.response.register.people import cli_actor
    from tocsin.tripwires.choose import Wish

    tripwire, actor, ctx = get(tripwire_id), cli_actor(by), context()
    if tripwire.always_armed:
        ring = tripwire.kind == "bell"
        todo = "Ring it: tocsin bell PLACE --because TEXT" if ring else ""
        raise Refused(f"{'The bell' if ring else tripwire.id} is always armed", todo=todo)
    if tripwire.kind == "report":
        missing = armed.why_not(tripwire)
        if missing:
            raise Refused(f"{tripwire.id} may not be armed: {missing}", todo="See docs/how-to/add-a-tripwire.md")
        raise Refused(
            f"{tripwire.id} is armed by its shipped back-test on dated chains and promises no rate to seal",
            todo=f"See it: tocsin tripwires backtest {tripwire.id}",
        )
    result = backtests.run(ctx, tripwire, Wish(threshold, budget, miss_rate, cost_false_alarm, cost_miss))
    said = seal_and_arm(ctx, tripwire, actor, result)
    emit(
        {**result, "armed": True, **said},
        lambda: f"Armed, and sealed as ledger entry {said['ledger_seq']}. {backtest_text(result, False)}",
    )


def judge() -> None:
    """Hold every sealed tripwire against its promise: firings since, what followed them, what is broken."""
    ready()
    from tocsin.catalog.tripwires import get
    from tocsin.evidence.past import past
    from tocsin.response.docket.acts.promises import judged
    from tocsin.tripwires.followed import followed

    ctx = context()
    told = judged(ctx)
    known = past(ctx) if told else None
    rows = []
    for one in told:
        tripwire = get(one["tripwire_id"])
        scored = followed(one, known.outcomes(tripwire)) if known and one["read_after"] else None
        fired = [asdict(f) for f in one["fired"]]
        rows.append({**{k: v for k, v in one.items() if k != "claimed"}, "fired": fired, "followed": scored})
    if not rows:
        raise Refused("No tripwire has been sealed", todo="Run: tocsin refresh, or tocsin tripwires arm ID")
    emit({"judged": rows, "broken": sum(bool(r["broken"]) for r in rows)}, lambda: "\n".join(map(_judged_line, rows)))


def _judged_line(r: dict[str, Any]) -> str:
    mark = f", threshold {float(r['threshold']):g}" if r["threshold"] else ""
    until = f" to {r['until']}" if r["until"] else ""
    when = f"sealed {r['sealed_at']:%Y-%m-%d}, judged from {r['judged_from']}{until}"
    head = f"{r['tripwire_id']} v{r['version']}{mark}: {when}."
    promised = r["promise"].get("firings_per_year")
    lines = [head]
    if promised is not None:
        fit = f"; {r['expected'][0]} to {r['expected'][1]} fit in" if r["expected"] else ""
        since = f"{r['firings']} in {r['years']:g} years of data{fit}: {r['verdict']}"
        lines.append(f"    Promised {promised} firings a year. Since: {since}.")
    else:
        lines.append(f"    A drill promises no rate. Runs since: {r['runs']}.")
    f = r["followed"]
    if f and (r["firings"] or f["onsets"]):
        lines.append(
            f"    Of these {f['hits']} hits, {f['false_alarms']} false alarms, {f['undecided']} not over yet"
            f"{_beside(f['came_true'])}; {f['misses']} of {f['onsets']} onsets missed{_beside(f['missed'])}."
        )
    lines += [f"    BROKEN: {b['words']}." for b in r["broken"]]
    return "\n".join(lines)


def _beside(held: dict[str, Any]) -> str:
    if held["fits"] is None:
        return ""
    seen, promised = percent(held["share"]), percent(held["promised"])
    return f" ({seen}; promised {promised}, which {'fits in' if held['fits'] else 'does not fit in'})"
