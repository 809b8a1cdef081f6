"""What three readers need: long country-year rows, lists of codes, zeros where absent means zero."""

from __future__ import annotations

import polars as pl

from tocsin.catalog.geography import places

LONG = {"place_id": pl.String, "year": pl.Int32, "indicator": pl.String, "value": pl.Float64}


def long(frame: pl.DataFrame, indicators: list[str]) -> pl.DataFrame:
    """Return wide columns as ``place_id, year, indicator, value`` without the missing ones, sorted."""
    return (
        frame.unpivot(indicators, index=["place_id", "year"], variable_name="indicator", value_name="value")
        .filter(pl.col("value").is_not_null(), pl.col("place_id").is_not_null())
        .select([pl.col(c).cast(t) for c, t in LONG.items()])
        .sort("indicator", "place_id", "year")
    )


def zero_filled(table: pl.DataFrame, indicators: list[str], first: int, last: int) -> pl.DataFrame:
    """Add zero for every state independent in a covered year: event lists name only what happened."""
    grid = pl.DataFrame(
        [(p, y, i, 0.0) for i in indicators for y in range(first, last + 1) for p in places().independent(y)],
        schema=LONG,
        orient="row",
    )
    absent = grid.join(table, on=["place_id", "year", "indicator"], how="anti")
    return pl.concat([table, absent]).sort("indicator", "place_id", "year")


def codes(text: str | None) -> list[str]:
    """Return the numbers in ``432, 435`` or ``,710,``."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def most_common(values: pl.Series) -> str:
    """Return the value that stands most often, the first in order of several; empty when there is none."""
    return str(values.drop_nulls().mode().sort().first() or "")
