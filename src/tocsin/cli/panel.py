"""``tocsin panel``: write the country-year and country-month panel as known on a day, with what it rests on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.output import context, emit


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("panel")(panel)


def panel(
    as_of: Annotated[str, typer.Option("--as-of", help="The day, as 2025-06-30; today when left out.")] = "",
    hindsight: Annotated[
        bool,
        typer.Option("--hindsight", help="For a day before the figures at hand: let later ones stand in, and say so."),
    ] = False,
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder to write into; panels/DAY in the data folder when left out.")
    ] = None,
) -> None:
    """Write the panel as known on a day: nothing retrieved, published or over after it is in it."""
    from tocsin.core.clock import parse_date
    from tocsin.core.files import write_whole
    from tocsin.evidence.panel import as_known
    from tocsin.evidence.run_folder import json_bytes, sha256
    from tocsin.evidence.sheets import in_cells

    ctx = context()
    found = as_known.as_known(ctx, parse_date(as_of) if as_of else ctx.now().date(), hindsight=hindsight)
    looked_back = "-hindsight" if found.header["hindsight"] else ""
    folder = to or ctx.settings.home / "panels" / f"{found.day}{looked_back}"
    head = "".join(f"# {line}\n" for line in found.lines)
    files = {
        "country_year.csv": head + in_cells(as_known.flat(found.country_year)).write_csv(),
        "country_month.csv": head + in_cells(found.country_month).write_csv(),
    }
    content = {**{name: text.encode() for name, text in files.items()}, "header.json": json_bytes(found.header)}
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        write_whole(folder / name, data)
    written = [{"file": str(folder / name), "sha256": sha256(data)} for name, data in content.items()]
    rows = {"country_years": found.country_year.height, "country_months": found.country_month.height}
    result = {**found.header, **rows, "written": written}
    counted = f"{rows['country_years']:,} country-years and {rows['country_months']:,} country-months in {folder}"
    emit(result, lambda: "\n".join([*found.lines, counted]))
