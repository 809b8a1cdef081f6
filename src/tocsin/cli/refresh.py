"""``tocsin refresh``, ``tocsin board`` and ``tocsin situation``: make a run, and read it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.clock import parse_date
from tocsin.core.errors import Refused
from tocsin.core.numbers import percent, risk, times_base

if TYPE_CHECKING:
    from tocsin.response.register.runs import Run


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("refresh")(refresh)
    app.command("board")(board)
    app.command("situation")(situation)


def refresh(
    as_of: Annotated[str | None, typer.Option("--as-of", help="The day to refresh as of; today when left out")] = None,
    hindsight: Annotated[
        bool,
        typer.Option("--hindsight", help="For a day before the figures at hand: let later ones stand in, and say so."),
    ] = False,
    prepare: Annotated[
        bool,
        typer.Option("--prepare", help="Afterwards fit what the next month is asked of, so that it need not wait."),
    ] = False,
) -> None:
    """Read the sources, forecast, evaluate the tripwires, and put what fired on the docket."""
    started = time.monotonic()
    ready()
    from tocsin.desk.watch import watch
    from tocsin.evidence.refresh import prepare as ahead
    from tocsin.evidence.refresh import refresh as make
    from tocsin.response.docket import acts
    from tocsin.response.register import runs
    from tocsin.response.register.dated import days_behind

    ctx = context()
    made = make(ctx, parse_date(as_of) if as_of else None, hindsight=hindsight)
    run = runs.load(ctx.settings.home, made.run_id)
    ctx.progress("Taking the warnings into the docket")
    acts.take_waiting(ctx)
    taken = acts.take_run(ctx, run)
    watch(ctx)
    seconds = round(time.monotonic() - started, 1)
    if prepare:
        ahead(ctx)
    emit(
        {
            "run_id": run.run_id,
            "as_of": run.info["as_of"],
            "sources": [
                {
                    "id": s["id"],
                    "status": s["status"],
                    "rows": s["rows"],
                    "newest": s["newest"],
                    "days_behind": days_behind(s, parse_date(run.info["as_of"])),
                }
                for s in run.sources
            ],
            "warnings": run.warnings,
            "cut": run.info["budget"]["cut"],
            "degraded": run.info["degraded"],
            "snapshot_note": run.info["snapshot_note"],
            "reused": made.reused,
            "opened": taken.opened,
            "joined": taken.joined,
            "seconds": seconds,
        },
        lambda: _refresh_text(run, taken, made.reused, seconds),
    )


def _refresh_text(run: Run, taken: Any, reused: bool, seconds: float) -> str:
    info, cut = run.info, run.info["budget"]["cut"]
    lines = [f"Run {run.run_id}, as of {info['as_of']}{' (nothing had changed)' if reused else ''}, {seconds} s."]
    if info["snapshot_note"]:
        lines.append(f"On the bundled snapshot: {info['snapshot_note']} (docs/how-to/load-newer-figures.md).")
    lines.append(f"{info['n_places']} places; a mass killing is under way in {info['under_way']}.")
    did = f"{taken.opened} items opened, {taken.joined} joined an item"
    lines.append(f"{len(run.warnings)} warnings: {'a look back, which asks nobody anything' if taken.back else did}.")
    lines.append(f"Elsewhere: {run.none_known}.")
    if window := run.window():
        lines.append(f"The forecast is of {window.words}.")
    budget = f"The alert budget of {info['budget']['items_per_year']:g} new items a year"
    lines.append(f"{budget} cut off {len(cut)}." if cut else f"{budget} cut nothing off.")
    lines += [f"  {w['summary']}" for w in run.warnings]
    if cut:
        lines.append("Cut off by the budget: " + ", ".join(f"{c['place_id']} ({c['tripwire_id']})" for c in cut) + ".")
    lines += [f"Degraded: {line}." for line in info["degraded"]]
    lines.append("Next: tocsin docket list; tocsin board; tocsin serve")
    return "\n".join(lines)


def _latest() -> Run:
    """Return the newest run. Raises Refused when there is none."""
    from tocsin.response.register import runs

    run = runs.latest(context().settings.home)
    if run is None:
        raise Refused("There is no run yet", todo="Run: tocsin refresh")
    return run


def _item_of() -> Callable[[str], int | None]:
    """Return what answers which docket item stands open on a place."""
    ready()
    from tocsin.response.docket import show

    return show.of_place


def board() -> None:
    """List every place: under way first, then by the risk of a mass killing beginning."""
    run = _latest()
    rows = run.board(item=_item_of())
    emit(
        {"run_id": run.run_id, "as_of": run.info["as_of"], "base_rates": run.base_rates, "places": rows, **_dates(run)},
        lambda: _table(run, rows),
    )


def _dates(run: Run) -> dict[str, Any]:
    """Return what dates the whole board: the window of the forecast, and until when "none known" holds."""
    window = run.window()
    fighting = run.window(target="state_based_deaths_ge25")
    return {
        "window": window.as_dict() if window else None,
        "conflict_window": fighting.as_dict() if fighting else None,
        "none_known": run.none_known,
    }


def _table(run: Run, rows: list[dict[str, Any]]) -> str:
    from rich.console import Console
    from rich.table import Table

    base = run.base_rates.get("mass_killing_onset")
    note = f" On the bundled snapshot: {run.info['snapshot_note']}." if run.info["snapshot_note"] else ""
    window = run.window()
    note += f" The forecast is of {window.words}." if window else ""
    table = Table(title=f"Run {run.run_id}.{note}", caption=_caption(run), title_justify="left", caption_justify="left")
    for name, side in [
        ("rank", "right"),
        ("place", "left"),
        ("state", "left"),
        ("mass-killing risk (EWP definition)", "left"),
        ("interval", "left"),
        ("× base", "right"),
        ("change", "right"),
        ("conflict risk", "right"),
        ("known", "right"),
        ("item", "right"),
    ]:
        table.add_column(name, justify=side)  # type: ignore[arg-type]
    for r in rows:
        span = r["interval"]
        known = f"{r['coverage']['present']}/{r['coverage']['total']}{' stale' if r['coverage']['stale'] else ''}"
        table.add_row(
            str(r["rank"] or "–"),
            f"{r['name']} ({r['place_id']})",
            f"UNDER WAY since {r['under_way_since']}" if r["state"] == "under way" else _state(run, r["state"]),
            risk(r["p_onset"]) + (" further, separate" if r["state"] == "under way" else ""),
            f"{percent(span['low'])} to {percent(span['high'])}" if span else "not known",
            times_base(r["p_onset"], base),
            _points(r["change"]),
            percent(r["p_conflict"]),
            known,
            str(r["item"] or ""),
            end_section=r["state"] == "under way" and _last_under_way(rows, r),
        )
    console = Console(width=None if _wide() else 160)
    with console.capture() as captured:
        console.print(table)
    return captured.get().rstrip("\n")


def _state(run: Run, state: str) -> str:
    """Return a state for the table: ``none known, end of 2024``; the caption says why it ends there."""
    return f"{state}, end of {run.base_year}" if state == "none known" and run.base_year else state


def _points(change: float | None) -> str:
    """Return a change in percentage points: ``+1.4 pt``, ``0.0 pt``, ``not known``."""
    if change is None:
        return "not known"
    points = round(100 * change, 1)
    return f"{points:+.1f} pt" if points else "0.0 pt"


def _wide() -> bool:
    """Tell whether the output is a terminal: then its own width counts; a pipe gets a fixed one."""
    import sys

    return sys.stdout.isatty()


def _last_under_way(rows: list[dict[str, Any]], row: dict[str, Any]) -> bool:
    return row is [r for r in rows if r["state"] == "under way"][-1]


def _caption(run: Run) -> str:
    rates = run.base_rates
    onset = f"Base rates: a mass killing begins within two years {percent(rates.get('mass_killing_onset'))}"
    conflict = f"25 or more state-based deaths in 12 months {percent(rates.get('state_based_deaths_ge25'))}"
    span = run.info["interval"]
    known = f"Mass killing: {run.none_known}"
    return f"{onset}; {conflict}. Interval {span['level']:.0%}: {span['kind']}. {known}."


def situation(place: Annotated[str, typer.Argument(help="Three letters, as in SDN, or the name")]) -> None:
    """Show what one run knows of a place: state, risk, drivers, record, warnings, open item, and what is not known."""
    ready()
    from tocsin.catalog.geography import places
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register import refreshed
    from tocsin.response.register.dated import nothing_known

    place_id = find_place(place)
    run = _latest()
    if not run.covers(place_id):
        item, said_of = _item_of()(place_id), nothing_known(places()[place_id])
        body = {
            "run_id": run.run_id,
            "as_of": run.info["as_of"],
            "place_id": place_id,
            "name": places()[place_id].name,
            "state": "not assessed",
            "covered": False,
            "says": said_of,
            "p_onset": None,
            "interval": None,
            "rank": None,
            "coverage": None,
            "item": item,
            "standing": _standing(place_id),
        }
        head = f"{body['name']} ({place_id}), run {run.run_id}, as of {run.info['as_of']}"
        told = "\n".join([head, "", said_of, *_standing_lines(body["standing"]), _item_line(place_id, item)])
        emit(body, lambda: told)
        return
    said = run.place(place_id)
    row = {**said["board"], "item": _item_of()(place_id), "standing": _standing(place_id)}
    by_month = refreshed.of(run, place_id)
    emit(
        {"run_id": run.run_id, "as_of": run.info["as_of"], **said, "board": row, **row, "refreshed": by_month},
        lambda: _situation_text(run, row, said),
    )


def _standing(place_id: str) -> list[dict[str, Any]]:
    """Return the items that stand on a place, with their warnings."""
    from tocsin.response.docket import show

    return show.standing(place_id)


def _standing_lines(items: list[dict[str, Any]]) -> list[str]:
    lines = []
    for item in items:
        lines.append(f"  item {item['item']}, {item['level']}, {item['state']}:")
        lines += [f"    {w['ref']} of {w['as_of']}: {w['summary']}" for w in item["warnings"]]
    return lines


def _item_line(place_id: str, item: int | None) -> str:
    return f"Item: {item}" if item else f"No item is open. Ring the bell: tocsin bell {place_id} --because TEXT"


def _situation_text(run: Run, row: dict[str, Any], said: dict[str, Any]) -> str:
    from tocsin.response.register import refreshed
    from tocsin.response.register.dated import not_apart

    base = run.base_rates.get("mass_killing_onset")
    under_way = row["state"] == "under way"
    lines = [f"{row['name']} ({row['place_id']}), run {run.run_id}, as of {run.info['as_of']}", ""]
    if under_way:
        lines.append(f"UNDER WAY since {row['under_way_since']}, led by {row['under_way_led_by']}.")
    else:
        lines.append(f"Mass killing: {row['state_said']}.")
    what = "A further, separate killing" if under_way else "Mass-killing risk (EWP definition)"
    span = row["interval"]
    interval = f", {percent(span['low'])} to {percent(span['high'])}" if span else ""
    times = times_base(row["p_onset"], base)
    lines.append(f"{what}: {risk(row['p_onset'])}{interval}; {times} the base rate; rank {row['rank']} of {row['of']}.")
    if row["window"]:
        lines.append(f"The forecast is of {row['window']['words']}.")
    lines.append(f"Last forecast: {risk(row['previous'])}. Conflict risk, apart: {risk(row['p_conflict'])}.")
    if row["conflict_window"]:
        lines.append(f"The forecast of conflict is of {row['conflict_window']['words']}.")
    if by_month := refreshed.of(run, row["place_id"]):
        lines += [refreshed.words(by_month, further=under_way), *(f"{note}." for note in by_month["notes"])]
    lines += ["", "What moves it (log-odds from the place in the middle of the list, named in brackets):"]
    lines += [
        f"  {d['log_odds']:+.2f}  {d['label']}: {d['top']}"
        for d in said["drivers"]
        if d["target"] == "mass_killing_onset"
    ]
    record = [r for r in said["record"] if r["rank"] is not None][-5:]
    lines += ["", "Record:"]
    outcomes = {True: "an onset followed", False: "none followed", None: "not over yet"}
    lines += [
        f"  {r['base_year']}: {percent(r['p'])}, rank {r['rank']} of {r['of']}, {outcomes[r['onset_within']]}"
        for r in record
    ]
    lines += ["", "Warnings new in this run:"]
    lines += [f"  {w['summary']}" for w in said["warnings"] or [{"summary": "none"}]]
    lines += ["Standing on the docket:", *(_standing_lines(row["standing"]) or ["  nothing"])]
    covered = said["coverage"]
    gaps = sorted({s["label"] for s in said["signals"] if s["status"] == "gap" and s["period"][:4] >= "2021"})
    lines += ["", f"Known: {covered['predictors_present']} of {covered['predictors_total']} figures."]
    if covered["carried"]:
        lines.append(f"Carried forward from the year before: {', '.join(covered['carried'])}.")
    if gaps:
        lines.append(f"Not known in some period since 2021: {'; '.join(gaps)}.")
    from tocsin.catalog.geography import places

    lines += [not_apart(t) for t in places().beside(row["place_id"])]
    lines.append(_item_line(row["place_id"], row["item"]))
    return "\n".join(lines)
