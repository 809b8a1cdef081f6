"""One form for what the engines return, so that equal results have equal bytes and one hash.

Sums are whole numbers and equal to the last digit. The few quotients are rounded to six places here, by Python, and
nowhere else: the engines' own roundings differ at halves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import polars as pl

PLACES = 6


def table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], schema: dict[str, type[pl.DataType]]
) -> pl.DataFrame:
    """Return rows of an engine in the declared columns and types, quotients rounded, sorted by place and month."""
    frame = pl.DataFrame(
        list(zip(*rows, strict=True)) or [[] for _ in columns],
        schema={c: schema[c] for c in columns},
        orient="col",
    )
    rounded = [
        pl.col(c).map_elements(_rounded, return_dtype=pl.Float64) for c, kind in schema.items() if kind == pl.Float64
    ]
    return frame.select(list(schema)).with_columns(rounded).sort("place_id", "month")


def _rounded(value: float) -> float:
    """Return the value at six places; minus nought is nought."""
    return round(value, PLACES) + 0.0


def result_hash(frame: pl.DataFrame) -> str:
    """Return the SHA-256 of a canonical table, written as text."""
    return hashlib.sha256(frame.write_csv(float_precision=PLACES).encode()).hexdigest()
