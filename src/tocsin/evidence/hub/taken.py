"""Forecasts that were fetched from their makers, handed in like any other: same rules, same rows, same scores.

A source with a table ``forecasts`` brings its own metadata (``metadata.yml`` in its folder). What is handed in is the
run in force, without the months whose outcome could be known by now; the publisher's own bytes stay in the store.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl

from tocsin.catalog.outcomes import outcomes
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.evidence.hub import shelf, windows
from tocsin.evidence.hub.submit import Outcome, submit
from tocsin.evidence.sources.spec import HERE, loadable, spec
from tocsin.evidence.store import good

TABLE = "forecasts"


def makers() -> tuple[str, ...]:
    """Return the sources of forecasts, sorted."""
    return tuple(s for s in loadable() if TABLE in spec(s).tables)


def take(
    ctx: Context, source_id: str, *, post: str = "analyst", enter: shelf.Enter | None = None
) -> tuple[Outcome, int]:
    """Hand in the run of a source that is in force; return what became of it and how many rows came too late.

    Raises Misuse for what is no source of forecasts, and Refused when nothing is loaded or all of it is past.
    """
    if source_id not in makers():
        raise Misuse(f"{source_id!r} is not a source of forecasts", todo=f"Choose one of {', '.join(makers())}")
    held = good.as_of(ctx.settings.store, source_id, ctx.now().date())
    if held is None:
        raise Refused(f"Nothing of {source_id} is loaded", todo=f"Fetch it, or run: tocsin load {source_id} FILE")
    rows = good.table(held, TABLE)
    open_still = _open(rows, ctx)
    if open_still.is_empty():
        raise Refused(
            f"Every window of {held['release']} has ended: its outcomes could be known", todo="Fetch a newer run"
        )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{held['release']}.csv"
        open_still.rename({"place_id": "location"}).write_csv(file)
        return submit(
            ctx, file, HERE / source_id / "metadata.yml", post=post, enter=enter
        ), rows.height - open_still.height


def _open(rows: pl.DataFrame, ctx: Context) -> pl.DataFrame:
    """Return the rows whose window has not ended: of the others the outcome could be known."""
    today, known = ctx.now().date(), outcomes()
    asked = rows.select("origin", "target", "horizon").unique()
    still = [r for r in asked.rows() if windows.window(r[0], known[r[1]].target, r[2])[1] >= today]
    return rows.join(pl.DataFrame(still, schema=asked.schema, orient="row"), on=asked.columns, how="semi").sort(
        "origin", "target", "place_id", "horizon"
    )
