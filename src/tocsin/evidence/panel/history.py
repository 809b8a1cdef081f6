"""Columns that come from lists of dated facts: mass killings and coups. A year knows only what began by that year."""

from __future__ import annotations

import polars as pl

from tocsin.evidence.panel.transforms import log2p1

NON_STATE_FROM = 1989
STATE_FROM = 1960
COUPS_FROM = 1950


def killings(grid: pl.DataFrame, facts: pl.DataFrame, last: int) -> pl.DataFrame:
    """Return place_id, year and the history, label and state columns.

    ``onset_state`` counts from 1960 and ``onset_non_state`` from 1989 (missing before): the years for which the list is
    held to be complete. All columns are missing after ``last``, the last year the list covers.
    """
    spans = grid.select("place_id", "year").join(facts, on="place_id", how="left")
    begun = pl.col("start_year") <= pl.col("year")
    open_ = begun & (pl.col("end_year").is_null() | (pl.col("end_year") >= pl.col("year")))
    now = pl.col("start_year") == pl.col("year")
    seen = pl.when(begun).then(pl.min_horizontal(pl.col("end_year").fill_null(9999), "year"))
    state = pl.col("led_by") == "state"
    out = spans.group_by("place_id", "year").agg(
        begun.sum().fill_null(0).alias("begun"),
        open_.sum().fill_null(0).alias("ongoing"),
        (now & state & pl.col("in_window")).any().fill_null(False).alias("onset_state"),
        (now & ~state & pl.col("in_window")).any().fill_null(False).alias("onset_non_state"),
        seen.max().alias("last_seen"),
    )
    known = pl.col("year") <= last
    out = out.with_columns(
        mk_ever=(pl.col("begun") > 0).cast(pl.Float64),
        mk_ongoing_count=pl.col("ongoing").cast(pl.Float64),
        mk_onsets_so_far_log2=log2p1(pl.col("begun").cast(pl.Float64)),
        mk_recency=pl.when(pl.col("last_seen").is_null())
        .then(0.0)
        .otherwise(1 / (1 + (pl.col("year") - pl.col("last_seen")))),
        onset_state=pl.when(pl.col("year") >= STATE_FROM).then(pl.col("onset_state").cast(pl.Int8)),
        onset_non_state=pl.when(pl.col("year") >= NON_STATE_FROM).then(pl.col("onset_non_state").cast(pl.Int8)),
        ongoing=pl.col("ongoing").cast(pl.Int32),
    ).with_columns(onset=pl.max_horizontal("onset_state", "onset_non_state"))
    keep = [
        "mk_ever",
        "mk_ongoing_count",
        "mk_onsets_so_far_log2",
        "mk_recency",
        "onset_state",
        "onset_non_state",
        "onset",
        "ongoing",
    ]
    return out.select("place_id", "year", *[pl.when(known).then(pl.col(c)).alias(c) for c in keep])


def coups(grid: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Return place_id, year, ``coups_5y`` and ``coup_years_since_log2``."""
    seen = facts.select("place_id", "year").unique().with_columns(coup=pl.lit(1.0))
    last = int(facts["year"].max() or 0)  # type: ignore[arg-type]
    frame = grid.join(seen, on=["place_id", "year"], how="left").sort("place_id", "year")
    frame = frame.with_columns(
        coup=pl.when(pl.col("year").is_between(COUPS_FROM, last)).then(pl.col("coup").fill_null(0.0))
    )
    was = pl.when(pl.col("coup") > 0).then(pl.col("year")).forward_fill().over("place_id")
    start = pl.max_horizontal(pl.lit(COUPS_FROM), pl.col("from_year"))
    return frame.select(
        "place_id",
        "year",
        coups_5y=pl.col("coup").rolling_sum(5, min_samples=5).over("place_id"),
        coup_years_since_log2=pl.when(pl.col("coup").is_not_null()).then(
            log2p1((pl.col("year") - pl.coalesce(was, start)).clip(0).cast(pl.Float64))
        ),
    )
