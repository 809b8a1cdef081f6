"""What a declared transform does. Every one looks at the place's own year and earlier years, never later ones.

Frames come in on a full grid (every place, every year without a hole) sorted by place and year, so that one row up is
one year back.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl


def log2p1(value: pl.Expr) -> pl.Expr:
    """Return log2(1 + x)."""
    return (value + 1).log(2)


def apply(transform: str, value: pl.Expr, before: str = "identity") -> pl.Expr:
    """Return a predictor from its indicator; missing in, missing out."""
    return SIMPLE[transform](log2p1(value) if before == "log2p1" else value)


def _mean_5(value: pl.Expr) -> pl.Expr:
    """Return log2(1 + mean of this year and the four before); missing until all five are known."""
    return log2p1(value.rolling_mean(5, min_samples=5).over("place_id"))


def _years_since(value: pl.Expr) -> pl.Expr:
    """Return log2(1 + years since the last year above zero); with none, since the first year known or independence."""
    year = pl.col("year")
    last = pl.when(value > 0).then(year).otherwise(None).forward_fill().over("place_id")
    first = pl.when(value.is_not_null()).then(year).otherwise(None).min().over("place_id")
    start = pl.max_horizontal(first, pl.col("from_year"))
    return pl.when(value.is_not_null()).then(log2p1((year - pl.coalesce(last, start)).clip(0)))


SIMPLE: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "identity": lambda v: v,
    "log2p1": log2p1,
    "log2": lambda v: pl.when(v > 0).then(v.log(2)),
    "change_1": lambda v: v - v.shift(1).over("place_id"),
    "change_5": lambda v: v - v.shift(5).over("place_id"),
    "mean_5_log2p1": _mean_5,
    "years_since": _years_since,
}


def others_share(value: pl.Expr) -> pl.Expr:
    """Return the share of the region's other states (same year, independent) where the value is above zero."""
    known = pl.when(pl.col("independent")).then((value > 0).cast(pl.Float64))
    return _others(known)


def others_mean(value: pl.Expr) -> pl.Expr:
    """Return the mean over the region's other independent states of the same year."""
    return _others(pl.when(pl.col("independent")).then(value))


def _others(known: pl.Expr) -> pl.Expr:
    """Return the mean of ``known`` over the region without the place itself."""
    group = ["region", "year"]
    total, count = known.sum().over(group), known.count().over(group)
    rest = count - known.is_not_null().cast(pl.UInt32)
    return pl.when(rest > 0).then((total - known.fill_null(0)) / rest)
