"""``tocsin media months``: what the media reported, by place and month, counted on an engine of one's choice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from tocsin.evidence.engines.media import MediaMonths

LINES = 12


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="What the media reported: counts of reports, never of deaths.")
    group.command("months")(months)
    app.add_typer(group, name="media")


def months(  # noqa: PLR0917 - options of a command, named at the call
    place: Annotated[str, typer.Option("--place", help="One place alone: its three letters or its name.")] = "",
    since: Annotated[str, typer.Option("--since", help="From this month on, as 2026-01.")] = "",
    as_of: Annotated[str, typer.Option("--as-of", help="As known at the end of a day (UTC), as 2026-03-01.")] = "",
    engine: Annotated[str, typer.Option("--engine", help="duckdb | polars | spark")] = "duckdb",
    master: Annotated[
        str, typer.Option("--master", help="With --engine spark: the cluster, as spark://host:7077; else this machine.")
    ] = "",
    afresh: Annotated[bool, typer.Option("--afresh", help="Count every month again, also those remembered.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="Write the rows to this CSV file.")] = None,
) -> None:
    """Count the events kept by place and month; months that did not change are remembered, not counted again."""
    from tocsin.catalog.geography.lookup import meant
    from tocsin.cli.output import context, emit
    from tocsin.core.clock import parse_date
    from tocsin.core.months import month_index
    from tocsin.evidence.engines.media import media_months

    day = parse_date(as_of) if as_of else None
    where = meant(place) if place else ""
    first = month_index(since) if since else None
    found = media_months(context(), as_of=day, engine=engine, master=master, afresh=afresh)
    rows = [r for r in _rows(found) if (not where or r["place_id"] == where) and (first is None or r["index"] >= first)]
    shown = [{k: v for k, v in r.items() if k != "index"} for r in rows]
    if out:
        _write(out, shown)
    told = {
        "engine": engine,
        "as_of": as_of or None,
        "hash": found.hash,
        "events": found.events,
        "counted": list(found.counted),
        "remembered": len(found.remembered),
        "rows": shown,
    }
    emit(told, lambda: _text(found, shown))


def _rows(found: MediaMonths) -> list[dict[str, Any]]:
    """Return the place-months with the month written out."""
    from tocsin.core.months import month_text

    return [{**r, "index": r["month"], "month": month_text(r["month"])} for r in found.table.to_dicts()]


def _write(out: Path, rows: list[dict[str, Any]]) -> None:
    """Write the rows as CSV, whole or not at all."""
    import polars as pl

    from tocsin.core.errors import Misuse
    from tocsin.core.files import write_whole
    from tocsin.evidence.sheets import in_cells

    try:
        write_whole(out, in_cells(pl.DataFrame(rows, infer_schema_length=None)).write_csv().encode())
    except OSError as error:
        raise Misuse(f"{out} cannot be written: {error.strerror}", todo="Choose another file") from None


def _text(found: MediaMonths, rows: list[dict[str, Any]]) -> str:
    """Return what was counted and the newest month's places with most material conflict, for a person."""
    if not found.table.height:
        return "No event is kept. Load a file of GDELT (tocsin load gdelt FILE) or fetch it (tocsin feeds fetch gdelt)."
    head = (
        f"{found.events:,} events reported by the media, in {found.table['month'].n_unique():,} months: "
        f"{len(found.counted)} counted now, {len(found.remembered)} remembered. Reports, not deaths."
    )
    if not rows:
        return f"{head}\nNothing was reported there and then: not known, not calm."
    newest = max(str(r["month"]) for r in rows)
    last = sorted((r for r in rows if r["month"] == newest), key=lambda r: (-int(r["material_events"]), r["place_id"]))
    lines = [_line(r) for r in last[:LINES]]
    more = [f"  … and {len(last) - LINES} more places"] if len(last) > LINES else []
    return "\n".join([head, f"{newest}, by reports of material conflict:", *lines, *more, f"result {found.hash[:16]}"])


def _line(row: dict[str, Any]) -> str:
    """Return one place-month on one line."""
    share, scale = row["material_share"], row["goldstein_mean"]
    before = "none the month before" if row["events_before"] is None else f"{row['events_before']:,} the month before"
    tone = "scale not said" if scale is None else f"Goldstein {scale:+.1f}"
    return f"  {row['place_id']} {row['events']:,} reports ({before}), {share:.0%} material conflict, {tone}"
