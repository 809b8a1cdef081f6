"""Everybody's probabilities in one table: submissions, our own models from run folders and the bundled record.

Columns: model_id, place_id, origin, horizon, p, standing, received_at. One row a model and question: of two versions
of the same standing the later counts, and a later one of a worse standing never takes the place of an earlier.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import polars as pl

from tocsin.catalog.outcomes import outcome
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.evidence import run_folder
from tocsin.evidence.forecast import record
from tocsin.evidence.forecast.combine import log_odds_mean
from tocsin.evidence.hub import shelf, windows

QUESTION = ("place_id", "origin", "horizon")
COLUMNS = {
    "model_id": pl.String, "place_id": pl.String, "origin": pl.String, "horizon": pl.Int32,
    "p": pl.Float64, "standing": pl.String, "received_at": pl.String,
}  # fmt: skip
RECORD_OF = {"mass_killing_onset": record.SPEAKS}


def submitted(ctx: Context, target: str) -> pl.DataFrame:
    """Return every accepted probability of a target."""
    parts = [
        _stood(_chances(s.rows(), target), target, s.received, retrospective=s.retrospective)
        for s in shelf.everything(ctx)
        if target in s.about["targets"]
    ]
    return _latest(_with_groups(pl.concat([pl.DataFrame(schema=COLUMNS), *parts])))


def ours(ctx: Context, target: str) -> pl.DataFrame:
    """Return our own models' probabilities of a target: each run's, and the rolling record of the one that speaks.

    The record is made after the fact. A run counts as received when its folder was written, never earlier than the day
    it speaks of: a run made today as of a day long past is made after the fact too.
    """
    parts = [pl.DataFrame(schema=COLUMNS)]
    kept = record.read() if target in RECORD_OF else None
    if kept is not None:
        past = kept.history.filter(pl.col("p").is_not_null()).select(
            model_id=pl.lit(RECORD_OF[target]),
            place_id="place_id",
            origin=pl.col("base_year").cast(pl.String),
            horizon=pl.lit(outcome(target).target.horizons[0], dtype=pl.Int32),
            p="p",
        )
        parts.append(_stood(past, target, ctx.now(), retrospective=True))
    parts += [_stood(_chances(table, target), target, received) for received, table in runs(ctx)]
    return _latest(pl.concat(parts))


def runs(ctx: Context) -> Iterator[tuple[datetime, pl.DataFrame]]:
    """Yield the forecasts of every run folder with the moment they count as received."""
    for folder in run_folder.folders(ctx.settings.runs):
        run_folder.verify(folder)
        info = json.loads((folder / "run.json").read_bytes())
        as_of = datetime.fromisoformat(info["as_of"]).replace(tzinfo=UTC)
        written = datetime.fromtimestamp((folder / "run.json").stat().st_mtime, UTC)
        table = pl.read_parquet(folder / "forecasts.parquet")
        # The stale forecast stands in a run under the newer origin; the hub has it under its own, as onset_v1.
        yield max(as_of, written), table.filter(pl.col("model_id") != "last_forecast")


def _chances(table: pl.DataFrame, target: str) -> pl.DataFrame:
    """Return the probabilities of a target out of a hub table."""
    mine = table.filter((pl.col("target") == target) & (pl.col("output_type") == "pmf"))
    return mine.select("model_id", "place_id", "origin", "horizon", p="value")


def _stood(table: pl.DataFrame, target: str, received: datetime, *, retrospective: bool = False) -> pl.DataFrame:
    """Return the table with the standing of each row by when it came in."""
    declared = outcome(target).target
    pairs = table.select("origin", "horizon").unique(maintain_order=True)
    spans = [windows.window(o, declared, h) for o, h in pairs.iter_rows()]
    stood = [windows.standing(span, received, retrospective=retrospective) for span in spans]
    said = pairs.with_columns(standing=pl.Series(stood, dtype=pl.String), received_at=pl.lit(iso(received)))
    return table.join(said, on=["origin", "horizon"], how="left", maintain_order="left").select(
        [pl.col(c).cast(t) for c, t in COLUMNS.items()]
    )


def _with_groups(table: pl.DataFrame) -> pl.DataFrame:
    """Add each group of people as one: the mean in log-odds of those who spoke of a place (``team-model``)."""
    people = table.filter(pl.col("model_id").str.contains(".", literal=True))
    if people.is_empty():
        return table
    latest = _latest(people)
    pooled = (
        latest.with_columns(model_id=pl.col("model_id").str.split_exact(".", 1).struct.field("field_0"))
        .group_by("model_id", *QUESTION, "standing", maintain_order=True)
        .agg(each="p", received_at=pl.col("received_at").max())
    )
    mean = [float(log_odds_mean(np.array([each]))[0]) for each in pooled["each"]]
    return pl.concat([table, pooled.with_columns(p=pl.Series(mean, dtype=pl.Float64)).select(list(COLUMNS))])


def _latest(table: pl.DataFrame) -> pl.DataFrame:
    """Return the last version a standing of each model and question."""
    key = ["model_id", *QUESTION, "standing"]
    return table.sort("received_at", maintain_order=True).unique(subset=key, keep="last", maintain_order=True).sort(key)


def best(table: pl.DataFrame) -> pl.DataFrame:
    """Return one row a model and question, of its best standing (live before late before after the fact)."""
    order = {word: i for i, word in enumerate(windows.STANDINGS)}
    ranked = table.with_columns(rank_=pl.col("standing").replace_strict(order, return_dtype=pl.Int32))
    return ranked.sort("rank_").unique(subset=["model_id", *QUESTION], keep="first").drop("rank_").sort(
        "model_id", *QUESTION
    )  # fmt: skip


def some(ctx: Context, target: str) -> pl.DataFrame:
    """Return ``submitted``; raises Refused, with what to do, when there is none."""
    found = submitted(ctx, target)
    if found.is_empty():
        raise Refused(
            f"no forecast of {target} has been handed in",
            todo="tocsin hub template writes a form, tocsin hub submit takes it in",
        )
    return found
