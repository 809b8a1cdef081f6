"""``tocsin indicators``: figures of a place that stand beside the forecasts, as known on a day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.output import context, emit

if TYPE_CHECKING:
    from datetime import date

    from tocsin.evidence.indicators.seen import Seen

Place = Annotated[str, typer.Argument(help="A place: SDN, or its name.")]
AsOf = Annotated[str, typer.Option("--as-of", help="As known on this day, as 2026-01-31; default: today.")]
Source = Annotated[str, typer.Option("--source", help="One source alone.")]
Whole = Annotated[bool, typer.Option("--all", help="Every period, not the newest alone.")]
STATES = {"silent": "loaded; it names no figure of this place", "absent": "not loaded"}


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="Figures of a place beside the forecasts: listed, never summed.")
    group.command("list")(listing)
    group.command("write")(write)
    app.add_typer(group, name="indicators")


def listing(place: Place, as_of: AsOf = "", source: Source = "", whole: Whole = False) -> None:
    """List what every source of indicators says of a place, with date and licence, and which say nothing."""
    from tocsin.evidence.indicators import words

    seen = _seen(place, as_of, source, whole=whole)
    result = {
        "place": seen.place_id,
        "as_of": seen.as_of.isoformat(),
        "figures": words.rows(seen),
        "sources": [
            {
                "id": s.id,
                "title": s.title,
                "licence": s.licence,
                "retrieved": s.retrieved_at,
                "stale": s.stale,
                "on": state,
            }
            for s, state in seen.sources
        ],
    }
    emit(result, lambda: _text(seen))


def write(
    place: Place,
    to: Annotated[Path, typer.Option("--to", help="The CSV file to write.")],
    as_of: AsOf = "",
    source: Source = "",
    whole: Whole = False,
) -> None:
    """Write the same figures as CSV with a row of HXL hashtags."""
    from tocsin.core.files import write_whole
    from tocsin.core.numbers import counted
    from tocsin.evidence.indicators import words

    seen = _seen(place, as_of, source, whole=whole)
    rows = words.rows(seen)
    write_whole(to, words.as_csv(rows).encode())
    said = f"{counted(len(rows), 'figure')} of {seen.place_id} in {to}. Each row names its licence; they do not add up."
    emit({"place": seen.place_id, "rows": len(rows), "file": str(to)}, said)


def _seen(place: str, as_of: str, source: str, *, whole: bool) -> Seen:
    """Return what is known. Raises Misuse for an unknown place, day or source."""
    from dataclasses import replace

    from tocsin.catalog.geography import places
    from tocsin.core.errors import Misuse
    from tocsin.evidence.indicators import seen

    place_id = places().find(place)
    if place_id is None:
        raise Misuse(f"{place!r} is not a place", todo="Write three letters, as SDN, or a name of the list of places")
    ctx = context()
    found = seen.of_place(ctx, place_id, _day(as_of), whole=whole)
    if not source:
        return found
    known = [s.id for s, _ in found.sources]
    if source not in known:
        raise Misuse(f"{source!r} is not a source of indicators", todo=f"Choose one of {', '.join(known)}")
    return replace(found, figures=found.of(source), sources=[p for p in found.sources if p[0].id == source])


def _day(text: str) -> date | None:
    from tocsin.core.clock import parse_date

    return parse_date(text) if text else None


def _text(seen: Seen) -> str:
    """Return the figures by source for a person."""
    from tocsin.catalog.geography import places
    from tocsin.evidence.indicators import words

    name = places()[seen.place_id].name
    lines = [f"{name}, as known on {seen.as_of}. Nothing here is part of a forecast, and it does not add up."]
    for source, state in seen.sources:
        told = STATES.get(state) or f"retrieved {str(source.retrieved_at)[:10]}{', stale' if source.stale else ''}"
        lines += ["", f"{source.title} ({source.id}): {told}. {source.licence}"]
        for f in seen.of(source.id):
            about = ", ".join(p for p in (f.area, f.status if f.status != "observed" else "", f.detail) if p)
            more = f" [{f.older} earlier]" if f.older else ""
            lines.append(f"  {words.when(f):20} {f.label}: {words.amount(f)}{f' ({about})' if about else ''}{more}")
    return "\n".join(lines)
