"""``tocsin tripwires list | backtest | arm``: what may warn, how well it would have done, and letting it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Refused
from tocsin.core.numbers import percent

Ident = Annotated[str, typer.Argument(help="A tripwire's id; tocsin tripwires list names them")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    group = typer.Typer(no_args_is_help=True, help="The rules that oblige somebody to answer, and their record.")
    group.command("list")(listing)
    group.command("backtest")(backtest)
    group.command("arm")(arm)
    app.add_typer(group, name="tripwires")


def listing() -> None:
    """List the tripwires: level, who is told, threshold, budget, how each is armed and how it did."""
    from tocsin.catalog.tripwires import all_tripwires
    from tocsin.evidence import armed

    ctx = context()
    rows = []
    for tripwire in all_tripwires().values():
        how = armed.state(ctx, tripwire)
        figures = (how or {}).get("backtest") or {}
        rows.append(
            {
                "id": tripwire.id,
                "version": tripwire.version,
                "title": tripwire.title,
                "why": tripwire.why,
                "kind": tripwire.kind,
                "level": tripwire.level,
                "told": list(tripwire.told),
                "clocks": list(tripwire.clocks),
                "items_per_year": tripwire.alert_budget.items_per_year,
                "costs": tripwire.costs.model_dump(),
                "reads": list(tripwire.reads),
                "frozen": tripwire.frozen,
                "armed": how is not None,
                "how": how["how"] if how else None,
                "by": how["by"] if how else None,
                "at": how["at"] if how else None,
                "threshold": how["threshold"] if how else None,
                "backtest": {k: figures.get(k) for k in FIGURES} if figures else None,
            }
        )
    emit({"tripwires": rows}, lambda: "\n".join(_line(r) for r in rows))


FIGURES = ("years", "firings_per_year", "hits", "misses", "false_alarms", "median_lead_days")


def _line(row: dict[str, Any]) -> str:
    budget = f"{row['items_per_year']:g} items a year" if row["items_per_year"] else "outside the alert budget"
    head = f"{row['id']} v{row['version']} ({row['kind']}, {row['level']}): {row['title']}."
    head += f" Told: {', '.join(row['told'])}; {budget}."
    if not row["armed"]:
        return f"{head}\n    NOT ARMED: tocsin tripwires arm {row['id']}"
    mark = f", threshold {row['threshold']:g}" if row["threshold"] is not None else ""
    by = f" by {row['by']} on {row['at']}" if row["by"] else ""
    text = f"{head}\n    {row['how']}{by}{mark}."
    figures = row["backtest"]
    return f"{text} {_figures(figures)}" if figures and figures["years"] is not None else text


def _figures(f: dict[str, Any]) -> str:
    lead = "not known" if f["median_lead_days"] is None else f"{f['median_lead_days']} days"
    return (
        f"{f['years']:g} years: {f['firings_per_year']:g} firings a year, {f['hits']} hits, {f['misses']} misses, "
        f"{f['false_alarms']} false alarms, median lead {lead}."
    )


def backtest(
    tripwire_id: Ident,
    threshold: Annotated[float | None, typer.Option(help="What another threshold would have done")] = None,
    cases: Annotated[bool, typer.Option("--cases", help="List every firing and every onset")] = False,
    write_shipped: Annotated[
        Path | None,
        typer.Option("--write-shipped", hidden=True, help="Keep the result in this folder of the catalogue"),
    ] = None,
) -> None:
    """Run a tripwire over the past: firings a year, hits, misses, false alarms, median lead time."""
    from tocsin.catalog.tripwires import get
    from tocsin.core.files import write_whole
    from tocsin.evidence import backtests
    from tocsin.evidence.run_folder import json_bytes

    tripwire = get(tripwire_id)
    result = backtests.run(context(), tripwire, threshold)
    if write_shipped is not None:
        if threshold is not None:
            raise Refused("Only the threshold of the alert budget is shipped", todo="Leave --threshold out")
        write_shipped.mkdir(parents=True, exist_ok=True)
        write_whole(write_shipped / f"{tripwire.id}.json", json_bytes(result))
    emit(result, lambda: _backtest_text(result, cases))


def _backtest_text(result: dict[str, Any], cases: bool) -> str:
    if result["kind"] == "silence":
        lines = [
            f"Drill of {result['tripwire_id']} v{result['version']}: every source keeps still in time and fires late."
        ]
        lines += [
            f"  {d['source_id']}: quiet to day {d['still_quiet_after_days']}, fires on day {d['fires_after_days']}"
            for d in result["drill"]
        ]
        return "\n".join([*lines, *(f"Note: {c}" for c in result["caveats"])])
    scored, chosen = result["scored_on"], result["chosen_on"]
    lines = [
        f"{result['tripwire_id']} v{result['version']}, threshold {result['threshold']:g}, {result['threshold_from']}.",
        f"Threshold judged on {chosen['first']} to {chosen['last']}: {chosen['firings_per_year']:g} firings a year.",
        f"Scored on {scored['first']} to {scored['last']}: {_figures(result)}",
        f"Onsets {result['onsets']}; undecided {result['undecided']}; already running {result['already_running']}; "
        f"seen in the same month {result['same_month']}.",
    ]
    if result["share_that_came_true"] is not None and result["share_by_chance"] is not None:
        came, chance = percent(result["share_that_came_true"]), percent(result["share_by_chance"])
        lines.append(f"Of firings that can be judged {came} came true; taken blindly, {chance} would.")
    against = result.get("against_mass_killing_onsets")
    if against:
        lines.append(
            f"Against mass-killing onsets by year: {against['hits']} hits, {against['misses']} misses, "
            f"{against['false_alarms']} false alarms of {against['firings']} firings."
        )
    if cases:
        lines += [
            f"  fired {f['fired']} {f['place_id']} ({f['value']:.4g}): {f['outcome']} {f['onset'] or ''}"
            for f in result["fired"]
        ]
        lines += [
            f"  onset {o['onset']} {o['place_id']}: {'caught' if o['caught'] else 'missed'}"
            for o in result["onset_list"]
        ]
    return "\n".join([*lines, *(f"Note: {c}" for c in result["caveats"])])


def arm(tripwire_id: Ident, by: Annotated[str, typer.Option(help="The post you act under")] = "analyst") -> None:
    """Back-test a tripwire, or drill it, and let it warn with the threshold its alert budget gives."""
    ready()
    from django.db import transaction

    from tocsin.catalog.tripwires import get
    from tocsin.evidence import armed, backtests
    from tocsin.response.register.people import cli_actor
    from tocsin.response.register.record import enter

    tripwire, actor, ctx = get(tripwire_id), cli_actor(by), context()
    if tripwire.kind == "bell":
        raise Refused("The bell is always armed", todo="Ring it: tocsin bell PLACE --because TEXT")
    result = backtests.run(ctx, tripwire)
    with transaction.atomic():
        body = {
            "tripwire_id": tripwire.id,
            "version": tripwire.version,
            "rule_sha256": tripwire.digest(),
            "threshold": None if result["threshold"] is None else str(result["threshold"]),
            "figures": {k: None if result[k] is None else str(result[k]) for k in FIGURES},
            "by": actor.body(),
        }
        enter(ctx, kind="tripwire.armed", body=body)
        said = armed.arm(ctx, tripwire, result, by)
    emit(
        {**result, "armed": True, "by": said["by"], "at": said["at"], "how": said["how"]},
        lambda: f"Armed. {_backtest_text(result, False)}",
    )
